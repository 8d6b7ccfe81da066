"""The map: from codes to places in the plane and back."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
from scipy.spatial import Delaunay, QhullError, cKDTree
from threadpoolctl import threadpool_limits
from torch import Tensor

from vae.latent.neighbours import Neighbours
from vae.latent.plane import Plane, code_plane

PERPLEXITY = 30.0  # of t-SNE: about how many neighbours count
NEAREST = 8  # codes whose places are averaged
FLAT = 1e-9  # height of a triangle, relative to the size of the map, below which it is a line
SAME = 1e-9  # distance from a data point, relative to the size of the map, that counts as on it


@dataclass(frozen=True)
class Inverse:
    """The codes that stand at M places of the map.

    codes : (M, D) float32; NaN outside
    inside : (M,) bool, whether the place lies on the map
    vertices : (M, 3) int32, rows of the data points whose codes were blended; −1 outside
    """

    codes: np.ndarray
    inside: np.ndarray
    vertices: np.ndarray


class Map:
    """Codes and their places in the plane, both ways.

    Parameters
    ----------
    codes : (N, D)
    places : (N, 2)
    identity : whether the plane is the code space itself, as for 2-dimensional models; `places` are then the codes
    neighbours : those of `codes`, where they have been made already
    plane : the plane through code space that the map is, if it is one
    """

    def __init__(
        self, codes: np.ndarray, places: np.ndarray, identity: bool, neighbours: Neighbours | None = None, plane: Plane | None = None
    ) -> None:
        self.codes = np.asarray(codes, np.float32)
        self.places = np.asarray(places, np.float64)
        self.identity = identity
        self.plane = code_plane() if identity else plane
        if self.places.shape != (len(self.codes), 2):
            raise ValueError(f"{len(self.codes)} codes need as many places in the plane, not shape {self.places.shape}")
        if identity and self.codes.shape[1] != 2:
            raise ValueError(f"codes of size {self.codes.shape[1]} are no places in the plane; only codes of size 2 are")
        self._neighbours = neighbours or (None if self.plane else Neighbours(self.codes))
        self._tree = cKDTree(self.places)
        self._size = float(np.ptp(self.places, axis=0).max())

    @classmethod
    def on(cls, plane: Plane, codes: np.ndarray) -> Map:
        """The map of `codes` (N, D) on a plane through code space."""
        return cls(codes, plane.places(codes), False, plane=plane)

    @cached_property
    def _triangles(self) -> Delaunay | None:
        return None if self.plane else _triangulate(self.places, self._size)

    def unfold(self) -> Map:
        """Work out now what `inverse` needs, some seconds for some hundred thousand points, and give back this map."""
        _ = self._triangles
        return self

    def inverse(self, xy: np.ndarray) -> Inverse:
        """The codes at places `xy` (M, 2): exact at every data point, linear in between, nothing outside.

        Between data points it blends the three corners of the triangle around the place, so across a gap it is the
        point between clusters. On a plane through code space each place is a code, and every place is inside; data points
        that lie off the plane have others.

        Source: barycentric interpolation on the Delaunay triangulation of the places.
        """
        xy = np.asarray(xy, np.float64).reshape(-1, 2)
        if self.plane:
            near = self._tree.query(xy, min(3, len(self.places)))[1].reshape(len(xy), -1)
            near = np.pad(near, ((0, 0), (0, 3 - near.shape[1])), "edge")  # fewer than three points: the farthest again
            return Inverse(self.plane.codes(xy), np.ones(len(xy), bool), near.astype(np.int32))
        codes = np.full((len(xy), self.codes.shape[1]), np.nan, np.float32)
        vertices = np.full((len(xy), 3), -1, np.int32)
        if self._triangles is None or not len(xy):
            return Inverse(codes, np.zeros(len(xy), bool), vertices)
        found = self._triangles.find_simplex(xy)
        inside = (found >= 0) & ~np.isnan(self._triangles.transform[found, 0, 0])
        corners = self._triangles.simplices[found[inside]]  # (I, 3)
        transform = self._triangles.transform[found[inside]]  # (I, 3, 2)
        shares = np.einsum("nij,nj->ni", transform[:, :2], xy[inside] - transform[:, 2])
        weights = np.column_stack([shares, 1 - shares.sum(1)])  # (I, 3)
        codes[inside] = np.einsum("nc,ncd->nd", weights, self.codes[corners].astype(np.float64))
        vertices[inside] = corners
        distance, nearest = self._tree.query(xy)
        on = distance <= SAME * self._size  # a data point is on the map and is itself, whatever rounding says
        codes[on] = self.codes[nearest[on]]
        vertices[on & ~inside] = nearest[on & ~inside, None]
        return Inverse(codes, inside | on, vertices)

    def distances(self, xy: np.ndarray, k: int) -> np.ndarray:
        """From places `xy` (M, 2) to the `k` nearest places of data points, nearest first: (M, k), 0 for a data point's own."""
        return self._tree.query(xy, k)[0].reshape(len(xy), k)

    def place(self, codes: Tensor | np.ndarray) -> np.ndarray:
        """Where `codes` (M, D) fall on the map: (M, 2) float32, exact for the codes of data points.

        The mean of the places of the 8 nearest data codes, weighted by 1 / distance². On a plane, straight down.
        """
        if isinstance(codes, Tensor):
            codes = codes.cpu().numpy()
        if self.plane:
            return self.plane.places(codes)
        neighbours = cast(Neighbours, self._neighbours)  # only a plane does without
        # The last steps are few numbers, which NumPy handles with less ado than torch.
        count = min(NEAREST, len(self.codes))
        rows = neighbours.candidates(codes, count).cpu().numpy()  # (M, C)
        squares = np.square(self.codes[rows] - np.asarray(codes, np.float32)[:, None]).sum(2)  # (M, C)
        order = squares.argsort(1)[:, :count]
        rows, squares = np.take_along_axis(rows, order, 1), np.take_along_axis(squares, order, 1)
        # Relative to the nearest, so that no weight overflows. On a data point 0 / 0 stands for itself: weight 1, all others 0.
        weights = np.divide(squares[:, :1], squares, out=np.ones_like(squares), where=squares > 0)  # (M, 8)
        places = (weights[:, :, None] * self.places[rows]).sum(1) / weights.sum(1, keepdims=True)
        return places.astype(np.float32)


