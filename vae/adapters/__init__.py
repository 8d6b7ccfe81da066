"""Models that others have made, behind the port: one family a file, which registers itself."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    if _module.name != "unpack":  # which runs in a process of its own
        import_module(f"{__name__}.{_module.name}")
