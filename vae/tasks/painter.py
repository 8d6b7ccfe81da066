"""Training the parts of the miniature DALL-E, and what judges its drawings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import Field, field_validator

from vae.store import folders
from vae.store.files import write_atomically, write_json
from vae.store.folders import CLASSIFIERS, CONFIG, MODEL, PAINTER, TRAINING_LOG, VOCABULARY
from vae.store.names import check_folder, check_name
from vae.tasks.common import device_named, half_written, need_writable
from vae.tasks.progress import Progress, of_steps, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed

if TYPE_CHECKING:
    import torch


Steps = Annotated[int, Field(ge=1)]
Batch = Annotated[int, Field(ge=2, le=4096)]
P = TypeVar("P", bound="PartRequest")


class PartRequest(Request):
    """What every part of a painter is trained with.

    steps : batches to train on; each is drawn anew
    batch_size : scenes in a batch
    precision : bf16 is autocast
    resume : go on from where a stopped run was, or start if there is none
    folder : the painter's; checkpoints/dalle if left out
    """

    steps: Steps = 4000
    batch_size: Batch = 64
    seed: Seed = 0
    device: Device = "auto"
    precision: Literal["bf16", "32"] = "bf16"
    resume: bool = False
    folder: Path | None = None

    @property
    def part(self) -> str:
        """What the part is called: the name of its folder."""
        raise NotImplementedError


class TokenizerRequest(PartRequest):
    """Finite scalar quantization, or the discrete VAE.

    out : what to call it; the parts that follow are trained with the one called tokenizer
    """

    kind: Literal["fsq", "gumbel"] = "fsq"
    out: str = "tokenizer"

    @field_validator("out")
    @classmethod
    def _a_name(cls, out: str) -> str:
        return check_name(out)

    @property
    def part(self) -> str:
        return self.out


class DecoderRequest(PartRequest):
    """width : channels; a multiple of 4."""

    width: Annotated[int, Field(ge=4, le=1024)] = 96

    @property
    def part(self) -> str:
        return "decoder"


class TransformerRequest(PartRequest):
    """width : numbers at each place; a multiple of 6."""

    width: Annotated[int, Field(ge=6)] = 192
    layers: Annotated[int, Field(ge=1, le=64)] = 6

    @property
    def part(self) -> str:
        return "transformer"


class ClipRequest(PartRequest):
    """What judges how well pictures go with captions."""

    steps: Steps = 800
    batch_size: Batch = 128

    @property
    def part(self) -> str:
        return "clip"


class CodebookRequest(Request):
    """tokenizer : the one the painter is to use."""

    tokenizer: str = "decoder"
    seed: Seed = 0
    folder: Path | None = None


class VocabularyRequest(Request):
    """seed : of where things stand in the pictures."""

    seed: Seed = 0
    folder: Path | None = None


class ProbeRequest(Request):
    """A classifier of true scenes."""

    steps: Steps = 2500
    batch_size: Batch = 64
    seed: Seed = 0


@dataclass(frozen=True)
class TrainedPart:
    """folder : of the part."""

    folder: Path


@dataclass(frozen=True)
class Whole:
    """The files that make a painter whole: the map of its codebook, and its description."""

    map: Path
    painter: Path


@dataclass(frozen=True)
class TrainedProbe:
    """accuracy : on fresh true scenes, by attribute and joint, 0 to 1."""

    folder: Path
    accuracy: dict[str, float]


def tokenizer(request: TokenizerRequest, progress: Progress = silent) -> TrainedPart:
    """Train what turns pictures into tokens and back."""
    from vae.training.tokenizer import TokenizerLearner

    return _train(TokenizerLearner(request.kind, request.seed, request.batch_size), request, progress)


def decoder(request: DecoderRequest, progress: Progress = silent) -> TrainedPart:
    """Train a larger decoder for the tokenizer's tokens, which stay as they are, and so does what was trained on them."""
    from vae.training.tokenizer import DecoderLearner

    return _train(DecoderLearner(_tokenizer(request), request.width, request.seed, request.batch_size), request, progress)


def transformer(request: TransformerRequest, progress: Progress = silent) -> TrainedPart:
    """Train what writes tokens to a caption, with the finished tokenizer."""
    from vae.training.captions import TransformerLearner

    learner = TransformerLearner(_tokenizer(request), request.seed, request.batch_size, request.width, request.layers)
    return _train(learner, request, progress)