def fit_umap(
    codes: np.ndarray,
    seed: int,
    neighbours: int = 15,
    min_dist: float = 0.1,
    on_progress: Callable[[float], None] | None = None,
) -> np.ndarray:
    """Places in the plane that keep neighbours together, the same for the same seed.

    Parameters
    ----------
    codes : (N, D)
    seed : of the layout
    neighbours : how many neighbours of a code should stay near it
    min_dist : how close points may be packed
    on_progress : called with the share of the layout that is done, 0 to 1, at most a few hundred times

    Returns
    -------
    (N, 2) float32

    Raises
    ------
    ValueError
        If there are fewer than 4 codes.

    Source: McInnes, Healy and Melville, "UMAP", 2018.
    """
    if len(codes) < 4:
        raise ValueError(f"a map needs at least 4 codes, not {len(codes)}")
    from umap import UMAP  # compiles for tens of seconds, so only where a map is made

    settings = {"disable": on_progress is None, "file": _Progress(on_progress), "bar_format": "{n}/{total} ", "mininterval": 0.2}
    reducer = UMAP(
        n_neighbors=min(neighbours, len(codes) - 1),
        min_dist=min_dist,
        init="pca",
        random_state=seed,
        n_jobs=1,  # more than one would not be repeatable
        tqdm_kwds=settings,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that a seed rules out threads, which is what is wanted
        places = reducer.fit_transform(np.asarray(codes, np.float32))
    if on_progress:
        on_progress(1.0)
    return np.asarray(places, np.float32)


def fit_tsne(codes: np.ndarray, seed: int) -> np.ndarray:
    """Places (N, 2) float32 of `codes` (N, D) by t-SNE, the same for the same seed.

    Raises
    ------
    ValueError
        If there are fewer than 4 codes.

    Source: van der Maaten and Hinton, "Visualizing Data using t-SNE", 2008.
    """
    if len(codes) < 4:
        raise ValueError(f"a map needs at least 4 codes, not {len(codes)}")
    from sklearn.manifold import TSNE  # takes a second, which only who makes a map need wait for

    perplexity = min(PERPLEXITY, (len(codes) - 1) / 3)
    places = TSNE(perplexity=perplexity, random_state=seed, n_jobs=1).fit_transform(np.asarray(codes, np.float32))
    return np.asarray(places, np.float32)


def _triangulate(places: np.ndarray, size: float) -> Delaunay | None:
    """The Delaunay triangulation, or None where the places are too few or lie on a line."""
    if len(places) < 3 or size == 0:
        return None
    # Qhull gives collinear points a triangulation of slivers when rounding lifts one off the line.
    reach = places - places[0]
    far = reach[np.hypot(*reach.T).argmax()]
    if np.abs(reach[:, 0] * far[1] - reach[:, 1] * far[0]).max() <= FLAT * size * np.hypot(*far):
        return None
    try:
        triangles = Delaunay(places)
    except QhullError:
        return None
    # Worked out now and not at the first question, and on one thread: these are thousands of 2×2 systems, and a second
    # thread that waits for a busy core makes each forty times slower.
    with threadpool_limits(1, "blas"):
        _ = triangles.transform
    return triangles


class _Progress:
    """A file that UMAP's progress bar writes "n/total" to."""

    def __init__(self, report: Callable[[float], None] | None) -> None:
        self._report = report

    def write(self, text: str) -> None:
        done, _, total = text.strip().partition("/")
        if self._report and done.isdigit() and total.isdigit():
            self._report(int(done) / max(int(total), 1))

    def flush(self) -> None:
        """Nothing is held back."""
