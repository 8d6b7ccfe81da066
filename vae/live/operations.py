"""What a client can ask for. Each operation is one function from a bundle and a payload to a `Plan`.

The plan names the codes it wants decoded and how it finishes once they are; the engine decodes the codes of all
plans of a model together. To add an operation, write such a function and enter it in `OPERATIONS`.

D is the code size, pixels are uint8 (N, H, W, C), places are float32 (N, 2) on the map. A verdict has four columns:
class (−1 without a classifier), confidence (NaN without one), off_manifold 0 or 1 (0 without a classifier), far 0 or 1
(no code drawn for an image is nearer than the 99th percentile of the distances between neighbouring ones of these).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from vae.continuity.measures import cycle_gap, squared_errors, step_max_ratio, step_sizes
from vae.latent.paths import evenly, lerp, slerp
from vae.latent.sampling import noise, prior
from vae.live import curves
from vae.live.bundle import Bundle
from vae.live.ground import FIELDS, centres
from vae.live.judge import FAR, Judge
from vae.live.protocol import FARTHEST, MOST_PICTURES, ProtocolError

STEPS = 64  # of the path along which continuity is measured
STRIDES = 12  # of the way back, to the nearest drawn code
SMALLEST_STRIDE = 48  # of the way back; the codes' spread is divided by it
MOST_STEPS = 32  # of it in one request
MOST_JACOBIANS = 1152  # in one request, for a code of no size
NEAREST_IMAGES = 8  # whose distances a balloon on a UMAP is measured by
MOST_BALLOONS = 64  # in one request
STILL = 1e-6  # change per pixel, in float32, that rounding alone can make between two decodings of one code


@dataclass(frozen=True)
class Drawn:
    """A plan's share of what the engine decoded.

    batch : (N, C, H, W) float in [0, 1], on the device: the pictures of all plans
    rows : which of them are this plan's
    pixels : (n, H, W, C) uint8, this plan's pictures
    places : (p, 2) float32, of the codes the plan wanted placed; None if none
    """

    batch: Tensor
    rows: slice
    pixels: np.ndarray
    places: np.ndarray | None

    @property
    def pictures(self) -> Tensor:
        """This plan's pictures, (n, C, H, W) float in [0, 1], on the device."""
        return self.batch[self.rows]


@dataclass(frozen=True)
class Plan:
    """What an operation needs and how it ends.

    codes : (n, D) float32, to decode
    finish : makes the reply's arrays of what was decoded
    placed : which of the codes to place on the map; None for none
    """

    codes: np.ndarray
    finish: Callable[[Drawn], list[np.ndarray]]
    placed: slice | None = None


class Payload:
    """The numbers of a request, read one after the other; ProtocolError where they are not what an operation takes."""

    def __init__(self, values: np.ndarray) -> None:
        self._values = values
        self._at = 0

    def number(self, name: str, low: float = -np.inf, high: float = np.inf) -> float:
        """The next number, from `low` to `high`."""
        value = float(self._next(name, 1)[0])
        if not low <= value <= high:
            allowed = f"from {low:g} to {high:g}" if high < np.inf else f"at least {low:g}"
            raise ProtocolError(f"{name} is {value:g}; it must be {allowed}")
        return value

    def whole(self, name: str, low: int, high: int) -> int:
        """The next number, which must be whole and from `low` to `high`."""
        value = self.number(name)
        if value != int(value) or not low <= value <= high:
            raise ProtocolError(f"{name} is {value:g}; it must be a whole number from {low} to {high}")
        return int(value)

    def vector(self, name: str, size: int) -> np.ndarray:
        """The next `size` numbers."""
        return self._next(name, size)

    def rows(self, name: str, size: int) -> np.ndarray:
        """All numbers that are left, as rows of `size`: (N, size), N from 1 to 1024."""
        rest = self._values[self._at :]
        if not len(rest) or len(rest) % size or len(rest) > size * MOST_PICTURES:
            raise ProtocolError(f"the request holds {len(rest)} numbers of {name}; send 1 to {MOST_PICTURES} times {size}")
        self._at = len(self._values)
        return rest.reshape(-1, size)

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        return self._at == len(self._values)

    def end(self) -> None:
        """Nothing may be left."""
        if not self.empty:
            raise ProtocolError(f"the request holds {len(self._values)} numbers where {self._at} are expected; choose the model again")

    def _next(self, name: str, size: int) -> np.ndarray:
        part = self._values[self._at : self._at + size]
        if len(part) < size:
            raise ProtocolError(f"the request ends before {name}; choose the model again")
        self._at += size
        return part


