"""Under which names the server may be found, and whose pages may ask it, as Streamlit's own settings say."""

from __future__ import annotations

from urllib.parse import urlsplit

from streamlit import config

from vae.web.guard import Access, is_address, named


def access() -> Access:
    """What is configured: `server.allowedHosts`, `browser.serverAddress`, `server.address`, `server.corsAllowedOrigins`, `server.enableCORS`."""
    names = [str(origin) for origin in config.get_option("server.corsAllowedOrigins")]
    names += [str(config.get_option(option)) for option in ("browser.serverAddress", "server.address") if config.is_manually_set(option)]
    only = tuple(str(host).strip().lower().rstrip(".") for host in config.get_option("server.allowedHosts"))
    return Access(only, frozenset(filter(None, map(_name, names))), not config.get_option("server.enableCORS"))


def _name(text: str) -> str:
    """The host in an address or an origin; empty for an IP address, which every server may have and no page has for its own."""
    try:
        host = urlsplit(text if "://" in text else f"//{text}").netloc
    except ValueError:
        return ""
    found = named(host)
    return "" if found is None or is_address(found[0]) else found[0]
