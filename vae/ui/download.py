"""Fetching a data set on request, with progress."""

from __future__ import annotations

import threading
import time

import streamlit as st

from vae import data
from vae.data.registry import Download
from vae.ui.language import translate as _
from vae.ui.language import written
from vae.ui.plain import plain


def download_with_progress(name: str, download: Download) -> None:
    """Fetch the data set `name` while a bar shows how much has come; a failure is one sentence."""
    failure: list[BaseException] = []

    def fetch() -> None:
        try:
            data.load(name, "test", download=True)
        except BaseException as error:
            failure.append(error)

    worker = threading.Thread(target=fetch, daemon=True)
    worker.start()
    bar = st.progress(0.0, text=_("connecting"))
    while worker.is_alive():
        come = sum(path.stat().st_size for path in download.files() if path.exists())
        bar.progress(
            min(1.0, come / download.bytes),
            text=_("{share} of {bytes} MB", share=written(f"{come / 1e6:.1f}"), bytes=written(f"{download.bytes / 1e6:.1f}")),
        )
        worker.join(0.2)
    if failure:
        bar.empty()
        st.error(
            _(
                "The download did not succeed ({why}). Check the connection and try again, or set VAE_DATA to a folder that holds the data set.",
                why=plain(str(failure[0])),
            )
        )
        return
    bar.progress(1.0, text=_("done"))
    time.sleep(0.3)  # long enough to be read
    st.rerun()
