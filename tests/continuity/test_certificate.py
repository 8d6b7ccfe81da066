"""The certificate of small models: what it says, that its page needs nothing else, and that its JSON holds the same."""

from __future__ import annotations

import base64
import io
import json
import re
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from vae.continuity import certificate as module
from vae.continuity import scorecard as card
from vae.continuity.certificate import Certificate, certify
from vae.continuity.certificate_page import page, save
from vae.data.fingerprint import identity
from vae.models import Classifier, ModelConfig, build
from vae.models.flow import Flow
from vae.store.atlases import Atlas, save_atlas
from vae.store.checkpoints import save_model, weights_sha256
from vae.store.classifiers import load_classifier, save_classifier
from vae.store.files import CheckpointError
from vae.store.folders import ATLAS, CONFIG, METRICS
from vae.store.metrics import read_figures, save_metrics
from vae.store.priors import save_prior
from vae.tasks.certify import CertifyRequest
from vae.tasks.certify import certify as certify_task
from vae.tasks.import_images import ImportRequest, import_images

pytestmark = pytest.mark.slow

SIDE = 8
CLASSES = ("circle", "square")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of 160 pictures in two classes, 16 of them for testing."""
    folder = tmp_path_factory.mktemp("data") / "shapes & <others>"
    draws = np.random.default_rng(0)
    for row in range(160):
        target = folder / ("test" if row % 10 == 9 else "train") / CLASSES[row // 2 % 2]
        target.mkdir(parents=True, exist_ok=True)
        Image.fromarray(draws.integers(0, 255, (SIDE, SIDE, 3)).astype(np.uint8)).save(target / f"{row:03d}.png")
    return folder


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"DRAWS": 200, "PAIRS": 4, "SPEEDS": 20, "WEIGHED": 16, "SAMPLES": 2}.items():
        monkeypatch.setattr(card, name, value)
    monkeypatch.setattr(card.measures, "frechet_c", partial(card.measures.frechet_c, resamples=4))
    monkeypatch.setattr(module, "DRAWS", 200)
    monkeypatch.setattr(module, "TERRAIN", 24)
    monkeypatch.setattr(module, "PLANE", 4)


@pytest.fixture
def models_root(checkpoints: Path, pictures: Path) -> Path:
    """An AE and a VAE of 2 and 3 dimensions with atlases, and a classifier."""
    import_images(ImportRequest(source=pictures, name=pictures.name, size=SIDE))
    for name, kind, dim in (("ae", "ae", 3), ("vae", "vae", 3), ("vae-again", "vae", 3), ("ae-2", "ae", 2), ("vae-2", "vae", 2)):
        torch.manual_seed(len(name))
        config = ModelConfig(
            kind=kind, latent_dim=dim, image_shape=(3, SIDE, SIDE), data=pictures.name, hidden=(16,), beta=1.0 if kind == "vae" else 0.0
        )
        model = build(config)
        save_model(checkpoints / name, model)
        draws = np.random.default_rng(dim)
        codes = draws.normal(size=(40, dim)).astype(np.float32)
        std = np.full_like(codes, 0.3) if kind == "vae" else np.zeros_like(codes)
        settings = {"method": "identity" if dim == 2 else "umap", "splits": ["test"]}
        places = codes if dim == 2 else codes[:, :2]
        save_atlas(checkpoints / name, Atlas(codes, std, np.zeros(40, np.uint8), places, CLASSES, settings))
    torch.manual_seed(1)
    judge = Classifier((3, SIDE, SIDE), 2).eval()
    with torch.inference_mode():
        reference = judge.features(torch.rand(60, 3, SIDE, SIDE))
    config = {"data": pictures.name, "data_sha256": identity(pictures.name), "image_shape": [3, SIDE, SIDE], "classes": list(CLASSES),
              "off_manifold_threshold": 0.5, "test_accuracy": 0.9}  # fmt: skip
    save_classifier(checkpoints / "classifiers" / pictures.name, judge, config, reference)
    return checkpoints


class Reader(HTMLParser):
    """What a page's elements refer to, and whether every one is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [
            value or "" for name, value in attrs if name in ("src", "href", "srcset", "data", "action", "poster", "xlink:href")
        ]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ("meta", "img", "br"):
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(found: Certificate) -> Reader:
    reader = Reader()
    reader.feed(page(found))
    assert not reader.open
    return reader


