"""The wire, described once: every operation, limit and enumeration that server and page share, and the parts of an address.

`python -m vae.live.wire.generate` writes the same for JavaScript. `frames.py` says how the bytes lie; a request's fields
are float32 numbers one after the other, and an answer's arrays come in the order in which they stand here.

In shapes, D is the size of a code, H, W and C are a picture's height, width and channels, `images` are those on the map,
`cells` the tokens of a drawn picture row by row, K the size of the painter's codebook. Other symbols are fields of the
request, or free: equal wherever they stand in one answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from vae.continuity.likelihood import ACTIVE
from vae.continuity.placing import NEAREST
from vae.continuity.verdicts import JUMP
from vae.data.captions import LONGEST
from vae.data.framing import LIGHTER
from vae.data.scenes import SLOTS, WORDS
from vae.drawing.painter import GUIDANCE, TEMPERATURE, TOP_K
from vae.latent.geodesic import CURVE_STEPS, SEGMENTS
from vae.latent.linear import FEWEST
from vae.live.wire.frames import FARTHEST, LARGEST_REQUEST
from vae.live.wire.parts import Array, Field, Key, Operation, Record, Table, Value, array, choice, keyed, number, rows, whole
from vae.models.images import LUMINANCE as LUMINANCE
from vae.store.names import LONGEST_NAME
from vae.store.originals import NOT_ON_DISK as NOT_ON_DISK
from vae.training.recording import FIGURES, KINDS, MOST_STEPS, Hand

# --- enumerations ----------------------------------------------------------------------------------------------------

SOURCES = (
    "prior",
    "fitted",
    "mixture",
    "learned",
)  # of draws: N(0, I), the Gaussian fitted to the codes, a mixture of Gaussians, or a learned prior
WAYS = ("line", "sphere")  # from A to B: straight, or the great arc about the origin
STARTS = (*WAYS, "curve")  # of a geodesic
FIELDS = ("cycle_gap", "stretch", "density", "entropy")  # that a floor may show
FLOORS = ("none", "cycle-gap", "stretch", "density", "entropy", "linear", "pictures")  # that a person may choose
HANDLE_KINDS = ("dimensions", "local", "examples", "brush")
COMPARISONS = ("dice", "plane", "path", "race", "freedom", "ground", "picture")
MAP_VIEWS = ("points", "pictures", "terrain")  # what stands on a map: images as points, images as small pictures, decoded places
WORLDS = ("inside", "edge", "outside")  # where a picture of somebody's own stands among the model's images
STUDIO_VIEWS = ("draw", "complete", "inside", "between")
CURVES = ("step", *FIGURES)  # of a training
PAIR = KINDS  # of models that learn in lock-step
RUN_STATE = ("phase", "step", "newest", "rate", "ae_gradient", "vae_gradient")
RUN_HALT = ("ahead", "unwatched", "sound", "refused")
PHASES = ("waiting", "preparing", "learning", "paused", "failed")  # of a training

# Of the first classes, on every map and film.
PALETTE = ("#7c96f5", "#f5718a", "#52c795", "#f2c557", "#b98cf0", "#4fb8e6", "#f28a66", "#9ccf66", "#e184bf", "#a9b3c4")

DEFAULT_MODEL = "mnist-vae"
ILLUSTRATED_MODEL = "scenes-vae"  # of images that our own code renders, so that they are there where no data set is on disk
PAINTER = "dalle"

LANGUAGE_COOKIE = "continuum_language"
SLIDERS = ("beta", "learning_rate", "noise", "l2", "batch_size")  # of a training
HAND = {name: float(Hand.model_fields[name].default) for name in SLIDERS}  # where they stand at first


# --- limits ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Limits:
    """Numbers that both sides reckon with."""

    largest_request: int = LARGEST_REQUEST  # bytes
    longest_name: int = LONGEST_NAME  # bytes
    fewest_compared: int = FEWEST  # images, for a linear map between two models' codes
    most_pictures: int = 1024  # in one request
    farthest: float = FARTHEST  # of a code's coordinates
    largest_seed: int = 1 << 24  # beyond this, float32 skips whole numbers
    path_steps: int = CURVE_STEPS  # along which continuity is measured
    geodesic_segments: int = SEGMENTS  # of a geodesic, straight each
    jump: float = JUMP  # largest step ÷ mean step from which a path is said to jump
    active_variance: float = ACTIVE  # of a number of the code over the test images, above which it is in use
    lighter: float = LIGHTER  # of the range: a picture whose border is farther from the background is of the other brightness
    points_in_sight: float = 0.99  # share of a training's images that its map shows: outliers would make all others small
    most_climbing: int = 32  # steps of the way back in one request
    most_jacobians: int = 1152  # in one request, for a code of no size; a Jacobian is as much work as D pictures
    most_balloons: int = 64  # in one request
    most_relaxing: int = 4  # steps of a geodesic in one request
    most_shrunk: int = 8  # times smaller each way that a picture may be asked for
    most_thumbnails: int = 64  # in one request
    most_blended: int = 16  # images in the mean that one of them shows
    thumbnail_side: int = 48  # pixels; larger pictures are made smaller
    largest_reach: int = 10  # of a handle's slider to either side
    overview_margin: float = 1.16  # the overview's side, of the map's larger extent
    overview_side: int = 64  # cells along it, once it is finest
    largest_radius: float = 3  # of variations, in standard deviations
    largest_sharpness: float = 2  # of draws: the temperature that a page offers
    most_drawn: int = 32  # pictures in one drawing
    most_painted: int = 128  # in one request
    near: int = NEAREST  # images shown as the nearest ones of a picture
    guesses: int = 12  # of the transformer, for each cell
    largest_guidance: int = 10
    largest_temperature: int = 4  # of a drawing
    longest_caption: int = LONGEST  # letters


LIMITS = Limits()

# --- what many operations share --------------------------------------------------------------------------------------

VERDICT = ("label", "confidence", "unreal", "far")
PLACE = ("x", "y")


def _seed() -> Field:
    return whole("seed", 0, LIMITS.largest_seed)


def _code(name: str = "code", said: str = "") -> Field:
    return array(name, "D", said=said)


def _window() -> tuple[Field, ...]:
    sides = (number(side) for side in ("x0", "x1", "y0", "y1"))
    return (*sides, whole("columns", 1, LIMITS.most_pictures), whole("rows", 1, LIMITS.most_pictures))


def _rows(most: int) -> Field:
    sentence = "ask for at most {most} rows, each a whole number from {low} to {high}"
    return rows("rows", "N", most=most, whole=True, low=0, high="images-1", sentence=sentence)


def _pixels(count: int | str, name: str = "pixels", about: str = "") -> Array:
    return Array(name, "uint8", (count, "H", "W", "C"), about)


def _places(*count: int | str, about: str = "on the map") -> Table:
    return Table("places", "float32", count, PLACE, about)


def _verdicts(count: int | str) -> Table:
    about = "class (−1 where no classes are told), confidence (NaN then), unreal 0 or 1 (NaN where nobody judges), far 0 or 1"
    return Table("verdicts", "float32", (count,), VERDICT, about)


# --- the live channel ------------------------------------------------------------------------------------------------

DECODE = Operation(
    "decode", "live", 1, "Pictures of codes.",
    asks=(rows("codes", "N", "D", most=LIMITS.most_pictures),),
    answers=(_pixels("N"), _places("N")),
)  # fmt: skip
VARY = Operation(
    "vary", "live", 2, "Pictures of μ, then of μ + σ⊙ε for so many ε, none beyond the farthest place.",
    asks=(_seed(), whole("count", 0, LIMITS.most_pictures - 1), _code("mean", "μ"), _code("std", "σ")),
    answers=(_pixels("count+1"), _places("count+1")),
)  # fmt: skip
PREVIEW = Operation(
    "preview", "live", 20, "What `vary` answers, `shrink` times smaller each way where the decoder makes smaller pictures, to follow a hand by.",
    asks=(whole("shrink", 1, LIMITS.most_shrunk), *VARY.asks),
    answers=(Array("pixels", "uint8", ("count+1", "height", "width", "C"), "of its full size where it makes no smaller ones"), _places("count+1")),
)  # fmt: skip
AT = Operation(
    "at", "live", 3, "The picture at a place of the map; none outside it.",
    asks=(number("x"), number("y")),
    answers=(
        _pixels("found"),
        Array("code", "float32", ("D",), "NaN outside"),
        Record("spot", "int32", ("inside", "first", "second", "third"), "the classes of the images whose codes were blended, −1 outside"),
    ),
)  # fmt: skip
IMAGE = Operation(
    "image", "live", 4, "An image of the atlas and its code.",
    asks=(whole("row", 0, "images-1"),),
    answers=(
        _pixels(1, about="of the reconstruction"),
        _pixels("known", "original", "none when the map's images are not on disk"),
        Array("mean", "float32", ("D",)),
        Array("std", "float32", ("D",)),
        Record("place", "float32", PLACE),
        Value("error", "float32", "squared, per pixel; NaN without the original"),
        Value("label", "int32"),
    ),
)  # fmt: skip
SAMPLE = Operation(
    "sample", "live", 5, "Draws.",
    asks=(_seed(), whole("count", 1, LIMITS.most_pictures), number("temperature", 0), choice("source", SOURCES, said="distribution")),
    answers=(_pixels("count"), _places("count"), Array("codes", "float32", ("count", "D")), _verdicts("count")),
)  # fmt: skip
PATH = Operation(
    "path", "live", 6, "The way from A to B: frames to look at, and 65 evenly spaced codes by which it is measured.",
    asks=(choice("way", WAYS, said="kind"), whole("frames", 2, LIMITS.most_pictures), _code("a", "A"), _code("b", "B")),
    answers=(
        Array("pixels", "uint8", ("frames", "height", "width", "C"), "smaller where the model's are large"),
        _places(LIMITS.path_steps + 1),
        Array("steps", "float32", (LIMITS.path_steps,), "the root of the summed squared pixel differences of neighbours, pixels in [0, 1]"),
        Record("figures", "float32", ("step_max_ratio", "cycle_gap"), "the gap is NaN of smaller pictures"),
        _verdicts("frames"),
    ),
)  # fmt: skip
ALONG = Operation(
    "along", "live", 7, "One place of the way from A to B.",
    asks=(choice("way", WAYS, said="kind"), number("t", 0, 1), _code("a", "A"), _code("b", "B")),
    answers=(_pixels(1), _places(1), Array("code", "float32", ("D",))),
)  # fmt: skip
PERTURB = Operation(
    "perturb", "live", 8, "Pictures of variations of a code; the radius is in standard deviations of the atlas codes.",
    asks=(_seed(), whole("count", 1, LIMITS.most_pictures - 1), number("radius", 0), _code()),
    answers=(_pixels("count"), _places("count")),
)  # fmt: skip
PLANE = Operation(
    "plane", "live", 9, "A window of the map in cells, each the picture of its centre; the first row is the one at y1.",
    asks=_window(),
    answers=(
        Array("mosaic", "uint8", ("rows*H", "columns*W", "C"), "0 outside the map"),
        Array("inside", "int32", ("rows", "columns"), "1 on the map"),
    ),
)  # fmt: skip
VERDICTS = Operation(
    "verdicts", "live", 10, "Verdicts on the pictures of codes.",
    asks=(rows("codes", "N", "D", most=LIMITS.most_pictures),),
    answers=(_verdicts("N"),),
)  # fmt: skip
KEPT = Operation(
    "kept", "live", 11, "The share of the variations of `perturb` that keep the class of the code's own picture.",
    asks=PERTURB.asks,
    answers=(Record("figures", "float32", ("share", "label"), "NaN and −1 without a classifier"),),
)  # fmt: skip
TERRAIN = Operation(
    "terrain", "live", 12, "A floor of the map in the cells of `plane`.",
    asks=(choice("field", FIELDS), *_window()),
    answers=(Array("values", "float32", ("rows", "columns"), "NaN outside the map"),),
)  # fmt: skip
HOLE = Operation(
    "hole", "live", 13, "The place nearest to a code on the map that decodes to an unreal picture; without a classifier, the nearest empty place.",
    asks=(_code(),),
    answers=(
        _pixels("found", about="none where the map has no such place"),
        Array("code", "float32", ("D",), "NaN where the map has no such place"),
        Record("place", "float32", PLACE),
        Record("figures", "float32", ("share", "distance", "cycle_gap", "judged"),
               "share of the map's places, distance to the nearest drawn code ÷ the typical one, 1 if pictures were judged"),
        Record("nearest", "int32", ("row", "label"), "the image with the nearest code; −1 where the map has no such place"),
    ),
)  # fmt: skip
CLIMB = Operation(
    "climb", "live", 14, "A stretch of the way back to the data, beginning with the code itself; a stride of 0 is chosen.",
    asks=(number("stride", 0), whole("steps", 1, LIMITS.most_climbing), _code()),
    answers=(
        Array("codes", "float32", ("T", "D")),
        _places("T"),
        Array("densities", "float32", ("T",), "log-densities as the floor of `terrain` has them"),
        Record("figures", "float32", ("stride", "ended"), "ended is 1 if it goes no further up"),
    ),
)  # fmt: skip
BALLOONS = Operation(
    "balloons", "live", 15, "The ellipses of z = μ + σ on the map of some images.",
    asks=(_rows(LIMITS.most_balloons),),
    answers=(Table("shapes", "float32", ("N",), ("across", "up", "reach"),
                   "half axes on the map; reach is ‖σ‖ ÷ the distance to the nearest code of another image"),),
)  # fmt: skip
RELAX = Operation(
    "relax", "live", 16, "Steps of a geodesic, from a way from A to B or from the curve of the steps before.",
    asks=(
        choice("start", STARTS, said="kind"),
        whole("segments", 2, LIMITS.path_steps),
        whole("iterations", 0, LIMITS.most_relaxing),
        array("a", "D", said="A", only=("start", WAYS)),
        array("b", "D", said="B", only=("start", WAYS)),
        array("curve", "segments+1", "D", only=("start", ("curve",))),
    ),
    answers=(
        Array("curve", "float32", ("segments+1", "D")),
        _pixels(LIMITS.path_steps + 1),
        _places(LIMITS.path_steps + 1),
        Array("steps", "float32", (LIMITS.path_steps,), "as for `path`"),
        Record("figures", "float32", ("energy", "length")),
    ),
)  # fmt: skip
HANDLES = Operation(
    "handles", "live", 17, "The decoder's leading singular directions at a code, in order and signs those found before.",
    asks=(
        whole("count", 1, "D"),
        number("reach", 0, LIMITS.largest_reach),
        _code(),
        rows("before", "k", "D", most=LIMITS.most_pictures, said="directions", optional=True),
    ),
    answers=(
        Array("directions", "float32", ("count", "D"), "a move of 1 is one standard deviation of the codes that way"),
        Array("values", "float32", ("count",), "the picture's change per 1 of each"),
        _pixels("2*count", about="of the code moved by −reach and by +reach, one direction after the other"),
    ),
)  # fmt: skip
CONTRAST = Operation(
    "contrast", "live", 18, "The mean code of one set of images minus that of another.",
    # A set is a class; −1 as the first are the images inside the outline, as the second all that are not in the first.
    asks=(
        whole("first", -1, "classes-1"),
        whole("second", -1, "classes-1"),
        number("reach", 0, LIMITS.largest_reach),
        _code(),
        rows("outline", "M", 2, most=LIMITS.most_pictures, optional=True),
    ),
    answers=(
        Array("direction", "float32", ("D",)),
        _pixels(2, about="of the code moved by −reach and by +reach times the direction"),
        Record("counts", "int32", ("first", "second"), "images in each set"),
    ),
)  # fmt: skip

THUMBNAILS = Operation(
    "thumbnails", "live", 21, "Small pictures of images of the atlas, each of one image or the mean of several.",
    asks=(
        whole("each", 1, LIMITS.most_blended),
        rows("members", "N", "each", most=LIMITS.most_thumbnails, whole=True, low=-1, high="images-1",
             sentence="ask for at most {most} thumbnails, each of whole numbers from {low} to {high}"),
    ),
    answers=(
        Array("pixels", "uint8", ("N", "height", "width", "C"), "black where all members are −1, which stands for none"),
        Value("originals", "int32", "1 if the images themselves are shown, 0 if their reconstructions are"),
    ),
)  # fmt: skip
PICTURES = Operation(
    "pictures", "live", 31, "Images of the atlas to look at: the originals where they are on disk, else what the decoder makes of their codes.",
    asks=(_rows(LIMITS.most_pictures),),
    answers=(_pixels("N"), Value("originals", "int32", "1 if these are originals")),
)  # fmt: skip
ERRORS = Operation(
    "errors", "live", 32, "How well images of the atlas are rebuilt.",
    asks=(_rows(LIMITS.most_pictures),),
    answers=(Array("errors", "float32", ("N",), "squared, per pixel; NaN without the originals"),),
)  # fmt: skip
ENCODE = Operation(
    "encode", "live", 19, "A picture of somebody's own: its code, its reconstruction, and how they stand among the images.",
    asks=(array("pixels", "H", "W", "C", whole=True, low=0, high=255,
                sentence="a pixel must be a whole number from {low} to {high}; add the picture again"),),
    answers=(
        _pixels(1, about="of the reconstruction"),
        Array("mean", "float32", ("D",)),
        Array("std", "float32", ("D",)),
        Record("place", "float32", PLACE),
        Record("figures", "float32", ("error", "gap", "error_share", "gap_share", "far"),
               "squared error and cycle gap, the shares of the model's images with smaller ones, NaN where theirs are not known"),
        Table("nearest", "int32", ("K",), ("row", "label"), "the images with the nearest codes, nearest first"),
        _pixels("K", "neighbours", "of these images; of their reconstructions where they are not on disk"),
        Value("world", "int32", "its place among WORLDS"),
        Array("sentence", "uint8", ("letters",), "the verdict, in UTF-8"),
    ),
)  # fmt: skip

# --- the studio ------------------------------------------------------------------------------------------------------

WORD = "a word's number must be a whole number from {low} to {high}; reload the page"
TOKEN = "a token must be a whole number from {low} to {high}; reload the page"


def _words(name: str, low: int, **more: object) -> Field:
    return array(name, len(SLOTS), whole=True, low=low, high=len(WORDS) - 1, sentence=WORD, **more)


def _tokens(name: str, low: int, **more: object) -> Field:
    return array(name, "cells", whole=True, low=low, high="K-1", sentence=TOKEN, **more)


DRAW = Operation(
    "draw", "studio", 1, "How far a drawing is, as soon as there are more than `seen` cells, or nothing new if that takes long.",
    asks=(
        whole("seen", -1, "cells"),
        whole("count", 1, LIMITS.most_drawn),
        _seed(),
        number("guidance", 0, LIMITS.largest_guidance),
        number("temperature", 0, LIMITS.largest_temperature),
        whole("top_k", 1, "K"),
        number("mix", 0, 1, default=0),
        _words("words", 0),
        _words("second", -1, said="second words", default=-1),
        _tokens("given", -1, said="cells to keep", optional=True),
    ),
    answers=(
        Record("progress", "int32", ("at", "cells", "people"), "cells done, cells in all, people who draw at the same time"),
        Array("tokens", "int32", ("shown", "cells"), "−1 where nothing is drawn yet"),
        Array("pixels", "uint8", ("shown", "height", "width", "channels"), "of the rows that are begun"),
        Array("order", "int32", ("ranked",), "best first, once it is done"),
        Array("scores", "float32", ("ranked",), "NaN where the reranker has nothing to say"),
    ),
)  # fmt: skip
PAINT = Operation(
    "paint", "studio", 2, "What tokens show.",
    asks=(rows("tokens", "N", "cells", most=LIMITS.most_painted, whole=True, low=-1, high="K-1", sentence=TOKEN),),
    answers=(_pixels("N"),),
)  # fmt: skip
INSPECT = Operation(
    "inspect", "studio", 3, "What the transformer thinks of each cell, given the words and the cells before it.",
    asks=(_words("words", 0), _tokens("tokens", 0)),
    answers=(
        Array("codes", "int32", ("cells", "guesses"), "the likeliest first"),
        Array("probabilities", "float32", ("cells", "guesses"), "of these codes"),
        Array("own", "float32", ("cells",), "the probability of the code that is there"),
        Array("entropy", "float32", ("cells",), "nats"),
        Table("attention", "float32", ("cells",), SLOTS, "to each word"),
    ),
)  # fmt: skip
CODEBOOK = Operation(
    "codebook", "studio", 4, "What each code paints on its own, and where it lies.",
    asks=(),
    answers=(Array("patches", "uint8", ("K", "height", "width", "C")), _places("K", about="on the map of the codes' vectors")),
)  # fmt: skip
RAMP = Operation(
    "ramp", "studio", 5, "From A's picture to B's in the codes of the continuous model.",
    asks=(whole("steps", 2, LIMITS.most_drawn), _tokens("a", 0, said="tokens"), _tokens("b", 0, said="tokens")),
    answers=(_pixels("steps"),),
)  # fmt: skip

# --- trainings under the hand ----------------------------------------------------------------------------------------

# In shapes, M are the held-out images that are watched. A moment is a step that is kept; −1 is the newest state.


def _moment() -> Field:
    return whole("moment", -1, MOST_STEPS)


def _kind() -> Field:
    return choice("kind", PAIR, said="model")


WATCH = Operation(
    "watch", "training", 1, "How far a training is, and where the watched images lie on both maps at a moment.",
    asks=(_moment(),),
    answers=(
        Record("state", "float32", RUN_STATE,
               "place among PHASES; the step that is shown, and the newest; steps a second; norms of the last gradients, NaN before there is one"),
        Record("halt", "float32", RUN_HALT,
               "trainings that have to pause first, if it waits; 1 if nobody looked; where to go back to, −1 unless it failed; 1 if refused"),
        Record("hand", "float32", SLIDERS, "as it stands now"),
        Array("left_out", "int32", ("left",), "classes"),
        Record("then", "float32", SLIDERS, "the hand that the step before what is shown was taken with"),
        Array("out_then", "int32", ("left_then",), "its classes that are left out"),
        Array("moments", "int32", ("kept",), "steps that can be gone back to"),
        Table("curves", "float32", ("R",), CURVES, "as vae/training/watched.py defines them"),
        Table("ae_places", "float32", ("M",), PLACE),
        Table("vae_places", "float32", ("M",), PLACE),
        Table("ae_shapes", "float32", ("M",), ("across", "up"), "half of how far z = μ + σ reaches on the map"),
        Table("vae_shapes", "float32", ("M",), ("across", "up")),
        Array("labels", "int32", ("M",)),
    ),
)  # fmt: skip
REBUILD = Operation(
    "rebuild", "training", 2, "A watched image as both models rebuild it.",
    asks=(_moment(), whole("row", 0, "M-1")),
    answers=(_pixels(1, "original"), _pixels(1, "ae"), _pixels(1, "vae"), Record("errors", "float32", PAIR, "squared, per pixel"),
             Value("label", "int32")),
)  # fmt: skip
WALL = Operation(
    "wall", "training", 3, "The same draws from N(0, I) through both decoders.",
    asks=(_moment(), _seed(), whole("count", 1, LIMITS.most_drawn)),
    answers=(_pixels("count", "ae"), _pixels("count", "vae")),
)  # fmt: skip
GROUND = Operation(
    "ground", "training", 4, "A window of one model's map in cells, each the picture of its centre; the first row is the one at y1.",
    asks=(_moment(), _kind(), *_window()),
    answers=(Array("mosaic", "uint8", ("rows*H", "columns*W", "C")),),
)  # fmt: skip
GLANCE = Operation(
    "glance", "training", 5, "The picture at a place of one model's map, with the newest weights of that moment.",
    asks=(_moment(), _kind(), number("x"), number("y")),
    answers=(_pixels(1),),
)  # fmt: skip
BATCH = Operation(
    "batch", "training", 6, "The first pictures that the last step before the training stood still was taken on.",
    asks=(),
    answers=(_pixels("shown"), Record("taken", "float32", ("step", "size"), "the newest step after it; pictures in the whole batch")),
)  # fmt: skip

# --- fetched once, over HTTP -----------------------------------------------------------------------------------------

MAP = Operation(
    "map", "page", 0, "A model's map.", asks=(),
    answers=(_places("images"), Array("labels", "int32", ("images",))),
)  # fmt: skip
LADDER_MAP = Operation(
    "ladder_map", "page", 1, "The maps of a ladder's models.", asks=(),
    answers=(_places("models", "images"), Array("labels", "int32", ("images",))),
)  # fmt: skip
LINEAR = Operation(
    "linear", "page", 2, "What a linear map from a model's codes to another's misses, as `vae/latent/linear.py` defines it.", asks=(),
    answers=(Value("share", "float32", "of the variance of the other's codes"), Array("lengths", "float32", ("images",), "of each image")),
)  # fmt: skip
MEAN = Operation(
    "mean", "page", 31, "What a selection of images has in common; their rows are posted.", asks=(),
    answers=(
        Array("code", "float32", ("D",), "the mean of their codes"),
        Array("direction", "float32", ("D",), "from the mean code of all other images to it; NaN where there are no others"),
        _pixels(1, about="of the mean code"),
        _pixels("known", "average", "the mean of the originals; none without them"),
        Array("spread", "float32", ("K",), "standard deviations of the codes along their main axes, the largest first"),
        _pixels("T", "traversal", "of the mean code moved along each axis, from −2 to +2 standard deviations, one axis after the other"),
    ),
)  # fmt: skip

OPERATIONS = (
    DECODE, VARY, PREVIEW, AT, IMAGE, SAMPLE, PATH, ALONG, PERTURB, PLANE, VERDICTS, KEPT, TERRAIN, HOLE, CLIMB, BALLOONS, RELAX, HANDLES,
    CONTRAST, ENCODE, THUMBNAILS, PICTURES, ERRORS, DRAW, PAINT, INSPECT, CODEBOOK, RAMP, WATCH, REBUILD, WALL, GROUND, GLANCE,
    BATCH, MAP, LADDER_MAP, LINEAR, MEAN,
)  # fmt: skip
LIVE = {operation.number: operation for operation in OPERATIONS if operation.socket == "live"}
TRAINING = {operation.number: operation for operation in OPERATIONS if operation.socket == "training"}
STUDIO = {operation.number: operation for operation in OPERATIONS if operation.socket == "studio"}

# --- the address -----------------------------------------------------------------------------------------------------

_T = Key("t", "number", 0.5, high=1)
_FLOOR, _HIDE = Key("floor", "one of", "none", FLOORS), Key("hide", "classes", "")

ADDRESS = {
    "explore": keyed(
        Key("model", "model", DEFAULT_MODEL),
        Key("at", "point", "i0"),
        Key("of", "source"),
        Key("prep", "preparation"),
        Key("s", "floats"),
        Key("change", "changes"),
        Key("seed", "seed", 1),
        Key("by", "one of", "dimensions", HANDLE_KINDS),
        Key("channel", "count", 1),
        Key("a", "point"),
        Key("b", "point"),
        Key("pa", "place"),
        Key("pb", "place"),
        _FLOOR,
        Key("show", "one of", "points", MAP_VIEWS),
        Key("proj", "projection", ""),
        Key("zoom", "zoom", ""),
        _HIDE,
        Key("draws", "seed"),
        Key("temp", "number", 1, high=LIMITS.largest_sharpness),
        Key("from", "one of", "prior", SOURCES),
        Key("toward", "set"),
        Key("away", "set"),
        Key("around", "outline"),
        Key("along", "floats"),
        _T,
        Key("path", "one of", words=WAYS),
    ),
    "compare": keyed(
        Key("data", "data", "mnist"),
        Key("dim", "code size", 16),
        Key("show", "one of", "dice", COMPARISONS),
        Key("left", "model"),
        Key("right", "model"),
        Key("ae", "model"),  # left and right in addresses of old, as are zae and zvae
        Key("vae", "model"),
        Key("i", "row", 0),
        Key("dice", "seed", 1),
        Key("from", "one of", "prior", SOURCES),
        Key("r", "number", 0.5, high=LIMITS.largest_radius),
        Key("of", "own picture"),
        Key("prep", "preparation"),
        Key("a", "image"),
        Key("b", "image"),
        _FLOOR,
        Key("zleft", "zoom", ""),
        Key("zright", "zoom", ""),
        Key("zae", "zoom", ""),
        Key("zvae", "zoom", ""),
        _HIDE,
        _T,
        Key("path", "one of", "line", WAYS),
    ),
    "create": keyed(
        Key("caption", "caption"),
        Key("b", "caption", "a purple cat on a sky background"),
        Key("seed", "seed", 1),
        Key("g", "number", GUIDANCE, high=LIMITS.largest_guidance),
        Key("t", "number", TEMPERATURE, high=LIMITS.largest_temperature),
        Key("k", "count", TOP_K),
        Key("show", "one of", "draw", STUDIO_VIEWS),
        Key("pick", "drawing", 1),
        Key("cell", "cell"),
        Key("rub", "cells rubbed out", ""),
        Key("given", "cells"),
    ),
    "train": keyed(
        Key("data", "training data", "mnist"),
        Key("dim", "count", 2),
        Key("seed", "seed", 0),
        Key("run", "training"),
        Key("against", "training"),
        Key("i", "row", 0),
        Key("dice", "seed", 1),
    ),
    "slide": keyed(
        Key("ladder", "ladder"),
        Key("p", "number", 0, high=99),
        Key("dice", "seed", 1),
    ),
    "learn": {},
}
