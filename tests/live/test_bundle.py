import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from threading import Event
from threading import enumerate as enumerate_threads

import numpy as np
import pytest
import torch
from PIL import Image

from vae.data import load
from vae.data.fingerprint import fingerprint
from vae.data.imported import store
from vae.latent.neighbours import Neighbours
from vae.live.bundle import BINS, dimensions
from vae.live.cached import Slow
from vae.live.wire.frames import OK, Request, unpack_reply
from vae.store.atlases import load_atlas, save_atlas
from vae.store.files import CheckpointError
from vae.store.folders import ATLAS, CONFIG, METRICS, MODEL
from vae.tasks.import_images import ImportRequest, import_images


def test_a_bundle_is_loaded_once(library):
    with pytest.raises(Slow):
        library.now("vae-5")
    bundle = library.get("vae-5")
    assert library.get("vae-5") is library.now("vae-5") is bundle


def test_models_of_one_data_set_share_the_classifier(library):
    assert library.get("vae-5").judge.get() is library.get("ae-2").judge.get() is not None


@pytest.mark.parametrize("name", ["../vae-5", "/etc", "", ".", "classifiers", "nothing", "vae-5/", "\0"])
def test_only_the_names_of_checkpoints_are_opened(library, name):
    with pytest.raises(CheckpointError, match="choose one of ae-2, ae-5, vae-2, vae-5"):
        library.get(name)


def test_a_broken_checkpoint_works_once_it_is_repaired(own_models_root, library, rewrite):
    weights = own_models_root / "mine" / MODEL
    whole = weights.read_bytes()
    weights.write_bytes(whole[:100])
    for _ in range(2):
        with pytest.raises(CheckpointError, match="damaged"):
            library.get("mine")
    with pytest.raises(Slow):
        library.now("mine")
    assert not library.summary("mine")["usable"]
    weights.write_bytes(whole)
    assert library.get("mine").model.config.latent_dim == 5


def test_a_model_that_was_trained_again_is_read_again(own_models_root, library, rewrite):
    before, stamp = library.get("mine"), library.stamp("mine")
    rewrite(own_models_root / "mine", "vae", 5, seed=1)
    os.utime(own_models_root / "mine" / MODEL, ns=(1, 1))
    assert library.get("mine") is not before and library.stamp("mine") != stamp
    assert not np.array_equal(library.get("mine").atlas.codes, before.atlas.codes)


def test_a_model_that_is_gone_is_an_error(own_models_root, library):
    library.get("mine")
    (own_models_root / "mine" / CONFIG).unlink()
    with pytest.raises(CheckpointError):
        library.get("mine")


def test_a_model_without_a_map_says_how_to_make_one(own_models_root, library):
    (own_models_root / "mine" / ATLAS).unlink()
    with pytest.raises(CheckpointError, match="python -m vae embed mine"):
        library.get("mine")


def test_a_description_is_plain_json(library):
    facts = library.describe("vae-5")
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts
    assert (facts["name"], facts["kind"], facts["latent_dim"], facts["image_shape"]) == ("vae-5", "vae", 5, [1, 8, 8])
    assert (facts["count"], facts["identity"], facts["originals"], facts["judged"]) == (200, False, False, True)
    assert facts["device"] == "cpu" and facts["settings"]["method"] == "umap"
    assert library.describe("ae-2")["identity"]


def test_figures_that_are_not_finite_become_null(own_models_root, library):
    (own_models_root / "mine" / METRICS).write_text('{"recon_mse": {"value": 0.5}, "lost": [NaN, Infinity]}')
    assert library.describe("mine")["metrics"] == {"recon_mse": {"value": 0.5}, "lost": [None, None]}


def test_dimensions_of_a_vae_come_by_falling_kl(library):
    atlas = library.get("vae-5").atlas
    mean, std = torch.from_numpy(atlas.codes), torch.from_numpy(atlas.std)
    kl = torch.distributions.kl_divergence(torch.distributions.Normal(mean, std), torch.distributions.Normal(0.0, 1.0)).mean(0)
    facts = dimensions(atlas, True)
    assert [fact["kl"] for fact in facts] == pytest.approx(sorted(kl.tolist(), reverse=True), rel=1e-4)
    assert sorted(fact["index"] for fact in facts) == list(range(5))
    assert all(fact["kl"] == pytest.approx(kl[fact["index"]].item(), rel=1e-4) for fact in facts)