@pytest.mark.parametrize("names", [["ae", "vae"], ["vae-2", "ae-2"], ["vae"], ["vae", "vae-again"]], ids=" and ".join)
def test_the_page_needs_nothing_else(models_root: Path, names: list[str]) -> None:
    text, reader = page(found := certify(names)), read(found)
    assert reader.sources and all(source.startswith("data:image/png;base64,") for source in reader.sources)
    for source in reader.sources:
        Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))).load()
    assert not {"script", "link", "iframe", "object", "a"} & set(reader.tags)
    assert not re.search(r"https?:|url\(|@import|//[a-z]", re.sub(r"base64,[\w+/=]+", "", text))
    assert len(reader.sources) == len(found.pictures) + (
        len(set(names)) > 1 and {"ae", "vae"} <= {name.split("-")[0] for name in names}
    )  # one is shown twice
    for name in names:
        assert name in " ".join(reader.words)


def test_the_json_holds_the_figures_and_survives_a_round_trip(models_root: Path, tmp_path: Path) -> None:
    found = certify(["vae", "ae"])
    beside = save(found, tmp_path / "sheet.html")
    assert beside == tmp_path / "sheet.json"
    facts = json.loads(beside.read_text("utf-8"), parse_constant=lambda word: pytest.fail(f"{word} is no number"))
    assert facts == found.facts
    assert (tmp_path / "sheet.html").read_text("utf-8") == page(found)
    assert [model["name"] for model in facts["models"]] == ["ae", "vae"], "the autoencoder comes first"
    assert facts["models"][0]["weights_sha256"] == weights_sha256(models_root / "ae")
    assert facts["classifier"]["sha256"] == load_classifier(facts["data"]).sha256
    assert "judged by our classifier, SHA-256" in " ".join(read(found).words)
    assert len(facts["verdicts"]) == 6
    assert len(facts["strips"]) == module.STRIPS and all(len(strip["models"]) == 2 for strip in facts["strips"])
    assert "--against vae" in facts["command"]
    again = certify(["vae", "ae"]).facts
    assert {**again, "made": ""} == {**facts, "made": ""}, "the same seed gives another certificate"


def test_a_code_plane_is_decoded_and_terrain_is_drawn_of_every_map(models_root: Path) -> None:
    flat, deep = certify(["ae-2", "vae-2"]), certify(["ae", "vae"])
    assert {"0/plane", "1/plane", "0/terrain", "1/terrain"} <= flat.pictures.keys()
    assert "0/plane" not in deep.pictures and {"0/terrain", "1/terrain"} <= deep.pictures.keys()
    with Image.open(io.BytesIO(flat.pictures["0/plane"])) as plane:
        assert plane.size == (4 * SIDE, 4 * SIDE)
    words = " ".join(read(flat).words)
    assert "The whole plane, decoded" in words and "Terrain" in words


def test_names_are_text_and_never_markup(models_root: Path) -> None:
    (models_root / "ae").rename(models_root / "<b>&ae")
    found = certify(["<b>&ae", "vae"])
    assert "<b>&ae" not in page(found) and "&lt;b&gt;&amp;ae" in page(found)
    assert "shapes & <others>" in " ".join(read(found).words)


def test_figures_in_metrics_json_are_used_and_only_missing_ones_are_computed(models_root: Path) -> None:
    known = {
        "seed": 0,
        "recon_mse": {"value": 0.5, "low": 0.4, "high": 0.6, "n": 77},
        "step_max_ratio": {"value": 9, "low": 8, "high": 10, "n": 4},
    }
    save_metrics(models_root / "ae", known)
    before = (models_root / "ae" / METRICS).read_bytes()
    found = certify(["ae"])
    values = {row["key"]: row["values"][0] for row in found.facts["figures"]}
    assert values["recon_mse"] == known["recon_mse"]
    assert "frechet_c_prior" in values
    assert found.facts["models"][0]["figures_from_metrics_json"] == 2
    assert (models_root / "ae" / METRICS).read_bytes() == before, "a certificate changes no figures on disk"


