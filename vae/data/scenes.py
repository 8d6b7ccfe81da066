"""Captioned scenes: one or two tinted emoji on a coloured background. The world that the miniature DALL-E learns.

Everything about a scene is in a `Scene`; its caption and its picture follow from that. Some (object, tint) pairs are held
out by a rule (`held_out`), so that nothing that learns ever sees them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from vae.data.drawn import drawn
from vae.data.registry import DataError, DataSet, Images, register
from vae.sentences import phrase

SIDE = 48  # pixels
FONT_SIZE = 109  # the one size at which Noto Color Emoji holds its bitmaps

# Chosen to be told apart by outline and shading alone, since a tint takes their own colours away.
EMOJI = {
    "cat": "🐈", "dog": "🐕", "elephant": "🐘", "fish": "🐟", "snail": "🐌", "turtle": "🐢", "octopus": "🐙", "butterfly": "🦋",
    "duck": "🦆", "owl": "🦉", "rabbit": "🐇", "whale": "🐳", "crab": "🦀", "bee": "🐝", "horse": "🐎", "giraffe": "🦒",
    "penguin": "🐧", "camel": "🐪", "apple": "🍎", "avocado": "🥑", "banana": "🍌", "cherry": "🍒", "pear": "🍐", "carrot": "🥕",
    "pineapple": "🍍", "strawberry": "🍓", "lemon": "🍋", "mushroom": "🍄", "pizza": "🍕", "burger": "🍔", "cake": "🎂",
    "donut": "🍩", "pretzel": "🥨", "corn": "🌽", "car": "🚗", "bus": "🚌", "bicycle": "🚲", "tractor": "🚜", "rocket": "🚀",
    "plane": "✈", "sailboat": "⛵", "helicopter": "🚁", "truck": "🚚", "scooter": "🛵", "chair": "🪑", "key": "🔑",
    "umbrella": "☂", "book": "📖", "clock": "⏰", "guitar": "🎸", "bell": "🔔", "balloon": "🎈", "crown": "👑", "hat": "🎩",
    "shoe": "👟", "camera": "📷", "house": "🏠", "tree": "🌳", "cactus": "🌵", "flower": "🌻", "star": "⭐", "heart": "❤",
    "anchor": "⚓", "drum": "🥁", "cup": "☕", "lamp": "💡", "snowman": "⛄", "ghost": "👻",
}  # fmt: skip
OBJECTS = tuple(EMOJI)
TINTS = {
    "red": (222, 40, 40), "orange": (246, 136, 22), "yellow": (245, 208, 40), "green": (48, 160, 64), "blue": (44, 98, 226),
    "purple": (132, 62, 200), "pink": (246, 112, 178), "brown": (128, 80, 44),
}  # fmt: skip
BACKGROUNDS = {
    "white": (255, 255, 255), "black": (24, 24, 28), "grey": (150, 154, 160), "mint": (176, 232, 204), "sand": (236, 216, 174),
    "sky": (160, 210, 246),
}  # fmt: skip
RELATIONS = ("left of", "right of", "above", "below")
ARRANGEMENTS = ("alone", "side by side", "one above the other")

# A caption as the learners read it: six words at fixed places. ANY leaves an attribute open, NOTHING says that there is none.
ANY, NOTHING = "any", "nothing"
SLOTS = ("tint", "object", "relation", "second tint", "second object", "background")
WORDS = (ANY, NOTHING, *TINTS, *OBJECTS, *RELATIONS, *BACKGROUNDS)

DEBIAN_FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
SIZES = (30, 32, 34), (19, 20, 21)  # the longer side of a lone object and of one of two, pixels
JITTER = 4, 2  # how far their middles stray, pixels
COUNTS = {"train": 40_000, "test": 10_000}  # scenes in the data set for autoencoders
PURE = 0.6  # the brightness, in [0, 1], that a tint leaves as it is
OFFSET = 11  # how far the middles of two lie from the picture's, pixels


class FontError(ValueError):
    """The emoji font cannot be used; the message says how to get it."""


@dataclass(frozen=True)
class Scene:
    """What a picture shows.

    things : one or two (object, tint)
    background : a key of BACKGROUNDS
    relation : of the first thing to the second, one of RELATIONS; None for one thing
    """

    things: tuple[tuple[str, str], ...]
    background: str
    relation: str | None = None

    def __post_init__(self) -> None:
        if len(self.things) not in (1, 2) or (self.relation is None) != (len(self.things) == 1):
            raise ValueError(phrase("a scene has one thing, or two and their relation"))
        for name, tint in self.things:
            if name not in EMOJI or tint not in TINTS:
                raise ValueError(phrase("there is no {tint} {name} in this world; see OBJECTS and TINTS", tint=tint, name=name))
        if self.background not in BACKGROUNDS or self.relation not in (None, *RELATIONS):
            raise ValueError(
                phrase(
                    "there is no background {background!r} or relation {relation!r}; see BACKGROUNDS and RELATIONS",
                    background=self.background,
                    relation=self.relation,
                )
            )

    @property
    def caption(self) -> str:
        """In words: "a red car left of a pink pear on a sand background"."""
        things = f" {self.relation} ".join(f"{article(tint)} {tint} {name}" for name, tint in self.things)
        return f"{things} on a {self.background} background"

    @property
    def words(self) -> tuple[str, ...]:
        """The caption's six words, in the order of SLOTS."""
        first, second = self.things if len(self.things) == 2 else (*self.things, (NOTHING, NOTHING))
        return (first[1], first[0], self.relation or NOTHING, second[1], second[0], self.background)

    @property
    def held_out(self) -> bool:
        """Whether it shows a pair that nothing may learn from."""
        return any(held_out(*thing) for thing in self.things)