SEED = {"low": 0, "high": 1 << 24}  # beyond this, float32 skips whole numbers
ALL = slice(None)


def decode(bundle: Bundle, payload: Payload) -> Plan:
    """[codes (N D)] -> pixels (N), places (N)."""
    codes = payload.rows("codes", bundle.model.config.latent_dim)
    return Plan(codes, lambda drawn: [drawn.pixels, drawn.places], ALL)


def vary(bundle: Bundle, payload: Payload) -> Plan:
    """[seed, count, μ (D), σ (D)] -> pixels (1 + count), places (1 + count): of μ, then of μ + σ⊙ε.

    Where μ is decoded, its variations are: those that would lie beyond the farthest place stand at it.
    """
    size = bundle.model.config.latent_dim
    seed, count = payload.whole("seed", **SEED), payload.whole("count", 0, MOST_PICTURES - 1)
    mean, std = payload.vector("μ", size), payload.vector("σ", size)
    payload.end()
    if (std < 0).any():
        raise ProtocolError("σ has a negative value; a standard deviation is at least 0")
    if not (std <= FARTHEST).all():
        raise ProtocolError(f"σ reaches beyond {FARTHEST:,.0f}; choose one whose variations stay nearer to the data")
    codes = np.vstack([mean, np.clip(mean + std * noise(count, size, seed), -FARTHEST, FARTHEST)])
    return Plan(codes, lambda drawn: [drawn.pixels, drawn.places], ALL)


def at(bundle: Bundle, payload: Payload) -> Plan:
    """[x, y] -> pixels (1, or 0 outside the map), code (D; NaN outside), int32 [inside, class, class, class].

    The classes are those of the data points whose codes were blended, −1 outside.
    """
    place = np.array([[payload.number("x"), payload.number("y")]])
    payload.end()
    found = bundle.unfolded.now().inverse(place)
    inside = bool(found.inside[0])
    labels = bundle.atlas.labels[found.vertices[0]].astype(np.int32) if inside else np.full(3, -1, np.int32)
    facts = np.array([inside, *labels], np.int32)
    return Plan(found.codes[found.inside], lambda drawn: [drawn.pixels, found.codes[0], facts])


def image(bundle: Bundle, payload: Payload) -> Plan:
    """[row] of the atlas -> reconstruction pixels (1), original pixels (1, or 0 when the map's images are not on disk),
    code mean (D), code std (D), place (2), [squared error per pixel; NaN without the original], int32 [label].
    """
    row = payload.whole("row", 0, len(bundle.atlas) - 1)
    payload.end()
    atlas, originals = bundle.atlas, bundle.originals.held().images
    original = None if originals is None else originals[row : row + 1]

    def finish(drawn: Drawn) -> list[np.ndarray]:
        error = np.float32(np.nan)
        pixels = drawn.pixels[:0]
        if original is not None:
            error = squared_errors(original.to(drawn.pictures.device).float() / 255, drawn.pictures).item()
            pixels = original.permute(0, 2, 3, 1).numpy()
        place = atlas.places[row].astype(np.float32)
        label = np.array([atlas.labels[row]], np.int32)
        return [drawn.pixels, pixels, atlas.codes[row], atlas.std[row], place, np.array([error], np.float32), label]

    return Plan(atlas.codes[row : row + 1], finish)