def test_what_is_measured_for_a_certificate_is_kept_so_that_a_second_one_measures_nothing(
    models_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"name": "ae", "against": "vae", "out": tmp_path / "sheet.html", "device": "cpu"}
    made = certify_task(CertifyRequest(**asked, keep=True))
    assert made.kept == [models_root / name / METRICS for name in ("ae", "vae")] and not made.notes
    kept = [path.read_bytes() for path in made.kept]
    assert "pca_mse" in read_figures(models_root / "ae").values, "what needs the training images is left out for good"
    for where in (module, card):
        monkeypatch.setattr(where, "scorecard", lambda *_, **__: pytest.fail("it is measured again"))
    again = certify_task(CertifyRequest(**asked, keep=True))
    assert not again.kept and [path.read_bytes() for path in made.kept] == kept
    assert again.verdicts == made.verdicts
    monkeypatch.undo()


def test_figures_of_another_seed_are_not_written_over_and_that_is_said(models_root: Path, tmp_path: Path) -> None:
    save_metrics(models_root / "ae", {"seed": 3, "weights_sha256": weights_sha256(models_root / "ae"), "recon_mse": {"value": 0.5}})
    before = (models_root / "ae" / METRICS).read_bytes()
    made = certify_task(CertifyRequest(name="ae", out=tmp_path / "sheet.html", device="cpu", keep=True))
    assert not made.kept and (models_root / "ae" / METRICS).read_bytes() == before
    assert "of seed 3" in made.notes[0] and "python -m vae evaluate ae --seed 0" in made.notes[0]


@pytest.mark.parametrize("other", [{"seed": 1}, {"weights_sha256": "0" * 64}, {"classifier_sha256": "0" * 64}, {"test_images": 5}], ids=str)
def test_figures_of_other_weights_seed_classifier_or_images_are_not_used(models_root: Path, other: dict) -> None:
    stale = {"seed": 0, "recon_mse": {"value": 0.5, "low": 0.4, "high": 0.6, "n": 77}} | other
    save_metrics(models_root / "ae", stale)
    found = certify(["ae"])
    assert found.facts["models"][0]["figures_from_metrics_json"] == 0
    assert next(row["values"][0]["n"] for row in found.facts["figures"] if row["key"] == "recon_mse") == 16


def test_a_learned_prior_has_a_wall_and_figures_of_its_own(models_root: Path) -> None:
    save_prior(models_root / "ae", Flow(3))
    found = certify(["ae"])
    assert "0/learned" in found.pictures and "frechet_c_learned" in {row["key"] for row in found.facts["figures"]}
    assert "a prior learned from its codes" in " ".join(read(found).words)