def held_out(name: str, tint: str) -> bool:
    """Whether this (object, tint) is kept from everything that learns: one tint of every object, in turn."""
    return (OBJECTS.index(name) * 3 + list(TINTS).index(tint)) % len(TINTS) == 0


def reading_order(words: Sequence[str]) -> tuple[str, ...]:
    """The same caption with the left or upper thing first: "a right of b" says what "b left of a" does."""
    opposite = {"right of": "left of", "below": "above"}.get(words[2])
    return tuple(words) if opposite is None else (words[3], words[4], opposite, words[0], words[1], words[5])


def swap_attribute(words: Sequence[str], seed: int | Sequence[int], *, pairs: str = "all") -> tuple[str, ...]:
    """The same caption with one tint, object, relation or background that it names put to another at random.

    With `pairs` "seen" the new caption holds no held-out pair, for use in training.
    """
    random = np.random.default_rng(seed)
    kinds = (tuple(TINTS), OBJECTS, RELATIONS, tuple(TINTS), OBJECTS, tuple(BACKGROUNDS))
    named = [slot for slot, word in enumerate(words) if word not in (ANY, NOTHING)]
    while True:
        slot = named[random.integers(len(named))]
        others = [word for word in kinds[slot] if word != words[slot]]
        changed = (*words[:slot], others[random.integers(len(others))], *words[slot + 1 :])
        if pairs == "all" or not any(held_out(name, tint) for tint, name in (changed[:2], changed[3:5]) if name in EMOJI and tint in TINTS):
            return changed


def arrangement(relation: str | None) -> int:
    """Which of ARRANGEMENTS a relation (None or NOTHING for one thing) puts things in."""
    return 0 if relation in (None, NOTHING) else 1 if relation in ("left of", "right of") else 2


def word_ids(captions: Iterable[Sequence[str]]) -> np.ndarray:
    """Places in WORDS of captions of six words each: (N, 6) int64. A word that is not there raises ValueError."""
    return np.array([[WORDS.index(word) for word in words] for words in captions], np.int64).reshape(-1, len(SLOTS))


def random_scenes(count: int, seed: int | Sequence[int], *, pairs: str = "seen", things: int | None = None) -> list[Scene]:
    """Scenes at random, every attribute uniform.

    Parameters
    ----------
    count : how many
    seed : of every choice
    pairs : "seen", none is held out; "held out", at least one is; "all", any
    things : one or two in each; None for one or two, evenly
    """
    if pairs not in ("seen", "held out", "all"):
        raise ValueError(phrase("pairs is {pairs!r}; it must be seen, held out or all", pairs=pairs))
    random = np.random.default_rng(seed)
    tints, backgrounds = list(TINTS), list(BACKGROUNDS)
    scenes: list[Scene] = []
    while len(scenes) < count:
        number = things or int(random.integers(1, 3))
        drawn = tuple((OBJECTS[random.integers(len(OBJECTS))], tints[random.integers(len(tints))]) for _ in range(number))
        scene = Scene(
            drawn, backgrounds[random.integers(len(backgrounds))], RELATIONS[random.integers(len(RELATIONS))] if number == 2 else None
        )
        if pairs == "all" or scene.held_out == (pairs == "held out"):
            scenes.append(scene)
    return scenes


def scenes_of(split: str) -> list[Scene]:
    """The scenes of a split, always the same and of seen pairs alone: 40,000 for "train", 10,000 for "test"."""
    return random_scenes(COUNTS[split], (48, split == "test"))


def font_file() -> Path:
    """Where the emoji font is looked for: `VAE_EMOJI_FONT`, or where Debian's package puts it."""
    return Path(os.environ.get("VAE_EMOJI_FONT") or DEBIAN_FONT)


