"""A diagnosis as HTML: every kind of picture is drawn, and nothing of it can be markup."""

from __future__ import annotations

import base64
import re
from xml.etree import ElementTree

import pytest

from vae.report.doctor import diagnosis, picture

BARS = {"kind": "bars", "caption": "KL <i>", "labels": ["1", "2"], "values": [[0.5, 2.0]], "x": [], "points": {}, "pictures": []}
CURVES = {
    "kind": "curves",
    "caption": "error",
    "labels": ["ladder"],
    "values": [[3.0, 1.0]],
    "x": [1.0, 2.0],
    "points": {"this <model>": (1.5, 4.0)},
}
PICTURES = {"kind": "pictures", "caption": "draws", "labels": ["draw", "training"], "pictures": [["data:image/png;base64,a"] * 3] * 2}


@pytest.mark.parametrize("sketch", [BARS, CURVES, PICTURES], ids=lambda sketch: sketch["kind"])
def test_every_kind_is_whole_html(sketch: dict) -> None:
    tree = ElementTree.fromstring(_closed(picture(sketch)))
    assert tree.tag == "figure" and tree.find("figcaption") is not None


def _closed(html: str) -> str:
    """Pictures closed, as XML wants them."""
    return re.sub(r"<br>", "<br/>", re.sub(r"(<img [^>]*)>", r"\1/>", html))


def drawing(sketch: dict) -> ElementTree.Element:
    """The plot in a picture, without the name space that every tag would have."""
    (found,) = re.findall(r"data:image/svg\+xml;base64,([^\"]+)", picture(sketch))
    return ElementTree.fromstring(base64.b64decode(found).decode().replace(' xmlns="http://www.w3.org/2000/svg"', ""))


def test_heights_are_in_proportion() -> None:
    tree = drawing(BARS)
    one, two = (float(bar.get("height")) for bar in tree.iter("rect"))
    assert two / one == pytest.approx(4, rel=0.01)


def test_points_lie_where_the_curve_s_scale_puts_them() -> None:
    tree = drawing(CURVES)
    (circle,) = tree.iter("circle")
    (line,) = tree.iter("polyline")
    ends = [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]
    assert float(circle.get("cx")) == pytest.approx((ends[0][0] + ends[1][0]) / 2)
    assert float(circle.get("cy")) < min(end[1] for end in ends), "a larger error is higher up"


def test_bars_below_zero_and_many_bars_are_drawn_too() -> None:
    assert len(list(drawing(BARS | {"values": [[-1.0, 0.0]]}).iter("rect"))) == 2
    many = BARS | {"labels": [str(at) for at in range(64)], "values": [[1.0] * 64]}
    assert len(list(drawing(many).iter("rect"))) == 64 and "64 numbers, from 1 to 1" in picture(many)


def test_what_is_wrong_comes_first_and_names_are_text() -> None:
    def finding(title: str, fault: bool) -> dict:
        return {
            "title": title, "fault": fault, "sentence": "<script>", "figure_name": "share", "limit": 0.5, "above": True,
            "figure": {"value": 0.1, "n": 1}, "command": "a & b" if fault else None, "remedy": {"words": "Try"} if fault else None, "sketch": BARS,
        }  # fmt: skip

    said = diagnosis("<model>", [finding("Fault", True), finding("Sound", False)], {})
    assert said.index("Fault") < said.index("Sound") and "a &amp; b" in said
    assert "<script>" not in said and "<model>" not in said and "<i>" not in said
    assert "1 of 2 checks found something wrong" in said
    assert "None of 1 checks found anything wrong" in diagnosis("m", [finding("Sound", False)], {})
