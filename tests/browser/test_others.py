"""Models that others have made, on the pages: opened, moved, compared with each other and with the cards that they stand on."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest
import torch
from playwright.sync_api import BrowserContext, expect
from torch import Tensor

from tests.adapters.test_module import example
from tests.browser.checkpoints import put_atlas
from tests.browser.driving import Screen, Server, visited
from tests.foreign import D, put_onnx, put_pythae
from vae.tasks.convert import ConvertRequest, convert
from vae.tasks.import_images import ImportRequest, import_images

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def models_root(tmp_path: Path, blobs: Tensor, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Where a server finds them: one of pythae, a module of one's own and, where its library is here, one in ONNX without σ."""
    where = {"VAE_CHECKPOINTS": "checkpoints", "VAE_DATASETS": "datasets", "VAE_MODULES": "modules.json"}
    where = {name: str(tmp_path / place) for name, place in where.items()}
    for name, place in where.items():
        monkeypatch.setenv(name, place)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    np.save("spots.npy", blobs[:, 0].numpy())
    import_images(ImportRequest(source=Path("spots.npy"), name="spots", size=8, grey=True))
    Path("my_networks.py").write_text(example("my_networks"))
    put_pythae(Path("final_model"))
    sources = {"theirs": ("final_model", "vae", D), "mine": ("my_networks:Small", "vae", 4)}
    if find_spec("onnxruntime") and find_spec("onnx"):
        put_onnx(Path("pair"), None)
        sources["graphs"] = ("pair", "ae", D)
    torch.manual_seed(0)
    for name, (source, kind, dim) in sources.items():
        put_atlas(convert(ConvertRequest(source=source, name=name, data="spots", device="cpu")).folder, kind, dim)
    return where


def b64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture
def others(models_root: dict[str, str], browser: BrowserContext) -> Iterator[Screen]:
    """A page of a server that has no other models."""
    with visited(Server(models_root), browser) as screen:
        yield screen


def test_models_of_others_are_explored_compared_and_listed(others: Screen, models_root: dict[str, str]) -> None:
    names = sorted(path.name for path in Path(models_root["VAE_CHECKPOINTS"]).iterdir())
    for name in names:
        kind = "AE" if name == "graphs" else "VAE"
        others.open("/", model=name)
        first = others.pixels(f"{kind} decoding")
        moved = others.repaint(f"{kind} decoding", lambda kind=kind: others.slider("z 1" if kind == "AE" else "μ 1").press("End"))
        assert (moved != first).any()
        expect(others.page.get_by_role("alert")).to_have_count(0)
    others.analysis().page.get_by_role("button", name="local", exact=True).click()
    expect(others.slider("local 1")).to_be_visible()

    others.open("/compare", left=names[0], right=names[-1])
    expect(others.page.locator('canvas[role="img"][aria-label$="samples"]')).to_have_count(2)
    for tab in ("Same path", "Race"):
        others.page.get_by_role("button", name=tab, exact=True).click()
        others.settle()
    expect(others.page.get_by_role("alert")).to_have_count(0)

    others.page.get_by_role("link", name="Models").click()
    for words in (
        "pythae VAE · values from 0 to 1 · trained elsewhere",
        "module my_networks:Small · values from -1 to 1 · trained elsewhere",
    ):
        expect(others.page.get_by_text(words)).to_be_visible()
    expect(others.page.get_by_role("alert")).to_have_count(0)


def test_a_brush_changes_one_channel_at_one_place(models_root: dict[str, str], browser: BrowserContext) -> None:
    library = pytest.importorskip("diffusers")
    torch.manual_seed(0)
    model = library.AutoencoderKL(
        in_channels=1, out_channels=1, latent_channels=2, block_out_channels=(4, 4, 4), down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3, norm_num_groups=2, sample_size=128,
    )  # fmt: skip
    model.save_pretrained("cells", safe_serialization=True)
    made = convert(ConvertRequest(source="cells", name="cells", data="spots", size=128, device="cpu"))
    put_atlas(made.folder, "vae", 2 * 32 * 32)
    brushed = "VAE decoding under the brush"
    with visited(Server(models_root), browser) as screen:
        with urlopen(f"{screen.server.url}/continuum/models/cells", timeout=120) as answer:  # imports diffusers, which takes its time
            assert answer.status == 200
        screen.open("/", model="cells", by="brush", channel=2)
        cells, whole = (
            screen.page.get_by_role("spinbutton", name="Cells"),
            "(name) => document.querySelector(`canvas[aria-label='${name}']`).width === 128",
        )
        rest = screen.page.wait_for_function

        def pixels() -> np.ndarray:
            rest(whole, arg=brushed)
            return screen.settle().pixels(brushed).astype(int)

        first = pixels()
        screen.slider("Change per touch").press("End")
        box = cells.bounding_box()
        screen.page.mouse.move(box["x"] + box["width"] * 4.5 / 32, box["y"] + box["height"] * 4.5 / 32)
        screen.page.mouse.down()
        screen.page.mouse.move(box["x"] + box["width"] * 8.5 / 32, box["y"] + box["height"] * 4.5 / 32, steps=2)
        screen.page.mouse.up()
        changed = screen.until_address(lambda address: "change" in address)
        pairs = np.frombuffer(b64(changed["change"]), "<f4")
        assert pairs[::2].tolist() == [32 * 32 + 32 * 4 + column for column in range(4, 9)] and changed["at"] == "i0"
        second = pixels()
        moved = np.abs(second - first).max(2)
        assert moved[8:32, 8:48].max() > 2 * moved[64:, 64:].max()

        cells.focus()
        before = cells.get_attribute("aria-valuetext")
        screen.page.keyboard.press("ArrowDown")
        assert "row 6, column 9" in cells.get_attribute("aria-valuetext") != before
        screen.page.keyboard.press("-")
        screen.until_address(lambda address: address.get("change") not in (None, changed["change"]))
        screen.button("Undo").click()
        screen.until_address(lambda address: address.get("change") == changed["change"])
        screen.page.reload()
        assert (screen.ready() and pixels() == second).all()
        expect(screen.page.get_by_role("alert")).to_have_count(0)