def render(scenes: Sequence[Scene], seed: int | Sequence[int], font: str | Path | None = None) -> np.ndarray:
    """Pictures of `scenes`, each thing a little off its place and of one of three sizes: (N, 3, 48, 48) uint8.

    Parameters
    ----------
    scenes : what to show
    seed : of places and sizes; the same for the same scenes gives the same pictures
    font : the emoji font's file; by default `font_file()`

    Raises
    ------
    FontError
        If the font is not there or not usable.
    """
    path = str(font or font_file())
    random = np.random.default_rng(seed)
    pictures = np.empty((len(scenes), 3, SIDE, SIDE), np.uint8)
    for picture, scene in zip(pictures, scenes, strict=True):
        canvas = np.empty((SIDE, SIDE, 3), np.float32)
        canvas[:] = BACKGROUNDS[scene.background]
        two = len(scene.things) == 2
        x, y = {None: (0, 0), "left of": (-1, 0), "right of": (1, 0), "above": (0, -1), "below": (0, 1)}[scene.relation]
        for (name, tint), side in zip(scene.things, (1, -1), strict=False):
            size = SIZES[two][random.integers(3)]
            stray = random.integers(-JITTER[two], JITTER[two] + 1, 2)
            light, alpha = _sprite(path, name, size)
            height, width = alpha.shape
            left = (SIDE - width) // 2 + x * side * OFFSET + int(stray[0])
            top = (SIDE - height) // 2 + y * side * OFFSET + int(stray[1])
            ground = canvas[top : top + height, left : left + width]
            ground += alpha[..., None] * (_shades(tint)[light] - ground)
        picture[:] = np.rint(canvas).astype(np.uint8).transpose(2, 0, 1)
    return pictures


@cache
def _sprite(font: str, name: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """An object without its colour: brightness (h, w) uint8, stretched over the whole range, and opacity (h, w) in [0, 1]."""
    from PIL import Image, ImageDraw, ImageFont

    try:
        face = ImageFont.truetype(font, FONT_SIZE)
        sheet = Image.new("RGBA", (160, 160))
        ImageDraw.Draw(sheet).text((12, 12), EMOJI[name], font=face, embedded_color=True)
    except (OSError, ValueError) as error:
        raise FontError(
            phrase(
                "the emoji font {font} cannot be used; install Debian's fonts-noto-color-emoji, or set VAE_EMOJI_FONT to NotoColorEmoji.ttf",
                font=font,
            )
        ) from error
    box = sheet.getbbox()
    if box is None:
        raise FontError(
            phrase("the font {font} has no picture for {name!r}; set VAE_EMOJI_FONT to NotoColorEmoji.ttf", font=font, name=name)
        )
    sheet = sheet.crop(box)
    scale = size / max(sheet.size)
    # Premultiplied while it shrinks, so that what lies under transparent pixels does not bleed in.
    small = sheet.convert("RGBa").resize([max(1, round(side * scale)) for side in sheet.size], Image.Resampling.BOX).convert("RGBA")
    pixels = np.asarray(small, np.float32)
    light, alpha = pixels[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32), pixels[..., 3] / 255
    low, middle, high = np.quantile(light[alpha > 0.5], [0.02, 0.5, 0.98])
    # Half of it brighter than the tint itself and half darker, whatever its own colours were: else a dark heart is never yellow.
    middle = np.clip(middle, low + (high - low) / 8, high - (high - low) / 8)
    return np.rint(np.interp(light, [low, middle, high], [0, 255 * PURE, 255])).astype(np.uint8), alpha


@cache
def _shades(tint: str) -> np.ndarray:
    """What a tint makes of each brightness: (256, 3) float32, from a dark shade through the tint itself to a light one."""
    colour = np.array(TINTS[tint], np.float32)
    at = np.linspace(0, 1, 256, dtype=np.float32)[:, None]
    dark, light = colour * 0.3, colour + (255 - colour) * 0.6
    return np.where(at < PURE, dark + (colour - dark) * at / PURE, colour + (light - colour) * (at - PURE) / (1 - PURE))


def article(word: str) -> str:
    """The indefinite one that stands before `word`."""
    return "an" if word[0] in "aeiou" else "a"


def _load(split: str, _download: bool) -> Images:
    """Scenes with their arrangement as the class: what lies near each other in a latent space mostly shares it."""

    def draw() -> tuple[np.ndarray, np.ndarray]:
        scenes = scenes_of(split)
        labels = np.array([arrangement(scene.relation) for scene in scenes], np.uint8)
        return render(scenes, (49, split == "test")), labels

    try:
        return Images(*drawn("scenes", split, (COUNTS[split], 3, SIDE, SIDE), draw, [__file__, font_file()]), ARRANGEMENTS)
    except FontError as error:
        raise DataError(str(error)) from error


register(DataSet("scenes", "Scenes", ARRANGEMENTS, (3, SIDE, SIDE), 2, lambda: font_file().is_file(), _load))
