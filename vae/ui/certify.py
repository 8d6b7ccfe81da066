"""Asking for a certificate on the Models page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import streamlit as st

from vae.store.errors import DatabaseError
from vae.store.files import CheckpointError
from vae.ui import server
from vae.ui.language import spoken
from vae.ui.language import translate as _
from vae.ui.plain import plain
from vae.ui.watching import UNDER_WAY, watch
from vae.web.certificates import Order, file_name


def certificate_panel(models: dict[str, tuple[str, str, int]]) -> None:
    """Let a person choose one model or two of the same data, and give them the certificate.

    Parameters
    ----------
    models : data set, kind and code size by name
    """
    st.html(f'<h2 style="font-size:1.05rem;font-weight:650;padding:0;margin:1rem 0 0.4rem">{_("Certificate")}</h2>')
    st.caption(
        _(
            "All figures with 95 % intervals, a verdict for each textbook sentence, draws and film strips: one page to hand out, which "
            "needs no network. Figures that have not been measured yet take a minute or two; the app goes on meanwhile."
        )
    )
    with st.container(gap="small"):
        _choose(models)


def _choose(models: dict[str, tuple[str, str, int]]) -> None:
    first, second = st.columns(2)
    name = first.selectbox(_("Model"), list(models), key="certificate of")
    others = [other for other in models if other != name and models[other][0] == models[name][0]]
    others.sort(key=lambda other: (models[other][2] != models[name][2], models[other][1] == models[name][1]))  # its partner first
    alone = _("no other model")
    against = second.selectbox(_("Beside it"), [*others, alone], key=f"beside {name}")
    certificate((name,) if against == alone else (name, against), key="certify")


def certificate(names: tuple[str, ...], *, key: str) -> None:
    """A button that asks for the certificate of one model or two, its progress, and then where to get it.

    Parameters
    ----------
    names : of the models
    key : of the button, which sets it apart from others on the page
    """
    try:
        order = server.certificates.find(names)
    except DatabaseError as error:
        st.error(plain(str(error)))
        return
    if order is not None and order.state in UNDER_WAY:
        watch(lambda: _told(server.certificates.find(names)))
        return
    if order is not None and order.state == "ready":
        _hand_out(order, key)
        return
    if order is not None:
        st.error(_("The certificate could not be made: {why}", why=plain(str(order.sentence))))
    if st.button(_("Certificate"), key=key):
        try:
            server.certificates.ask(names)
        except (CheckpointError, ValueError) as error:
            st.error(plain(str(error)))
        else:
            st.rerun()


def _told(order: Order | None) -> dict[str, Any]:
    return {"state": "none"} if order is None else {"state": order.state, "share": order.share, "words": order.words}


def _hand_out(order: Order, key: str) -> None:
    # Relative to the page, as Streamlit's own addresses are: a proxy may have put something in front.
    against = f"against={quote(order.names[1], safe='')}&" if order.names[1:] else ""
    address = f"continuum/certificates/{quote(order.names[0], safe='')}/page?{against}lang={spoken()}"
    with st.container(horizontal=True):
        st.link_button(_("Open certificate"), address)
        for words, content, ending, kind in (
            (_("Download page"), order.page(spoken()), "html", "text/html"),
            (_("Download figures"), order.json, "json", "application/json"),
        ):
            name = f"{file_name(order.names)}.{ending}"
            st.download_button(words, content, name, kind, key=f"{key} {ending}", on_click="ignore")