def test_dimensions_of_an_autoencoder_come_by_falling_variance(library):
    facts = dimensions(library.get("ae-5").atlas, False)
    assert all(fact["kl"] is None and fact["std"] == 0 for fact in facts)
    assert [fact["variance"] for fact in facts] == sorted((fact["variance"] for fact in facts), reverse=True)


def test_an_autoencoder_with_noise_has_no_kl_either(library):
    facts = dimensions(library.get("vae-5").atlas, False)  # codes with a σ, whatever they are of
    assert all(fact["kl"] is None and fact["std"] > 0 for fact in facts)
    assert [fact["variance"] for fact in facts] == sorted((fact["variance"] for fact in facts), reverse=True)


def test_a_slider_reaches_past_the_codes_and_never_shrinks_to_nothing(library):
    atlas = library.get("vae-5").atlas
    atlas.codes[:, 2] = 0.001 * atlas.codes[:, 2] + 4  # collapsed
    atlas.std[:, 2] = 0.99
    library.get("vae-5")
    for fact in dimensions(atlas, True):
        codes = atlas.codes[:, fact["index"]]
        assert fact["low"] < np.quantile(codes, 0.001) and np.quantile(codes, 0.999) < fact["high"]
        assert fact["high"] - fact["mean"] == pytest.approx(fact["mean"] - fact["low"]) and fact["high"] - fact["low"] >= 1
        assert len(fact["histogram"]) == BINS and sum(fact["histogram"]) >= 198
    (collapsed,) = (fact for fact in dimensions(atlas, True) if fact["index"] == 2)
    assert collapsed["high"] - collapsed["mean"] == pytest.approx(2.97, rel=1e-3)


def import_pictures(folder, count=200, first=0):
    """Make the data set `pets` of pictures that are told apart by their red, `count` of them for testing."""
    for split, number in (("train", 1), ("test", count)):
        (folder / split / "a").mkdir(parents=True, exist_ok=True)
        for row in range(number):
            Image.new("RGB", (8, 8), ((row + first) % 256, 0, 0)).save(folder / split / "a" / f"{row:04}.png")
    import_images(ImportRequest(source=folder, name="pets", size=8, replace=True))


@pytest.fixture
def folder_model(own_models_root, rewrite, tmp_path):
    """A model of 200 pictures of its own, with a map that remembers them, and the folder that they were imported from."""
    pictures = tmp_path / "pictures"
    import_pictures(pictures)
    rewrite(own_models_root / "mine", "vae", 5, data="pets", shape=(3, 8, 8))
    atlas = load_atlas(own_models_root / "mine")
    atlas = replace(atlas, settings=atlas.settings | {"images": fingerprint("pets", load("pets", "test").images)})
    save_atlas(own_models_root / "mine", atlas)
    return pictures


@pytest.mark.parametrize("named", ["/", "/etc", "..", "\0", "~", "\\\\host\\share", "x" * 5000])
def test_a_model_does_not_choose_what_is_read_of_this_machine(own_models_root, library, engine, ask, rewrite, monkeypatch, named):
    """Its config names a folder; nothing of it is looked at, and no reply says where anything lies."""
    rewrite(own_models_root / "mine", "vae", 5, data=named, shape=(3, 8, 8))
    for reader in ("os.walk", "vae.data.load", "vae.data.available"):
        monkeypatch.setattr(reader, lambda *_, **__: pytest.fail("something was looked at"))
    facts, summary = library.describe("mine"), library.summary("mine")
    assert not facts["originals"] and "python -m vae import" in facts["originals_sentence"]
    assert ask(engine, 4, "mine", 5).arrays[1].shape[0] == 0
    assert facts["data"] == facts["config"]["data"] == summary["data"] and not set(summary["data"]) & {"/", "\\"}


def test_no_reply_says_where_a_folder_lies(folder_model, library, tmp_path):
    assert library.describe("mine")["originals"]
    assert str(tmp_path) not in json.dumps([library.describe("mine"), library.summary("mine")])
    import_others(folder_model)
    told = library.describe("mine")
    assert not told["originals"] and str(tmp_path) not in json.dumps(told)


def test_originals_come_in_the_order_of_the_map(folder_model, library):
    images = library.get("mine").originals.get().images
    assert images.shape == (200, 3, 8, 8) and images[:, 0, 0, 0].tolist() == list(range(200))
    facts = library.describe("mine")
    assert facts["originals"] and facts["originals_sentence"] is None


def import_others(folder):
    import_pictures(folder, first=1)


def import_fewer(folder):
    shutil.rmtree(folder)
    import_pictures(folder, count=199)


