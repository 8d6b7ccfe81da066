"""An address is taken for what it says, and never believed."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.live.wire.schema import ADDRESS
from vae.models import ModelConfig
from vae.store.files import write_json
from vae.store.folders import CONFIG
from vae.ui.view import RULES, clean, pairs

PAGES = sorted(RULES)
SIZES = {"mnist-ae": 16, "mnist-vae": 16, "mnist-vae-2": 2, "own-ae": 5}


@pytest.fixture(autouse=True)
def models(checkpoints: Path) -> Path:
    """Configs alone: an address is judged by what models say of themselves."""
    for name, size in SIZES.items():
        kind = "vae" if "vae" in name else "ae"
        config = ModelConfig(kind=kind, latent_dim=size, image_shape=(1, 28, 28), data=name.split("-")[0])
        write_json(checkpoints / name / CONFIG, config.to_dict())
    (checkpoints / "broken").mkdir()
    (checkpoints / "broken" / CONFIG).write_text("{")
    return checkpoints


def code(*values: float) -> str:
    """Codes as an address holds them."""
    return base64.urlsafe_b64encode(np.array(values, "<f4").tobytes()).decode().rstrip("=")


# Words that are nearly right, beside any text at all.
TEXT = st.text(max_size=40) | st.sampled_from(
    [
        "",
        "i0",
        "i12",
        "i",
        "c",
        "i-1",
        "i１",
        "0.5",
        "nan",
        "inf",
        "-0",
        "1e400",
        "1_0",
        "٣",
        "line",
        "prior",
        "mnist",
        "broken",
        "../mnist-vae",
        "\0",
        *SIZES,
    ]
)
CODE = st.lists(st.floats(width=32, allow_nan=True), max_size=20).map(lambda values: code(*values))


@pytest.mark.parametrize("page", PAGES)
@given(
    address=st.dictionaries(
        st.text(max_size=8) | st.sampled_from(sorted({key for rules in RULES.values() for key in rules})),
        TEXT | CODE | CODE.map("c".__add__),
    )
)
def test_any_address_leaves_its_valid_parts_and_a_sentence_for_every_other(page: str, address: dict[str, str]) -> None:
    view, problems = clean(page, address)
    assert view.items() <= address.items()
    own = address.keys() & RULES[page].keys()  # what others add to an address is nobody's mistake
    assert len(problems) == len(own - view.keys())
    for key in own - view.keys():
        assert any(key in problem for problem in problems)
    assert all(problem.endswith(".") for problem in problems)
    assert clean(page, view) == (view, [])
    assert all(RULES[page][key][0](text) for key, text in view.items())


def test_a_whole_view_of_explore_is_kept() -> None:
    address = {"model": "mnist-vae", "at": "c" + code(*range(16)), "s": code(*[0.5] * 16), "by": "local", "a": "i3", "b": "c" + code(*[-1.5] * 16), "pb": "-1.250000_7", "t": "0.250",
               "path": "sphere", "seed": "123456", "floor": "density", "zoom": "1.5_-2_8.25", "hide": "0_7", "draws": "12", "temp": "0.85", "from": "fitted",
               "toward": "-1", "away": "3", "around": code(*range(8)), "change": code(15, -0.5, 0, 7), "channel": "2"}  # fmt: skip
    assert clean("explore", address) == (address, [])


def test_a_whole_view_of_compare_is_kept() -> None:
    address = {"data": "mnist", "dim": "16", "show": "freedom", "i": "9999", "a": "i0", "b": "i1", "t": "1", "path": "line", "dice": "7", "from": "fitted",
               "r": "2.95", "floor": "pictures", "zae": "0_0_1", "zvae": "-3.25_4_0.5", "hide": "9"}  # fmt: skip
    assert clean("compare", address) == (address, [])


def test_a_whole_view_of_the_slide_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vae.ui.view.ladder_names", lambda: ["mnist-16"])
    address = {"ladder": "mnist-16", "p": "3.25", "dice": "7"}
    assert clean("slide", address) == (address, [])
    assert clean("slide", {"ladder": "gone", "p": "3.25"})[0] == {"p": "3.25"}


def test_a_whole_view_of_create_is_kept() -> None:
    address = {"caption": "a red apple", "b": "ein Apfel, <b>rot</b>", "seed": "12", "g": "2.5", "t": "0.7", "k": "1000", "show": "between", "pick": "32",
               "given": "__8AAP__", "cell": "63", "rub": "00ff00000000000a"}  # fmt: skip
    assert clean("create", address) == (address, [])


@pytest.mark.parametrize("key", ["at", "a", "b", "s"])
@given(size=st.integers(1, 40))
def test_a_code_of_another_size_than_the_models_is_left_out_with_a_sentence(key: str, size: int) -> None:
    text = ("" if key == "s" else "c") + code(*[0.0] * size)
    for model, dimensions in SIZES.items():
        view, problems = clean("explore", {"model": model, key: text})
        assert (key in view) == (size == dimensions)
        assert [problem for problem in problems if f" {key} " in problem and "another size" in problem] == problems
        assert len(problems) == (size != dimensions)


def test_a_change_beyond_the_models_code_is_left_out_with_a_sentence() -> None:
    for place, kept in ((1, True), (2, False)):
        view, problems = clean("explore", {"model": "mnist-vae-2", "at": "i3", "change": code(place, 0.5)})
        assert ("change" in view) == kept == (not problems)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_code_that_is_not_finite_is_no_code(value: float) -> None:
    view, problems = clean("explore", {"model": "mnist-vae-2", "at": "c" + code(0.0, value)})
    assert view == {"model": "mnist-vae-2"}
    assert len(problems) == 1


@pytest.mark.parametrize(("page", "key", "text"), [
    ("explore", "t", "1.5"), ("explore", "t", "-0.5"), ("explore", "path", "zigzag"), ("explore", "seed", "one"), ("explore", "model", "gone"),
    ("explore", "at", "12"), ("explore", "at", "c?AAA AAA="), ("explore", "change", code(0.5, 1)), ("explore", "change", code(1)), ("compare", "show", "all"), ("compare", "a", "c" + code(1, 2)), ("compare", "dim", "2.5"),
    ("compare", "dim", "64"), ("compare", "dim", "5"), ("compare", "r", "4"), ("compare", "data", "photographs"), ("compare", "data", "own"),
    ("compare", "i", "all"), ("compare", "from", "posterior"), ("explore", "floor", "lava"),
    ("compare", "floor", "Density"), ("explore", "by", "hand"), ("create", "caption", ""), ("create", "caption", "x" * 301),
    ("create", "k", "0"), ("create", "pick", "0"), ("create", "given", "!"), ("create", "rub", "xyz"), ("create", "cell", "-1"), ("create", "show", "all"), ("create", "seed", "-1"), ("create", "g", "11"),
    ("explore", "zoom", "1_2"), ("explore", "pa", "1_2_3"), ("explore", "pb", "1e3_2"), ("explore", "pa", "nan_1"), ("explore", "zoom", "1_2_0"), ("explore", "zoom", "1_2_-3"), ("explore", "zoom", "nan_0_1"), ("compare", "zae", "1,2,3"),
    ("compare", "hide", "0_"), ("explore", "hide", "red"), ("explore", "temp", "2.5"), ("explore", "toward", "-2"), ("explore", "around", code(*range(4))),
    ("explore", "around", code(*range(7))),
])  # fmt: skip
def test_a_wrong_part_is_named_in_its_sentence(page: str, key: str, text: str) -> None:
    rest = {"create": ("seed", "3")}.get(page, ("path", "line"))
    view, (problem,) = clean(page, {**dict([rest]), key: text})
    assert key not in view
    assert key in problem
    assert view == ({} if key == rest[0] else dict([rest]))


def test_only_code_sizes_of_both_kinds_make_a_pair() -> None:
    assert pairs() == {("mnist", 16)}


@pytest.mark.parametrize("page", PAGES)
def test_every_default_of_an_address_is_a_text_that_it_may_hold(page: str) -> None:
    for name, key in ADDRESS[page].items():
        if key.default not in (None, ""):  # which stand for what the model says, and for nothing
            assert RULES[page][name][0](str(key.default)), name
        for word in key.words:
            assert RULES[page][name][0](word), name


@pytest.mark.parametrize(
    ("model", "proj", "kept"),
    [
        ("mnist-vae", "pca", True),
        ("mnist-vae", "tsne", True),
        ("mnist-vae", "raw_0_15", True),
        ("mnist-vae", "toward_30_1_2_-1", True),
        ("mnist-vae", "raw_0_16", False),
        ("mnist-vae", "raw_0", False),
        ("mnist-vae", "isomap", False),
        ("mnist-vae-2", "pca", False),
        ("mnist-vae-2", "raw_0_1", False),
        ("nothing", "pca", False),
    ],
)
def test_a_projection_is_one_that_the_code_can_be_seen_on(model: str, proj: str, kept: bool) -> None:
    view, problems = clean("explore", {"model": model, "proj": proj})
    assert ("proj" in view) is kept and any("proj" in problem for problem in problems) is not kept