def test_without_the_data_set_it_is_made_from_what_is_on_disk(models_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_metrics(models_root / "ae", {"seed": 0, "recon_mse": {"value": 0.5, "low": 0.4, "high": 0.6, "n": 77}})

    def gone(*_: object, **__: object) -> None:
        raise module.DataError("gone")

    monkeypatch.setattr(module.data, "load", gone)
    found = certify(["ae"])
    assert [row["key"] for row in found.facts["figures"]] == ["recon_mse"]
    assert "not on disk" in found.facts["left_out"][0]["frechet_c_prior"]
    assert {"0/prior", "0/fitted", "0/mixture", "0/strip/0"} <= found.pictures.keys()
    assert not any(name.startswith("original") for name in found.pictures)
    assert "not on disk" in " ".join(read(found).words)
    (models_root / "ae" / ATLAS).unlink()
    with pytest.raises(CheckpointError, match="embed ae"):
        certify(["ae"])


def test_a_model_that_was_not_embedded_has_a_certificate_without_terrain(models_root: Path) -> None:
    (models_root / "vae" / ATLAS).unlink()
    found = certify(["vae"])
    assert "0/prior" in found.pictures and "0/terrain" not in found.pictures
    assert "Terrain" not in " ".join(read(found).words)


def test_without_a_classifier_the_sentences_that_need_one_are_undecided(models_root: Path, pictures: Path) -> None:
    (models_root / "classifiers" / pictures.name / CONFIG).unlink()
    found = certify(["ae", "vae"])
    assert found.facts["classifier"] is None
    assert "judged by nobody" in " ".join(read(found).words) and "there is no classifier for these data" in " ".join(read(found).words)
    assert found.facts["verdicts"][0]["ruling"] == "cannot be decided here"
    assert "missing" in " ".join(read(found).words)


def test_a_classifier_that_guesses_judges_nothing_and_the_certificate_says_why(models_root: Path, pictures: Path) -> None:
    config = models_root / "classifiers" / pictures.name / CONFIG
    config.write_text(config.read_text("utf-8").replace("0.9", "0.58"), "utf-8")
    found = certify(["ae", "vae"])
    assert not {"off_manifold_prior", "frechet_c_prior"} & {row["key"] for row in found.facts["figures"]}
    assert "right on 58 % of test images and gives no verdicts below 80 %" in " ".join(read(found).words)


def test_two_of_a_kind_are_compared_without_the_textbook(models_root: Path) -> None:
    found = certify(["vae", "vae-again"])
    assert {verdict["ruling"] for verdict in found.facts["verdicts"]} == {"cannot be decided here"}
    assert "none can be decided" in " ".join(read(found).words)


def test_what_cannot_be_compared_is_refused_with_a_sentence(models_root: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not with itself"):
        certify(["ae", str(models_root / "ae")])
    other = ModelConfig(kind="vae", latent_dim=3, image_shape=(3, SIDE, SIDE), data="elsewhere", hidden=(16,), beta=1.0)
    save_model(models_root / "other", build(other))
    with pytest.raises(ValueError, match="the same data"):
        certify(["ae", "other"])
    with pytest.raises(CheckpointError, match="no checkpoint 'nothing'"):
        certify(["nothing"])
    with pytest.raises(ValueError, match=r"ends in \.html"):
        save(Certificate({}, {}), tmp_path / "sheet.pdf")


def test_a_collapsed_model_of_constant_images_gets_a_certificate(models_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    constant = module.Images(torch.full((2, 3, SIDE, SIDE), 90, dtype=torch.uint8), torch.zeros(2, dtype=torch.uint8), CLASSES)
    monkeypatch.setattr(module.data, "load", lambda *_, **__: constant)
    found = certify(["ae", "vae"])
    json.dumps(found.facts, allow_nan=False)
    assert "cycle_gap" in found.facts["left_out"][0]
    read(found)


def test_progress_never_goes_back_and_ends_at_one(models_root: Path) -> None:
    said: list[tuple[float, str]] = []
    certify(["ae", "vae"], progress=lambda share, words: said.append((share, words)))
    shares = [share for share, _ in said]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    assert any("quality of N(0, I)" in words for _, words in said)


def test_terrain_is_see_through_off_the_map_and_red_where_codes_do_not_come_back() -> None:
    pixels = module.terrain(np.array([[0.0, 2.0, np.nan]]), 1.0)[:: module.SCALE, :: module.SCALE]
    ends = [tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5)) for colour in (module.RAMP[0], module.RAMP[-1])]
    assert [tuple(pixel[:3]) for pixel in pixels[0, :2]] == ends
    assert pixels[0, :, 3].tolist() == [255, 255, 0]


@pytest.mark.parametrize("channels", [1, 3])
def test_a_wall_holds_every_picture_in_its_place(channels: int) -> None:
    pictures = torch.rand(10, channels, 4, 4, generator=torch.Generator().manual_seed(0))
    with Image.open(io.BytesIO(module.png(module.wall(pictures, columns=4, gap=2)))) as file:
        pixels = np.asarray(file.convert("RGBA"))
    assert pixels.shape == (3 * 4 + 2 * 2, 4 * 4 + 3 * 2, 4)
    expected = (pictures[5].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    assert np.array_equal(pixels[6:10, 6:10, :3], np.broadcast_to(expected, (4, 4, 3)))
    assert pixels[4, 0, 3] == 0 and pixels[-1, -1, 3] == 0
