"""Opening the app from the command line: `continuum run`."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

from vae.store.folders import PACKAGE, SHIPPED


def launcher() -> Path:
    """The file that Streamlit runs, with its settings in `.streamlit/` beside it: in a checkout they lie beside the package."""
    return next(folder / "app.py" for folder in (SHIPPED, PACKAGE.parent) if (folder / "app.py").is_file())


def launch(port: int, host: str) -> None:
    """Serve the app until it is stopped.

    Parameters
    ----------
    port : 1 to 65535
    host : the address to listen on; 0.0.0.0 for every one of this machine

    Raises
    ------
    ValueError
        If nothing can listen there; the message says what to do.
    """
    _try_to_listen(port, host)
    from streamlit.web.cli import main  # after the question above, which is answered at once

    main(["run", str(launcher()), "--server.port", str(port), "--server.address", host])


def _try_to_listen(port: int, host: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        if os.name == "posix":  # a server that has just ended is no obstacle
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise ValueError(f"port {port} is in use; stop what uses it, or choose another with --port") from error
            raise ValueError(
                f"nothing can listen on {host}, port {port} ({error.strerror}); choose another with --port or --host"
            ) from error
