"""What is handed out holds what the model itself says of its images."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pyarrow import csv, parquet
from typer.testing import CliRunner

import vae
from tests.pets import put_pets
from vae.cli import app
from vae.report.contents import contents_of
from vae.report.files import NothingToExport, export
from vae.store.atlases import Atlas, save_atlas
from vae.store.checkpoints import save_model


@pytest.fixture
def pets(tmp_path: Path, checkpoints: Path, make_model) -> str:
    return put_pets(tmp_path, checkpoints, make_model)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_table_read_back_is_what_the_model_encodes(pets: str, tmp_path: Path, kind: str) -> None:
    rows = np.array([20, 3, 4])
    export(contents_of(pets, "cpu"), rows, tmp_path / f"out.{kind}")
    table = csv.read_csv(tmp_path / "out.csv") if kind == "csv" else parquet.read_table(tmp_path / "out.parquet")
    assert table.column_names[:4] == ["number", "file", "class", "split"]
    assert table["number"].to_pylist() == rows.tolist()
    model, images = vae.load(pets, "cpu"), vae.data.load("pets", "test").images[rows].float() / 255
    posterior = model.encode(images)
    for name, values in (("mu", posterior.mean), ("sigma", posterior.std)):
        read = np.stack([table[f"{name}_{number}"].to_numpy() for number in (1, 2)], 1)
        assert np.allclose(read, values, rtol=1e-4, atol=1e-5)
    assert np.allclose(np.stack([table["x"], table["y"]], 1), posterior.mean, rtol=1e-4, atol=1e-5), "the map is the plane of codes"
    errors = (model.decode(posterior.mean) - images).square().mean((1, 2, 3))
    assert np.allclose(table["squared_error"].to_numpy(), errors, rtol=1e-4)
    atlas = vae.atlas(pets)
    assert table["class"].to_pylist() == [atlas.classes[label] for label in atlas.labels[rows]]
    for file, age, label in zip(table["file"].to_pylist(), table["age"].to_pylist(), table["class"].to_pylist(), strict=True):
        assert Path(file).parent.name == label and float(Path(file).stem) == 2 * age, "a row is traced to its file"
    assert set(table["split"].to_pylist()) == {"test"}


def test_arrays_and_pictures_read_back(pets: str, tmp_path: Path) -> None:
    rows, images = np.array([5, 0]), vae.data.load("pets", "test").images.numpy()
    contents = contents_of(pets, "cpu")
    export(contents, rows, tmp_path / "out.npz")
    with np.load(tmp_path / "out.npz", allow_pickle=False) as read:
        assert np.array_equal(read["codes"], vae.atlas(pets).codes[rows])
        assert np.array_equal(read["pictures"][..., 0], images[rows, 0])
        assert [Path(file).parent.name for file in read["files"]] == [read["classes"][label] for label in read["labels"]]
    export(contents, rows, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {name.split("/")[0] for name in archive.namelist()} <= {"cat", "dog_ old"} and len(archive.namelist()) == 2
        for row in rows:
            name = next(name for name in archive.namelist() if name.endswith(f"/{row:02}.png"))
            assert np.array_equal(np.asarray(Image.open(io.BytesIO(archive.read(name)))), images[row, 0])


@pytest.fixture
def bare(checkpoints: Path, make_model) -> str:
    """An AE whose data set is on no disk, and whose map shows both splits."""
    model = make_model("ae", latent_dim=3)
    save_model(checkpoints / "bare", model)
    codes = np.random.default_rng(1).normal(size=(9, 3)).astype(np.float32)
    made = {"method": "umap", "splits": ["test", "train"]}
    save_atlas(checkpoints / "bare", Atlas(codes, np.zeros_like(codes), np.zeros(9, np.uint8), codes[:, :2].copy(), ("thing",), made))
    return "bare"


def test_without_originals_there_are_reconstructions_and_no_errors(bare: str, tmp_path: Path) -> None:
    contents = contents_of(bare, "cpu")
    export(contents, contents.rows, tmp_path / "out.parquet")
    table = parquet.read_table(tmp_path / "out.parquet")
    assert table.column_names == ["number", "class", "split", "x", "y", "z_1", "z_2", "z_3", "squared_error"]
    assert table["squared_error"].null_count == 9 and set(table["split"].to_pylist()) == {""}
    export(contents, contents.rows[:1], tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        picture = np.asarray(Image.open(io.BytesIO(archive.read("thing/0.png"))))
    expected = vae.load(bare, "cpu").decode(vae.atlas(bare).codes[:1])[0, 0].mul(255).round().numpy()
    assert np.array_equal(picture, expected)


def test_nothing_and_unknown_endings_are_refused(bare: str, tmp_path: Path) -> None:
    contents = contents_of(bare, "cpu")
    with pytest.raises(NothingToExport, match="select some"):
        export(contents, contents.rows[:0], tmp_path / "out.csv")
    with pytest.raises(ValueError, match="choose one"):
        export(contents, contents.rows, tmp_path / "out.xls")
    assert list(tmp_path.glob("out*")) == []


def test_the_command_writes_a_class_and_says_where(bare: str, tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["export", bare, "--out", str(tmp_path / "codes.csv"), "--class", "thing", "--device", "cpu"])
    assert run.exit_code == 0, run.output
    assert run.output.strip().splitlines()[-1] == f"wrote {tmp_path / 'codes.csv'} with 9 images"
    assert len(csv.read_csv(tmp_path / "codes.csv")) == 9
    for wrong, words in ((["--out", str(tmp_path / "x.doc")], ".parquet"), (["--out", str(tmp_path / "x.csv"), "--class", "no"], "thing")):
        refused = CliRunner().invoke(app, ["export", bare, *wrong])
        assert isinstance(refused.exception, ValueError) and words in str(refused.exception)
    assert [path.name for path in tmp_path.glob("*x.*")] == []