def sample(bundle: Bundle, payload: Payload) -> Plan:
    """[seed, count, temperature, distribution] -> pixels, places, codes (N, D), verdicts (N, 4).

    Distribution 0 is N(0, I), 1 the Gaussian fitted to the atlas codes.
    """
    size = bundle.model.config.latent_dim
    seed, count = payload.whole("seed", **SEED), payload.whole("count", 1, MOST_PICTURES)
    temperature, fitted = payload.number("temperature", 0), payload.whole("distribution", 0, 1)
    payload.end()
    codes = prior(count, size, temperature, seed)
    if fitted:
        codes = bundle.gaussian.sample(codes)
    judging = _judging(bundle)
    return Plan(codes, lambda drawn: [drawn.pixels, drawn.places, codes, judging(drawn.pictures, codes)], ALL)


def path(bundle: Bundle, payload: Payload) -> Plan:
    """[kind, frames, A (D), B (D)] -> pixels (frames), places (65), steps (64), [step_max_ratio, cycle_gap], verdicts (frames, 4).

    Kind 0 is straight, 1 spherical. Places, steps and figures are of 65 evenly spaced codes, whatever `frames` is. A step
    is the root of the summed squared pixel differences of neighbours, pixels in [0, 1].
    """
    way, frames = _way(payload), payload.whole("frames", 2, MOST_PICTURES)
    a, b = _pair(bundle, payload)
    shown, measured = way(a, b, evenly(frames)), way(a, b, evenly(STEPS + 1))
    judging = _judging(bundle)

    def finish(drawn: Drawn) -> list[np.ndarray]:
        pictures = drawn.pictures[frames:]
        steps = _steps(bundle, pictures)
        codes = torch.from_numpy(measured).to(pictures.device)
        gap = cycle_gap(bundle.model, codes, bundle.radius, pictures).mean().item()
        figures = np.array([step_max_ratio(steps), gap], np.float32)
        return [drawn.pixels[:frames], drawn.places, steps.cpu().numpy(), figures, judging(drawn.pictures[:frames], shown)]

    return Plan(np.vstack([shown, measured]), finish, slice(frames, None))


def along(bundle: Bundle, payload: Payload) -> Plan:
    """[kind, t from 0 to 1, A (D), B (D)] -> pixels (1), place (1, 2), code (D)."""
    way, time = _way(payload), payload.number("t", 0, 1)
    codes = way(*_pair(bundle, payload), np.array([time]))
    return Plan(codes, lambda drawn: [drawn.pixels, drawn.places, codes[0]], ALL)


def perturb(bundle: Bundle, payload: Payload) -> Plan:
    """[seed, count, radius, code (D)] -> pixels (count), places: of variations of a code.

    `radius` is in standard deviations of the atlas codes along each of their principal axes.
    """
    return Plan(_perturbed(bundle, payload)[1], lambda drawn: [drawn.pixels, drawn.places], ALL)


def kept(bundle: Bundle, payload: Payload) -> Plan:
    """[seed, count, radius, code (D)], as for `perturb` -> [share, class].

    The share of those variations that keep the class of the code's own decoding; NaN, with class −1, without a
    classifier. It is asked apart from the pictures, so that a hand on the radius does not wait for it.
    """
    code, moved = _perturbed(bundle, payload)
    judge = _judge(bundle)
    if judge is None:
        return Plan(moved[:0], lambda drawn: [np.array([np.nan, -1], np.float32)])

    def finish(drawn: Drawn) -> list[np.ndarray]:
        label, *labels = judge.labels(drawn.pictures)
        return [np.array([np.equal(labels, label).mean(), label], np.float32)]

    return Plan(np.vstack([code, moved]), finish)