def spoil_the_set(folder):
    (store.folder_of("pets") / store.PIXELS).write_bytes(b"no picture")


@pytest.mark.parametrize("change", [import_others, import_fewer, spoil_the_set])
@pytest.mark.parametrize("seen", [True, False], ids=["while the app runs", "before it starts"])
def test_originals_that_are_no_longer_those_of_the_map_are_left_out_with_a_sentence(folder_model, engine, library, ask, change, seen):
    if seen and change is not spoil_the_set:  # what is in memory stays right
        assert library.describe("mine")["originals"]
        assert ask(engine, 4, "mine", 5).arrays[1].shape[0] == 1
    change(folder_model)
    library.describe("mine")  # a page opens
    reply = ask(engine, 4, "mine", 5)
    assert reply.status == OK and reply.arrays[0].shape[0] == 1 and reply.arrays[1].shape[0] == 0
    facts = library.describe("mine")
    assert not facts["originals"] and (
        "make it again" in facts["originals_sentence"] or "make the map again" in facts["originals_sentence"]
    )


def test_what_happens_to_the_folder_harms_no_original(folder_model, library):
    shutil.rmtree(folder_model)
    assert library.describe("mine")["originals"] and library.get("mine").originals.get().images is not None


def test_a_model_of_a_folder_from_before_folders_were_imported_is_shown_without_originals(own_models_root, library, rewrite, tmp_path):
    import_pictures(tmp_path / "pets")
    rewrite(own_models_root / "mine", "vae", 5, data=str(tmp_path / "pets"), shape=(3, 8, 8))
    assert library.summary("mine")["usable"] and library.get("mine").originals.get().images is None
    assert not library.describe("mine")["originals"]


def test_a_name_that_the_wire_cannot_carry_is_told_and_not_opened(own_models_root, library):
    long = "é" * 33
    (own_models_root / "mine").rename(own_models_root / long)
    summary = library.summary(long)
    assert not summary["usable"] and "has 66 bytes; a name has at most 64" in summary["sentence"]
    with pytest.raises(CheckpointError, match="66 bytes"):
        library.get(long)


def test_a_page_is_usable_while_a_large_map_is_prepared(own_models_root, library, engine, ask, monkeypatch):
    held, told = Event(), []
    measure = Neighbours.measure_typical

    def wait(self, on_progress=lambda share: None):
        on_progress(0.5)
        told.append(library.progress("mine"))
        assert held.wait(60)
        return measure(self, on_progress)

    monkeypatch.setattr(Neighbours, "measure_typical", wait)
    assert library.progress("mine") == ("", 1.0)
    facts = library.describe("mine")
    assert facts["count"] == 200 and ask(engine, 4, "mine", 0).status == OK  # the first picture
    assert ask(engine, 1, "mine", np.zeros(5)).status == OK  # a slider
    assert ask(engine, 3, "mine", *library.get("mine").atlas.places[3]).status == OK  # a place on the map
    late = engine.submit(Request(1, 5, "mine", np.array([0, 4, 1, 0], np.float32)))  # draws, which are held against what is typical
    assert ask(engine, 1, "mine", np.ones(5)).status == OK
    assert not late.done()
    stage, share = library.progress("mine")
    assert stage and 0 < share < 1
    held.set()
    assert unpack_reply(late.result(60)).status == OK
    preparing = [thread for thread in enumerate_threads() if thread.name == "preparing mine"]
    for thread in preparing:
        thread.join(60)
    assert library.progress("mine") == ("", 1.0)
    assert told and told[0][0] == "measuring how close codes lie"


ENDS = """
from vae.latent.neighbours import Neighbours
from vae.live.bundle import Library

def without_end(self, on_progress):
    while True:
        self.query(self.codes[:100], 2)
        on_progress(0.5)

Neighbours.measure_typical = without_end
Library("cpu").get("mine")
"""


@pytest.mark.slow
def test_a_process_that_ends_while_a_map_is_prepared_ends_without_a_crash(own_models_root):
    ended = subprocess.run([sys.executable, "-c", ENDS], capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_model_that_lacks_its_map_alone_waits_for_it_and_a_broken_one_does_not(own_models_root, library):
    (own_models_root / "mine" / ATLAS).unlink()
    summary = library.summary("mine")
    assert summary["waits"] and not summary["usable"] and "python -m vae embed mine" in summary["sentence"]
    weights = own_models_root / "mine" / MODEL
    weights.write_bytes(weights.read_bytes()[:100])
    assert "waits" not in library.summary("mine")