def clip(request: ClipRequest, progress: Progress = silent) -> TrainedPart:
    """Train what judges how well pictures go with captions, with the finished tokenizer."""
    from vae.training.captions import ClipLearner

    return _train(ClipLearner(_tokenizer(request), request.seed, request.batch_size), request, progress)


def codebook(request: CodebookRequest, progress: Progress = silent) -> Whole:
    """Map the codebook of the tokenizer to be used, and make the painter whole."""
    import torch

    from vae.drawing.painter import MAP, codebook_vectors, load_part
    from vae.latent.projection import fit_umap
    from vae.store.tensors import write_tensors

    where = _folder(request.folder)
    part: Any = load_part(where / request.tokenizer)
    vectors = codebook_vectors(part)
    places = fit_umap(vectors, seed=request.seed, on_progress=lambda share: progress(share, f"{where.name}: map of the codebook"))
    write_tensors(where / MAP, {"places": torch.from_numpy(places)})
    write_json(where / PAINTER, {"kind": "dalle", "tokenizer": request.tokenizer})
    return Whole(where / MAP, where / PAINTER)


def vocabulary(request: VocabularyRequest, progress: Progress = silent) -> Path:
    """Make the pictures of the painter's words that the page Create shows: true scenes, as its tokenizer paints them.

    Raises
    ------
    vae.data.scenes.FontError
        If the emoji font is not there; the message says how to get it.
    """
    from vae.drawing.painter import load_part, tokenizer_name
    from vae.drawing.vocabulary import sheet

    where = _folder(request.folder)
    part: Any = load_part(where / tokenizer_name(where))
    progress(0.0, f"{where.name}: pictures of the words")
    made = sheet(part, request.seed)
    write_atomically(where / VOCABULARY, lambda file: file.write(made))
    return where / VOCABULARY


def probe(request: ProbeRequest, progress: Progress = silent) -> TrainedProbe:
    """Train what judges drawings: a classifier of true scenes, of all pairs, held-out ones too. Nothing learns from it.

    Raises
    ------
    ValueError
        If there is one already.
    """
    from vae.store.probes import PROBE
    from vae.training.probe import train_probe

    folder = folders.root() / CLASSIFIERS / PROBE
    if (folder / MODEL).exists():
        raise ValueError(f"{folder} already holds a probe; every figure depends on it, so delete it by hand to train another")
    need_writable(folder)
    step = of_steps(progress, folder.name, 3)
    accuracy = train_probe(folder, steps=request.steps, batch_size=request.batch_size, seed=request.seed,
                           progress=lambda done, loss: step(done, request.steps, {"loss": loss}))  # fmt: skip
    return TrainedProbe(folder, accuracy)


def _folder(folder: Path | None) -> Path:

    return folders.root() / "dalle" if folder is None else check_folder(folder)


def _device(choice: str) -> str | torch.device:
    from vae.models.device import best_device

    return device_named(choice) or best_device()


def _tokenizer(request: PartRequest) -> Any:
    """The finished tokenizer on its device."""
    from vae.drawing.painter import load_part

    return load_part(_folder(request.folder) / "tokenizer").to(_device(request.device))


def _train(learner: Any, request: PartRequest, progress: Progress) -> TrainedPart:
    from vae.training.steps import run

    out = _folder(request.folder) / request.part
    need_writable(out)
    run(learner, out, request.steps, resume=request.resume, device=_device(request.device), precision=request.precision,
        progress=of_steps(progress, out.name, 4))  # fmt: skip
    return TrainedPart(out)


def _leaves(request: PartRequest) -> list[Path]:
    from vae.training.loop import STATE

    out = _folder(request.folder) / request.part
    return half_written(out, MODEL, CONFIG, STATE, TRAINING_LOG)


def _resume(request: P) -> P:
    return request.model_copy(update={"resume": True})


TOKENIZER = register(Task("dalle tokenizer", TokenizerRequest, tokenizer, _resume, _leaves))
DECODER = register(Task("dalle decoder", DecoderRequest, decoder, _resume, _leaves))
TRANSFORMER = register(Task("dalle transformer", TransformerRequest, transformer, _resume, _leaves))
CLIP = register(Task("dalle clip", ClipRequest, clip, _resume, _leaves))
CODEBOOK = register(Task("dalle codebook", CodebookRequest, codebook))
VOCABULARY_SHEET = register(Task("dalle vocabulary", VocabularyRequest, vocabulary))
PROBE = register(Task("dalle probe", ProbeRequest, probe))