def plane(bundle: Bundle, payload: Payload) -> Plan:
    """[x0, x1, y0, y1, columns, rows] -> mosaic uint8 (rows H, columns W, C), int32 (rows, columns) inside flags.

    The map's rectangle in cells, each the decoding of its centre; the first row is the one at y1, so y grows upwards.
    Cells outside the map are 0.
    """
    window, columns, rows = _cells(payload, MOST_PICTURES)
    found = bundle.unfolded.now().inverse(centres(window, columns, rows))

    def finish(drawn: Drawn) -> list[np.ndarray]:
        cells = np.zeros((rows * columns, *drawn.pixels.shape[1:]), np.uint8)
        cells[found.inside] = drawn.pixels
        height, width, channels = cells.shape[1:]
        mosaic = cells.reshape(rows, columns, height, width, channels).swapaxes(1, 2).reshape(rows * height, columns * width, channels)
        return [mosaic, found.inside.reshape(rows, columns).astype(np.int32)]

    return Plan(found.codes[found.inside], finish)


def verdicts(bundle: Bundle, payload: Payload) -> Plan:
    """[codes (N D)] -> verdicts (N, 4) on their pictures."""
    codes, judging = payload.rows("codes", bundle.model.config.latent_dim), _judging(bundle)
    return Plan(codes, lambda drawn: [judging(drawn.pictures, codes)])


