"""Pages without a browser: a Streamlit script run by `AppTest`, and what it hands to the component."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import vae.ui

SCREENS = Path(vae.ui.__file__).parent / "screens"


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    """Runs the screen of a name with the parameters of an address; an exception in it fails the test."""

    def open_screen(name: str, **address: str) -> AppTest:
        app = AppTest.from_file(str(SCREENS / f"{name}.py"), default_timeout=60)
        for key, value in address.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        return app

    return open_screen


def handed_over(app: AppTest) -> dict:
    """What the page's component was given."""
    (component,) = app.get("bidi_component")
    return json.loads(component.proto.json)
