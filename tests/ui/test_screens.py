"""Every screen opens: with the shipped models, without any, with a broken one, and at a wrong address."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import handed_over
from vae.store.files import write_json
from vae.store.folders import ATLAS, CONFIG, METRICS
from vae.store.metrics import load_metrics, save_metrics
from vae.web.certificates import Order

SHIPPED = Path(__file__).parents[2] / "checkpoints"
KINDS, DATA = ("ae", "vae"), ("mnist", "fashion-mnist")
NAMES = {f"{data}-{kind}{size}" for data in DATA for kind in KINDS for size in ("-2", "", "-64")}

Open = Callable[..., AppTest]


@pytest.mark.parametrize("page", ["explore", "compare"])
def test_a_live_page_hands_its_view_to_the_component(open_page: Open, page: str) -> None:
    data = handed_over(open_page(page, t="0.25", path="sphere"))
    assert data["page"] == page
    assert data["view"] == {"t": "0.25", "path": "sphere"}


@pytest.mark.parametrize("page", ["explore", "compare"])
def test_a_wrong_address_is_told_and_the_rest_is_handed_over(open_page: Open, page: str) -> None:
    app = open_page(page, t="soon", floor="![x](https://example.com/x.png)", path="sphere", utm_source="letter", fbclid="![x](y)")
    told = handed_over(app)["problems"]
    assert len(told) == 2
    assert "t=soon" in told[0]
    assert "floor=![x](https://example.com/x.png)" in told[1]
    assert handed_over(app)["view"] == {"path": "sphere"}


def test_a_page_follows_its_address(open_page: Open) -> None:
    app = open_page("explore", t="0.5")
    first = handed_over(app)
    app.run()
    assert handed_over(app) == first
    app.query_params["t"] = "0.75"
    app.run()
    assert handed_over(app)["view"] == {"t": "0.75"}


def test_create_is_handed_a_caption_as_it_stands(open_page: Open) -> None:
    view = {"caption": "a <b>red</b> apple & a *cat*", "seed": "3", "show": "inside"}
    assert handed_over(open_page("create", **view))["view"] == view


def table(app: AppTest) -> dict[str, dict]:
    """The rows of Models by name."""
    frame = app.dataframe[0].value
    return {row["model"]: row for row in frame.to_dict("records")}


def unusable(app: AppTest) -> str:
    """The quiet lists of what cannot be used, as they are written."""
    return "".join(part.proto.body for part in app.get("html") if "ctm-quietlist" in part.proto.body)


def test_a_hostile_name_or_sentence_is_text_in_the_quiet_list(open_page: Open, checkpoints: Path) -> None:
    (checkpoints / "<img src=x onerror=alert(1)>").mkdir()
    (checkpoints / "<img src=x onerror=alert(1)>" / CONFIG).write_text('{"<script>": 1}')
    said = unusable(open_page("models"))
    assert "1 model cannot be used" in said and "<img" not in said and "<script>" not in said


def test_models_lists_all_that_are_shipped_with_their_figures(open_page: Open) -> None:
    app = open_page("models")
    rows = table(app)
    assert rows.keys() >= NAMES
    assert not app.error
    for name in NAMES:
        assert rows[name]["kind"] == ("VAE" if "-vae" in name else "AE")
        assert 0 < rows[name]["squared error"] < 0.1
        assert rows[name]["Fréchet distance, N(0, I)"] > 0
        assert (rows[name]["KL"] > 0) == ("-vae" in name)


def test_models_shows_how_figures_differ_over_seeds_and_says_what_is_wrong_with_one(open_page: Open, checkpoints: Path) -> None:
    for name in ("mnist-ae-2", "mnist-vae-2"):
        shutil.copytree(SHIPPED / name, checkpoints / name)
        metrics = load_metrics(checkpoints / name) | {"recon_mse": {"value": 0.0321}, "weights_sha256": "another"}
        write_json(checkpoints / name / "metrics-seed-1.json", metrics)
    app = open_page("models")
    (shown,) = [part.proto.body for part in app.get("html") if "ctm-seeds" in part.proto.body]
    assert "0.0321–0.0" in shown and "n = 2" in shown
    assert shown.count("trained 2 times with nothing but the seed changed") >= 2
    (checkpoints / "mnist-ae-2" / "metrics-seed-2.json").write_text("{")
    app = open_page("models")
    assert not app.error and "metrics-seed-2.json is broken" in unusable(app)
    assert table(app).keys() == {"mnist-ae-2", "mnist-vae-2"}


def test_models_shows_the_published_tables(open_page: Open, checkpoints: Path) -> None:
    shutil.copytree(SHIPPED / "mnist-vae-2", checkpoints / "ours")
    metrics = {"nll_200_binarized": {"value": 95.5, "low": 95.0, "high": 96.0, "n": 10_000}}
    save_metrics(checkpoints / "ours", metrics)
    app = open_page("models")
    likelihood, lines = (frame.value.to_dict("records") for frame in app.dataframe[1:3])
    assert likelihood[-1] | {"model": "", "from": ""} == {
        "model": "", "nats": 95.5, "95 %": "95.00 to 96.00", "samples": 200, "binarized": "static", "images seen": 3_600_000, "from": "",
    }  # fmt: skip
    assert likelihood[-1]["model"].startswith("ours")
    assert [row["model"] for row in lines][:2] == ["ACAI", "VAE"]


@pytest.mark.parametrize("page", ["explore", "compare", "slide", "models"])
def test_every_page_opens_without_a_model(open_page: Open, checkpoints: Path, page: str) -> None:
    app = open_page(page)
    if page == "models":
        assert "Train one" in app.info[0].value


def test_a_broken_model_is_one_sentence_and_the_others_are_listed(open_page: Open, checkpoints: Path) -> None:
    shutil.copytree(SHIPPED / "mnist-vae-2", checkpoints / "sound")
    for name, text in {"lies": '{"kind": "gan"}', "no-json": "{", "unknown": "[]"}.items():
        (checkpoints / name).mkdir()
        (checkpoints / name / CONFIG).write_text(text)
    shutil.copytree(SHIPPED / "mnist-vae-2", checkpoints / "no-figures")
    (checkpoints / "no-figures" / METRICS).write_text("broken")
    app = open_page("models")
    assert table(app).keys() == {"sound", "no-figures"}
    assert not app.error
    said = unusable(app)
    assert "3 models cannot be used" in said and "1 file of figures cannot be read" in said
    assert all(f"<b>{name}</b>: " in said for name in ("lies", "no-json", "unknown", "no-figures"))
    assert "Traceback" not in said
    for page in ("explore", "compare"):
        open_page(page)


def test_data_sets_that_are_missing_can_be_downloaded(open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAE_DATA", str(tmp_path / "nothing"))
    app = open_page("models")
    downloads = [button for button in app.button if button.label.startswith("Download")]
    assert [button.label for button in downloads] == ["Download MNIST", "Download Fashion-MNIST"]
    fetched = []

    def refuse(name: str, split: str, *, download: bool) -> None:
        fetched.append((name, split, download))
        raise OSError("no route to host")

    monkeypatch.setattr("vae.data.load", refuse)
    downloads[0].click().run()
    assert fetched == [("mnist", "test", True)]
    assert "no route to host" in app.error[0].value
    assert "VAE_DATA" in app.error[0].value
    assert not app.exception


def test_data_sets_on_disk_are_named(open_page: Open, real_data: Path) -> None:
    app = open_page("models")
    assert not [button for button in app.button if button.label.startswith("Download")]
    assert sum("is on disk" in markdown.value for markdown in app.markdown) == 2


@pytest.mark.slow
def test_a_certificate_is_asked_for_watched_and_handed_out(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    orders: dict[tuple[str, ...], Order] = {}

    class Certificates:
        find = staticmethod(orders.get)

        @staticmethod
        def ask(names: tuple[str, ...]) -> None:
            orders[names] = Order(names, "working", 0.4, "mnist-ae: paths")

    monkeypatch.setattr("vae.ui.server.certificates", Certificates)
    app = open_page("models")
    app.selectbox[0].select("mnist-ae-2").run()
    assert app.selectbox[1].value == "mnist-vae-2", "its partner is not proposed first"
    assert all("mnist" in option and "fashion" not in option for option in app.selectbox[1].options[:-1]), (
        "models of other data are offered"
    )
    app.button(key="certify").click().run()
    names = ("mnist-ae-2", "mnist-vae-2")
    assert list(orders) == [names]
    assert not app.exception
    assert not [button for button in app.button if button.key == "certify"], "it can be asked for twice"

    orders[names].state, orders[names].html, orders[names].json = "ready", b"<p>", b"{}"
    app.run()
    assert app.get("link_button")[0].proto.url == "continuum/certificates/mnist-ae-2/page?against=mnist-vae-2&lang=en", (
        "it leaves the base path"
    )
    orders[names] = Order(names, "failed", sentence="the disk is full")
    app.run()
    assert "the disk is full" in app.error[0].value
    assert app.button(key="certify")


@pytest.mark.slow
def test_a_model_alone_has_a_certificate_too(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    class Certificates:
        @staticmethod
        def find(names: tuple[str, ...]) -> None:
            return None

        @staticmethod
        def ask(names: tuple[str, ...]) -> None:
            asked.append(names)
            raise ValueError("many certificates are being made already; try again in some minutes")

    monkeypatch.setattr("vae.ui.server.certificates", Certificates)
    app = open_page("models")
    app.selectbox[1].select(app.selectbox[1].options[-1]).run()
    app.button(key="certify").click().run()
    assert asked == [(app.selectbox[0].value,)]
    assert "try again" in app.error[0].value


@pytest.mark.slow
def test_a_diagnosis_is_asked_for_watched_and_shown(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, dict] = {}

    class Diagnoses:
        @staticmethod
        def known() -> frozenset[str]:
            return frozenset(told)

        @staticmethod
        def find(name: str) -> dict:
            return told.get(name, {"state": "none"})

        @staticmethod
        def ask(name: str) -> None:
            if name == "mnist-ae-2":
                raise ValueError("many jobs are waiting already; try again in some minutes")
            told[name] = {"state": "working", "share": 0.4, "words": "blur"}

    monkeypatch.setattr("vae.ui.server.diagnoses", Diagnoses)
    app = open_page("models")
    app.button(key="diagnose mnist-ae-2").click().run()
    assert "try again" in app.error[0].value and not told
    app.button(key="diagnose mnist-vae-2").click().run()
    assert list(told) == ["mnist-vae-2"] and not app.exception
    finding = {
        "title": "Blur <b>", "fault": True, "sentence": "They are blurred.", "figure_name": "power", "limit": 0.25, "above": False,
        "figure": {"value": 0.1, "low": 0.05, "high": 0.15, "n": 9}, "command": "python -m vae train --out x",
        "remedy": {"words": "Try"}, "sketch": {"kind": "bars", "caption": "power", "labels": ["a"], "values": [[-1.0]], "points": {}},
    }  # fmt: skip
    told["mnist-vae-2"] = {"state": "ready", "findings": [finding], "left_out": {"rate": "no ladder"}, "notes": []}
    app.run()
    (shown,) = [part.proto.body for part in app.get("html") if "ctm-doctor" in part.proto.body]
    assert "power: 0.1 [0.05, 0.15], wrong below 0.25" in shown and "python -m vae train --out x" in shown
    assert "Blur &lt;b&gt;" in shown and "no ladder" in shown
    told["mnist-vae-2"] = {"state": "failed", "sentence": "the disk is full"}
    app.run()
    assert "the disk is full" in app.error[0].value


def test_a_model_that_waits_for_its_map_is_no_fault_and_its_map_is_made_on_request(
    open_page: Open, checkpoints: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Maps:
        @staticmethod
        def find(name: str) -> dict:
            return {"state": "working", "share": 0.4, "words": "laying"} if name in asked else {"state": "none"}

        ask = staticmethod(asked.append)

    monkeypatch.setattr("vae.ui.server.maps", Maps)
    for name in ("mnist-ae-2", "mnist-vae-2"):
        shutil.copytree(SHIPPED / name, checkpoints / name)
    (checkpoints / "mnist-vae-2" / ATLAS).unlink()
    app = open_page("models")
    assert not app.error and "cannot be used" not in unusable(app)
    (line,) = [part.value for part in app.markdown if "waits for its map" in part.value]
    assert "`python -m vae embed mnist-vae-2`" in line
    assert table(app).keys() == {"mnist-ae-2", "mnist-vae-2"}
    (card,) = [part.proto.body for part in app.get("html") if 'href=".?model=' in part.proto.body]
    assert 'href=".?model=mnist-ae-2"' in card and "mnist-vae-2" not in card.split('class="links"')[1]
    app.button(key="map mnist-vae-2").click().run()
    assert asked == ["mnist-vae-2"] and not [button for button in app.button if button.key == "map mnist-vae-2"]


def test_models_of_ones_own_data_come_first_and_say_what_their_figures_are_of(open_page: Open, checkpoints: Path) -> None:
    for name in ("mnist-ae-2", "zebras-ae"):
        shutil.copytree(SHIPPED / "mnist-ae-2", checkpoints / name)
    config = json.loads((checkpoints / "zebras-ae" / CONFIG).read_text("utf-8"))
    write_json(checkpoints / "zebras-ae" / CONFIG, config | {"data": "zebras"})
    save_metrics(checkpoints / "zebras-ae", load_metrics(checkpoints / "zebras-ae") | {"test_images": 321})
    app = open_page("models")
    said = "".join(part.proto.body for part in app.get("html"))
    assert said.index("your own data") < said.index("zebras") < said.index("come with the app") < said.index("MNIST")
    assert "figures of 321 test images" in said and "figures of 10,000 test images" in said
    assert [*table(app)] == ["zebras-ae", "mnist-ae-2"]


@pytest.mark.slow
def test_a_diagnosis_that_somebody_else_has_asked_for_is_seen_too(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "mnist-vae-2": {"state": "working", "share": 0.4, "words": "blur"},
        "mnist-ae-2": {"state": "ready", "findings": [], "left_out": {}, "notes": [], "made": "2026-01-01 10:00 UTC"},
        "mnist-vae": {"state": "failed", "sentence": "the disk is full"},
    }

    class Diagnoses:
        find = staticmethod(told.get)

        @staticmethod
        def known() -> frozenset[str]:
            return frozenset(told)

    monkeypatch.setattr("vae.ui.server.diagnoses", Diagnoses)
    app = open_page("models")
    assert not app.error, "a failure is told to who asked"
    assert "Diagnosis of mnist-ae-2" in [box.label for box in app.expander]
    assert any("Made on the command line, 2026-01-01 10:00 UTC." in part.value for part in app.caption)