def terrain(bundle: Bundle, payload: Payload) -> Plan:
    """[field, x0, x1, y0, y1, columns, rows] -> float32 (rows, columns): the map's floor, NaN outside the map.

    Field 0 is cycle_gap, 1 stretch, 2 density, 3 class entropy, as `Ground.measure` defines them. Cells are those of
    `plane`. What has once been worked out of a model's overview is remembered.
    """
    field, size = FIELDS[payload.whole("field", 0, len(FIELDS) - 1)], bundle.model.config.latent_dim
    # A Jacobian is as much work as D pictures.
    window, columns, rows = _cells(payload, max(1, MOST_JACOBIANS // (size + 2)) if field == "stretch" else MOST_PICTURES)
    ground = bundle.ground
    grid = ground.known(field, window, columns, rows)
    values = np.full(columns * rows, np.inf, np.float32) if grid is None else grid.flatten()
    new = np.flatnonzero(values == np.inf)
    if not len(new):
        return Plan(np.empty((0, size), np.float32), lambda drawn: [values.reshape(rows, columns)])
    found = bundle.unfolded.now().inverse(centres(window, columns, rows)[new])
    codes = found.codes[found.inside]
    measure = ground.measure(field) if len(codes) else None

    def finish(drawn: Drawn) -> list[np.ndarray]:
        values[new] = np.nan
        if measure is not None:
            pictures = drawn.pictures
            values[new[found.inside]] = measure(torch.from_numpy(codes).to(pictures.device), pictures).float().cpu().numpy()
        shaped = values.reshape(rows, columns)
        if grid is not None:
            grid[:] = shaped
        return [shaped]

    return Plan(codes, finish)


def hole(bundle: Bundle, payload: Payload) -> Plan:
    """[code (D)] -> pixels (1, or 0 where the map has no hole), code (D), place (2),
    [share of the map that is hole, distance to the nearest drawn code ÷ the typical one, cycle_gap, 1 if judged],
    int32 [row of the image with the nearest code, its label].

    The hole nearest to the code on the map. A hole is a place whose picture is farther from every real one, in the
    features of the classifier, than 99 % of unseen real ones; without a classifier, one whose code is far from all that
    were drawn. It is looked for in 64 by 64 places of the overview.
    """
    code = payload.vector("code", bundle.model.config.latent_dim)
    payload.end()
    holes = bundle.ground.holes.now()
    if not len(holes.codes):
        nothing, nowhere = np.full(len(code), np.nan, np.float32), np.full(2, np.nan, np.float32)
        figures = np.array([0, np.nan, np.nan, holes.judged], np.float32)
        return Plan(holes.codes, lambda drawn: [drawn.pixels, nothing, nowhere, figures, np.array([-1, -1], np.int32)])
    here = bundle.map.place(code[None])[0]
    nearest = int(np.square(holes.places - here).sum(1).argmin())
    found, typical = holes.codes[nearest : nearest + 1], bundle.typical.now()

    def finish(drawn: Drawn) -> list[np.ndarray]:
        there = torch.from_numpy(found).to(drawn.pictures.device)
        far = bundle.drawn.query(there, 1)[0].item() / (typical or np.nan)  # images that all have one code say nothing of what is far
        gap = cycle_gap(bundle.model, there, bundle.radius or 1, drawn.pictures).item()
        row = bundle.neighbours.query(there, 1)[1].item()
        figures = np.array([holes.share, far, gap, holes.judged], np.float32)
        return [drawn.pixels, found[0], holes.places[nearest], figures, np.array([row, bundle.atlas.labels[row]], np.int32)]

    return Plan(found, finish)


def climb(bundle: Bundle, payload: Payload) -> Plan:
    """[stride, steps, code (D)] -> codes (T, D), places (T, 2), log densities (T) as the floor of `terrain` has them, [stride, 1 if it ends here].

    A stretch of the way back to the data, up the gradient of the aggregate posterior's log-density, beginning with the
    code itself; ask again from its last code for the rest. A stride of 0 is chosen: a twelfth of the way to the nearest
    drawn code, and at least 1/48 of the codes' spread.
    """
    stride, steps = payload.number("stride", 0), payload.whole("steps", 1, MOST_STEPS)
    code = payload.vector("code", bundle.model.config.latent_dim)
    payload.end()
    density = bundle.ground.density.now()

    def finish(drawn: Drawn) -> list[np.ndarray]:
        length = stride or max(bundle.drawn.query(code[None], 1)[0].item() / STRIDES, bundle.radius / SMALLEST_STRIDE)
        way = density.climb(torch.from_numpy(code), length, steps) if length > 0 else torch.from_numpy(code[None])
        codes = way.float().numpy()
        heights = (density.log_density(way) + bundle.ground.volume).float().numpy()
        return [codes, bundle.map.place(codes), heights, np.array([length, len(codes) <= steps], np.float32)]

    return Plan(code[None], finish)  # decoded for the engine's check of what a code may be


def balloons(bundle: Bundle, payload: Payload) -> Plan:
    """[rows (K)] of the atlas, at most 64 -> float32 (K, 3): the half axes, across and up, of the ellipse of z = μ + σ on the map, and reach.

    Where the map is the code plane they are σ, exactly. On a UMAP, which has no room for D dimensions, it is a circle: its radius is to the distance of the
    nearest places as ‖σ‖, how far off codes are drawn, is to the distance of the nearest codes. `reach` is ‖σ‖ ÷ the distance to
    the nearest code of another image, whatever the map.
    """
    rows = payload.rows("rows", 1)[:, 0]
    if len(rows) > MOST_BALLOONS or (rows != np.floor(rows)).any() or rows.min() < 0 or rows.max() >= len(bundle.atlas):
        raise ProtocolError(f"ask for at most {MOST_BALLOONS} rows, each a whole number from 0 to {len(bundle.atlas) - 1}")
    rows = rows.astype(int)
    codes, std = bundle.atlas.codes[rows], bundle.atlas.std[rows]  # (K, D)

    def finish(drawn: Drawn) -> list[np.ndarray]:
        near = min(1 + NEAREST_IMAGES, len(bundle.atlas))
        if near == 1:  # there is no other image to measure by
            return [np.column_stack([std if bundle.map.identity else np.zeros((len(rows), 2)), np.zeros(len(rows))]).astype(np.float32)]
        away = bundle.neighbours.query(codes, near)[0][:, 1:].cpu().numpy()  # without the image itself
        length = np.linalg.norm(std, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):  # images of one and the same code have no distance to measure by
            reach = length / away[:, 0]
            scale = bundle.map.distances(bundle.map.places[rows], near)[:, 1:].mean(1) / away.mean(1)
        axes = std if bundle.map.identity else np.repeat((length * scale)[:, None], 2, 1)
        return [np.nan_to_num(np.column_stack([axes, reach]), posinf=0).astype(np.float32)]

    return Plan(codes[:0], finish)


def relax(bundle: Bundle, payload: Payload) -> Plan:
    """[kind, segments, iterations, A (D), B (D) or curve (K + 1 D)] -> curve (K + 1, D), pixels (65), places (65), steps (64),
    [energy, length].

    Kind 0 starts from the straight way from A to B, 1 from the spherical one, 2 from the curve that is sent, K its
    segments. Each iteration brings it nearer to the geodesic between its ends; none only measures it. Pictures, places
    and steps are of 65 evenly spaced codes on the curve that is returned, a step as for `path`; the length is the sum of
    the steps, the energy 64 times the sum of their squares.
    """
    size = bundle.model.config.latent_dim
    kind, segments, iterations = payload.whole("kind", 0, 2), payload.whole("segments", 2, STEPS), payload.whole("iterations", 0, 4)
    if STEPS % segments:
        raise ProtocolError(f"segments is {segments}; it must be a divisor of {STEPS}")
    if kind < 2:
        curve = curves.start(kind, segments, *_pair(bundle, payload))
    else:
        curve = payload.vector("curve", (segments + 1) * size).reshape(-1, size)
        payload.end()
    curve, codes = curves.relaxed(bundle, curve, iterations)

    def finish(drawn: Drawn) -> list[np.ndarray]:
        steps = _steps(bundle, drawn.pictures)
        figures = torch.stack([STEPS * steps.square().sum(), steps.sum()])
        return [curve, drawn.pixels, drawn.places, steps.cpu().numpy(), figures.cpu().numpy()]

    return Plan(codes, finish, ALL)


def handles(bundle: Bundle, payload: Payload) -> Plan:
    """[count, reach, code (D), directions before (k D), k from 0 to count] -> directions (count, D), values (count), pixels (2 count).

    The decoder's leading right singular directions at the code, a move of 1 being one standard deviation of the model's
    codes that way, with the picture change per 1 of each. Where directions found nearby are sent, order and signs follow
    them. The pictures are those of the code moved by −`reach` and by +`reach`, one direction after the other.
    """
    size = bundle.model.config.latent_dim
    count, reach = payload.whole("count", 1, size), payload.number("reach", 0, curves.LARGEST_REACH)
    code = payload.vector("code", size)
    before = None if payload.empty else payload.rows("directions", size)
    if before is not None and len(before) > count:
        raise ProtocolError(f"the request holds {len(before)} directions found before; send at most {count}")
    directions, values = curves.local_directions(bundle, code, before, count)
    with np.errstate(over="ignore"):  # the engine refuses codes that are not finite
        ends = code + np.stack([-reach * directions, reach * directions], 1).reshape(-1, size)
    return Plan(ends, lambda drawn: [directions, values, drawn.pixels])


def contrast(bundle: Bundle, payload: Payload) -> Plan:
    """[first, second, reach, code (D), outline (M 2)] -> direction (D), pixels (2), int32 [images in first, in second].

    The mean code of one set of images minus that of another, with the pictures of the code moved by −`reach` and by
    +`reach` times it. A set is a class by its number; −1 as the first are the images inside the outline on the map, as
    the second all images that are not in the first.
    """
    last = len(bundle.atlas.classes) - 1
    first, second = payload.whole("first", -1, last), payload.whole("second", -1, last)
    reach, code = payload.number("reach", 0, curves.LARGEST_REACH), payload.vector("code", bundle.model.config.latent_dim)
    outline = np.empty((0, 2), np.float32) if payload.empty else payload.rows("outline", 2)
    direction, counts = curves.contrast(bundle, first, second, outline)
    with np.errstate(over="ignore"):
        ends = np.stack([code - reach * direction, code + reach * direction])
    return Plan(ends, lambda drawn: [direction, drawn.pixels, counts])


OPERATIONS: dict[int, Callable[[Bundle, Payload], Plan]] = {
    1: decode,
    2: vary,
    3: at,
    4: image,
    5: sample,
    6: path,
    7: along,
    8: perturb,
    9: plane,
    10: verdicts,
    11: kept,
    12: terrain,
    13: hole,
    14: climb,
    15: balloons,
    16: relax,
    17: handles,
    18: contrast,
}


def prepare(operation: int, bundle: Bundle, values: np.ndarray) -> Plan:
    """The plan of `operation` (a number in `OPERATIONS`) for a request's `values`.

    Raises
    ------
    ProtocolError
        If there is no such operation or the values are not what it takes.
    Slow
        If something must be loaded first.
    DataError
        If the original images are on disk but cannot be used.
    """
    if operation not in OPERATIONS:
        raise ProtocolError(f"there is no operation {operation}; reload the page, it is older or newer than the server")
    return OPERATIONS[operation](bundle, Payload(values))


def _cells(payload: Payload, most: int) -> tuple[np.ndarray, int, int]:
    """The rest of a payload as a window [x0, x1, y0, y1] and the columns and rows that it is cut into."""
    window = np.array([payload.number(name) for name in ("x0", "x1", "y0", "y1")])
    columns, rows = payload.whole("columns", 1, MOST_PICTURES), payload.whole("rows", 1, MOST_PICTURES)
    payload.end()
    if columns * rows > most:
        raise ProtocolError(f"{columns} times {rows} cells are too many; ask for at most {most} at once")
    return window, columns, rows


def _way(payload: Payload) -> Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]:
    return (lerp, slerp)[payload.whole("kind", 0, 1)]


def _pair(bundle: Bundle, payload: Payload) -> tuple[np.ndarray, np.ndarray]:
    a, b = payload.vector("A", bundle.model.config.latent_dim), payload.vector("B", bundle.model.config.latent_dim)
    payload.end()
    return a, b


def _steps(bundle: Bundle, pictures: Tensor) -> Tensor:
    steps = step_sizes(pictures)
    steps[steps < STILL * bundle.model.config.pixels**0.5] = 0  # or a path that goes nowhere would seem to jump
    return steps


def _perturbed(bundle: Bundle, payload: Payload) -> tuple[np.ndarray, np.ndarray]:
    """A code (D,) and variations of it (count, D)."""
    size = bundle.model.config.latent_dim
    seed, count = payload.whole("seed", **SEED), payload.whole("count", 1, MOST_PICTURES - 1)
    radius, code = payload.number("radius", 0), payload.vector("code", size)
    payload.end()
    return code, bundle.gaussian.perturb(code, noise(count, size, seed), radius)


def _judging(bundle: Bundle) -> Callable[[Tensor, np.ndarray], np.ndarray]:
    """A function from pictures and their codes to verdicts (N, 4); what it needs is loaded when it is made."""
    return partial(_verdicts, bundle, _judge(bundle), bundle.typical.now())


def _judge(bundle: Bundle) -> Judge | None:
    """The judge of the bundle's pictures, or None where there is none for such pictures; Slow if it must be loaded first."""
    judge = bundle.judge.now()
    return judge if judge is not None and judge.image_shape == bundle.model.config.image_shape else None


def _verdicts(bundle: Bundle, judge: Judge | None, typical: float, pictures: Tensor, codes: np.ndarray) -> np.ndarray:
    verdicts = np.tile(np.array([-1, np.nan, 0, 0], np.float32), (len(codes), 1))
    if judge is not None:
        verdicts[:, :FAR] = judge.verdicts(pictures)
    verdicts[:, FAR] = (bundle.drawn.query(codes, 1)[0][:, 0] > typical).cpu()
    return verdicts
