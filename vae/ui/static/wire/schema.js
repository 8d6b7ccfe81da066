// @ts-check
// Written by `python -m vae.live.wire.generate` from vae/live/wire/schema.py: change that, and write this anew.

/** What a page says of itself when it connects. */
export const HASH = "335929ac458c";

export const STATUS = ["ok", "bad request", "unknown model", "not available", "failed", "other version"];
export const DTYPES = ["uint8", "float32", "int32"];
export const LIMITS = {
  largest_request: 65536, longest_name: 64, fewest_compared: 4, most_pictures: 1024, farthest: 1000000.0, largest_seed: 16777216,
  path_steps: 64, geodesic_segments: 16, jump: 3.0, active_variance: 0.01, lighter: 0.5, points_in_sight: 0.99, most_climbing: 32,
  most_jacobians: 1152, most_balloons: 64, most_relaxing: 4, most_shrunk: 8, most_thumbnails: 64, most_blended: 16, thumbnail_side: 48,
  largest_reach: 10, overview_margin: 1.16, overview_side: 64, largest_radius: 3, largest_sharpness: 2, most_drawn: 32, most_painted: 128,
  near: 6, guesses: 12, largest_guidance: 10, largest_temperature: 4, longest_caption: 300,
};
export const SOURCES = ["prior", "fitted", "mixture", "learned"];
export const WAYS = ["line", "sphere"];
export const STARTS = ["line", "sphere", "curve"];
export const FIELDS = ["cycle_gap", "stretch", "density", "entropy"];
export const FLOORS = ["none", "cycle-gap", "stretch", "density", "entropy", "linear", "pictures"];
export const HANDLE_KINDS = ["dimensions", "local", "examples", "brush"];
export const COMPARISONS = ["dice", "plane", "path", "race", "freedom", "ground", "picture"];
export const STUDIO_VIEWS = ["draw", "complete", "inside", "between"];
export const CURVES = ["step", "ae_error", "vae_error", "rate", "ae_empty", "vae_empty", "ae_unreal", "vae_unreal"];
export const WORLDS = ["inside", "edge", "outside"];
export const PAIR = ["ae", "vae"];
export const RUN_HALT = ["ahead", "unwatched", "sound", "refused"];
export const RUN_STATE = ["phase", "step", "newest", "rate", "ae_gradient", "vae_gradient"];
export const PALETTE = [
  "#7c96f5", "#f5718a", "#52c795", "#f2c557", "#b98cf0", "#4fb8e6", "#f28a66", "#9ccf66", "#e184bf", "#a9b3c4",
];
export const PHASES = ["waiting", "preparing", "learning", "paused", "failed"];
export const VERDICT = ["label", "confidence", "unreal", "far"];
export const PLACE = ["x", "y"];
export const SLOTS = ["tint", "object", "relation", "second tint", "second object", "background"];
export const SLIDERS = ["beta", "learning_rate", "noise", "l2", "batch_size"];
export const LUMINANCE = [0.299, 0.587, 0.114];
export const DEFAULT_MODEL = "mnist-vae";
export const ILLUSTRATED_MODEL = "scenes-vae";
export const PAINTER = "dalle";
export const LANGUAGE_COOKIE = "continuum_language";
export const NOT_ON_DISK = "data set not on disk";
export const HAND = { beta: 1.0, learning_rate: 0.001, noise: 0.0, l2: 0.0, batch_size: 64.0 };

/** Pictures of codes. */
export const DECODE = {
  name: "decode", socket: "live", number: 1,
  asks: [{ name: "codes", kind: "rows", shape: ["N", "D"] }],
  answers: [
    { name: "pixels", kind: "array", dtype: "uint8", shape: ["N", "H", "W", "C"] },
    { name: "places", kind: "table", dtype: "float32", shape: ["N"], columns: PLACE },
  ],
};

/** Pictures of μ, then of μ + σ⊙ε for so many ε, none beyond the farthest place. */
export const VARY = {
  name: "vary", socket: "live", number: 2,
  asks: [
    { name: "seed", kind: "whole" }, { name: "count", kind: "whole" }, { name: "mean", kind: "array", shape: ["D"] },
    { name: "std", kind: "array", shape: ["D"] },
  ],
  answers: [
    { name: "pixels", kind: "array", dtype: "uint8", shape: ["count+1", "H", "W", "C"] },
    { name: "places", kind: "table", dtype: "float32", shape: ["count+1"], columns: PLACE },
  ],
};

/** What `vary` answers, `shrink` times smaller each way where the decoder makes smaller pictures, to follow a hand by. */
export const PREVIEW = {
  name: "preview", socket: "live", number: 20,
  asks: [
    { name: "shrink", kind: "whole" }, { name: "seed", kind: "whole" }, { name: "count", kind: "whole" },
    { name: "mean", kind: "array", shape: ["D"] }, { name: "std", kind: "array", shape: ["D"] },
  ],
  answers: [
    { name: "pixels", kind: "array", dtype: "uint8", shape: ["count+1", "height", "width", "C"] },
    { name: "places", kind: "table", dtype: "float32", shape: ["count+1"], columns: PLACE },
  ],
};

/** The picture at a place of the map; none outside it. */
export const AT = {
  name: "at", socket: "live", number: 3,
  asks: [{ name: "x", kind: "number" }, { name: "y", kind: "number" }],
  answers: [
    { name: "pixels", kind: "array", dtype: "uint8", shape: ["found", "H", "W", "C"] },
    { name: "code", kind: "array", dtype: "float32", shape: ["D"] },
    { name: "spot", kind: "record", dtype: "int32", shape: [], columns: ["inside", "first", "second", "third"] },
  ],
};

/** An image of the atlas and its code. */
export const IMAGE = {
  name: "image", socket: "live", number: 4,
  asks: [{ name: "row", kind: "whole" }],
  answers: [
    { name: "pixels", kind: "array", dtype: "uint8", shape: [1, "H", "W", "C"] },
    { name: "original", kind: "array", dtype: "uint8", shape: ["known", "H", "W", "C"] },
    { name: "mean", kind: "array", dtype: "float32", shape: ["D"] }, { name: "std", kind: "array", dtype: "float32", shape: ["D"] },
    { name: "place", kind: "record", dtype: "float32", shape: [], columns: PLACE },
    { name: "error", kind: "value", dtype: "float32", shape: [1] }, { name: "label", kind: "value", dtype: "int32", shape: [1] },
  ],
};

/** Draws. */
export const SAMPLE = {
  name: "sample", socket: "live", number: 5,
  asks: [
    { name: "seed", kind: "whole" }, { name: "count", kind: "whole" }, { name: "temperature", kind: "number" },
    { name: "source", kind: "choice", words: SOURCES },
  ],
  answers: [
    { name: "pixels", kind: "array", dtype: "uint8", shape: ["count", "H", "W", "C"] },
    { name: "places", kind: "table", dtype: "float32", shape: ["count"], columns: PLACE },
    { name: "codes", kind: "array", dtype: "float32", shape: ["count", "D"] },
    { name: "verdicts", kind: "table", dtype: "float32", shape: ["count"], columns: VERDICT },
  ],
};

/** The way from A to B: frames to look at, and 65 evenly spaced codes by which it is measured. */
export const PATH = {
  name: "path", socket: "live", number: 6,
  asks: [
    { name: "way", kind: "choice", words: WAYS }, { name: "frames", kind: "whole" }, { name: "a", kind: "array", shape: ["D"] },
    { name: "b", kind: "array", shape: ["D"] },
  ],
  answers: [
    { name: "pixels", kind: "array", dtype: "uint8", shape: ["frames", "height", "width", "C"] },
    { name: "places", kind: "table", dtype: "float32", shape: [65], columns: PLACE },
    { name: "steps", kind: "array", dtype: "float32", shape: [64] },
    { name: "figures", kind: "record", dtype: "float32", shape: [], columns: ["step_max_ratio", "cycle_gap"] },
    { name: "verdicts", kind: "table", dtype: "float32", shape: ["frames"], columns: VERDICT },
  ],
};

/** One place of the way from A to B. */
export const ALONG = {
  name: "along", socket: "live", number: 7,
  asks: [
    { name: "way", kind: "choice", words: WAYS }, { name: "t", kind: "number" }, { name: "a", kind: "array", shape: ["D"] },
    { name: "b", kind: "array", shape: ["D"] },
  ],
  answers: [
    { name: "pixels", kind: "array", dtype: "uint8", shape: [1, "H", "W", "C"] },
    { name: "places", kind: "table", dtype: "float32", shape: [1], columns: PLACE },
    { name: "code", kind: "array", dtype: "float32", shape: ["D"] },
  ],
};

/** Pictures of variations of a code; the radius is in standard deviations of the atlas codes. */
export const PERTURB = {
  name: "perturb", socket: "live", number: 8,
  asks: [
    { name: "seed", kind: "whole" }, { name: "count", kind: "whole" }, { name: "radius", kind: "number" },
    { name: "code", kind: "array", shape: ["D"] },
  ],
  answers: [
    { name: "pixels", kind: "array", dtype: "uint8", shape: ["count", "H", "W", "C"] },
    { name: "places", kind: "table", dtype: "float32", shape: ["count"], columns: PLACE },
  ],
};

/** A window of the map in cells, each the picture of its centre; the first row is the one at y1. */
export const PLANE = {
  name: "plane", socket: "live", number: 9,
  asks: [
    { name: "x0", kind: "number" }, { name: "x1", kind: "number" }, { name: "y0", kind: "number" }, { name: "y1", kind: "number" },
    { name: "columns", kind: "whole" }, { name: "rows", kind: "whole" },
  ],
  answers: [
    { name: "mosaic", kind: "array", dtype: "uint8", shape: ["rows*H", "columns*W", "C"] },
    { name: "inside", kind: "array", dtype: "int32", shape: ["rows", "columns"] },
  ],
};

/** Verdicts on the pictures of codes. */
export const VERDICTS = {
  name: "verdicts", socket: "live", number: 10,
  asks: [{ name: "codes", kind: "rows", shape: ["N", "D"] }],
  answers: [{ name: "verdicts", kind: "table", dtype: "float32", shape: ["N"], columns: VERDICT }],
};

/** The share of the variations of `perturb` that keep the class of the code's own picture. */
export const KEPT = {
  name: "kept", socket: "live", number: 11,
  asks: [
    { name: "seed", kind: "whole" }, { name: "count", kind: "whole" }, { name: "radius", kind: "number" },
    { name: "code", kind: "array", shape: ["D"] },
  ],
  answers: [{ name: "figures", kind: "record", dtype: "float32", shape: [], columns: ["share", "label"] }],
};

/** A floor of the map in the cells of `plane`. */
export const TERRAIN = {
  name: "terrain", socket: "live", number: 12,
  asks: [
    { name: "field", kind: "choice", words: FIELDS }, { name: "x0", kind: "number" }, { name: "x1", kind: "number" },
    { name: "y0", kind: "number" }, { name: "y1", kind: "number" }, { name: "columns", kind: "whole" }, { name: "rows", kind: "whole" },
  ],
  answers: [{ name: "values", kind: "array", dtype: "float32", shape: ["rows", "columns"] }],
};

/** The place nearest to a code on the map that decodes to an unreal picture; without a classifier, the nearest empty place. */
export const HOLE = {
  name: "hole", socket: "live", number: 13,
  asks: [{ name: "code", kind: "array", shape: ["D"] }],
  answers: [
    { name: "pixels", kind: "array", dtype: "uint8", shape: ["found", "H", "W", "C"] },
    { name: "code", kind: "array", dtype: "float32", shape: ["D"] },
    { name: "place", kind: "record", dtype: "float32", shape: [], columns: PLACE },
    { name: "figures", kind: "record", dtype: "float32", shape: [], columns: ["share", "distance", "cycle_gap", "judged"] },
    { name: "nearest", kind: "record", dtype: "int32", shape: [], columns: ["row", "label"] },
  ],
};

/** A stretch of the way back to the data, beginning with the code itself; a stride of 0 is chosen. */
export const CLIMB = {
  name: "climb", socket: "live", number: 14,
  asks: [{ name: "stride", kind: "number" }, { name: "steps", kind: "whole" }, { name: "code", kind: "array", shape: ["D"] }],
  answers: [
    { name: "codes", kind: "array", dtype: "float32", shape: ["T", "D"] },
    { name: "places", kind: "table", dtype: "float32", shape: ["T"], columns: PLACE },
    { name: "densities", kind: "array", dtype: "float32", shape: ["T"] },
    { name: "figures", kind: "record", dtype: "float32", shape: [], columns: ["stride", "ended"] },
  ],
};

/** The ellipses of z = μ + σ on the map of some images. */
export const BALLOONS = {
  name: "balloons", socket: "live", number: 15,
  asks: [{ name: "rows", kind: "rows", shape: ["N"] }],
  answers: [{ name: "shapes", kind: "table", dtype: "float32", shape: ["N"], columns: ["across", "up", "reach"] }],
};

/** Steps of a geodesic, from a way from A to B or from the curve of the steps before. */
export const RELAX = {
  name: "relax", socket: "live", number: 16,
  asks: [
    { name: "start", kind: "choice", words: STARTS }, { name: "segments", kind: "whole" }, { name: "iterations", kind: "whole" },
    { name: "a", kind: "array", shape: ["D"], only: ["start", WAYS] }, { name: "b", kind: "array", shape: ["D"], only: ["start", WAYS] },
    { name: "curve", kind: "array", shape: ["segments+1", "D"], only: ["start", ["curve"]] },
  ],
  answers: [
    { name: "curve", kind: "array", dtype: "float32", shape: ["segments+1", "D"] },
    { name: "pixels", kind: "array", dtype: "uint8", shape: [65, "H", "W", "C"] },
    { name: "places", kind: "table", dtype: "float32", shape: [65], columns: PLACE },
    { name: "steps", kind: "array", dtype: "float32", shape: [64] },
    { name: "figures", kind: "record", dtype: "float32", shape: [], columns: ["energy", "length"] },
  ],
};

/** The decoder's leading singular directions at a code, in order and signs those found before. */
export const HANDLES = {
  name: "handles", socket: "live", number: 17,
  asks: [
    { name: "count", kind: "whole" }, { name: "reach", kind: "number" }, { name: "code", kind: "array", shape: ["D"] },
    { name: "before", kind: "rows", shape: ["k", "D"], optional: true },
  ],
  answers: [
    { name: "directions", kind: "array", dtype: "float32", shape: ["count", "D"] },
    { name: "values", kind: "array", dtype: "float32", shape: ["count"] },
    { name: "pixels", kind: "array", dtype: "uint8", shape: ["2*count", "H", "W", "C"] },
  ],
};

/** The mean code of one set of images minus that of another. */
export const CONTRAST = {
  name: "contrast", socket: "live", number: 18,
  asks: [
    { name: "first", kind: "whole" }, { name: "second", kind: "whole" }, { name: "reach", kind: "number" },
    { name: "code", kind: "array", shape: ["D"] }, { name: "outline", kind: "rows", shape: ["M", 2], optional: true },
  ],
  answers: [
    { name: "direction", kind: "array", dtype: "float32", shape: ["D"] },
    { name: "pixels", kind: "array", dtype: "uint8", shape: [2, "H", "W", "C"] },
    { name: "counts", kind: "record", dtype: "int32", shape: [], columns: ["first", "second"] },
  ],
};

/** A picture of somebody's own: its code, its reconstruction, and how they stand among the images. */
export const ENCODE = {
  name: "encode", socket: "live", number: 19,
  asks: [{ name: "pixels", kind: "array", shape: ["H", "W", "C"] }],
  answers: [
    { name: "pixels", kind: "array", dtype: "uint8", shape: [1, "H", "W", "C"] },
    { name: "mean", kind: "array", dtype: "float32", shape: ["D"] }, { name: "std", kind: "array", dtype: "float32", shape: ["D"] },
    { name: "place", kind: "record", dtype: "float32", shape: [], columns: PLACE },
    { name: "figures", kind: "record", dtype: "float32", shape: [], columns: ["error", "gap", "error_share", "gap_share", "far"] },
    { name: "nearest", kind: "table", dtype: "int32", shape: ["K"], columns: ["row", "label"] },
    { name: "neighbours", kind: "array", dtype: "uint8", shape: ["K", "H", "W", "C"] },
    { name: "world", kind: "value", dtype: "int32", shape: [1] }, { name: "sentence", kind: "array", dtype: "uint8", shape: ["letters"] },
  ],
};

/** Small pictures of images of the atlas, each of one image or the mean of several. */
export const THUMBNAILS = {
  name: "thumbnails", socket: "live", number: 21,
  asks: [{ name: "each", kind: "whole" }, { name: "members", kind: "rows", shape: ["N", "each"] }],
  answers: [
    { name: "pixels", kind: "array", dtype: "uint8", shape: ["N", "height", "width", "C"] },
    { name: "originals", kind: "value", dtype: "int32", shape: [1] },
  ],
};

/** Images of the atlas to look at: the originals where they are on disk, else what the decoder makes of their codes. */
export const PICTURES = {
  name: "pictures", socket: "live", number: 31,
  asks: [{ name: "rows", kind: "rows", shape: ["N"] }],
  answers: [
    { name: "pixels", kind: "array", dtype: "uint8", shape: ["N", "H", "W", "C"] },
    { name: "originals", kind: "value", dtype: "int32", shape: [1] },
  ],
};

/** How well images of the atlas are rebuilt. */
export const ERRORS = {
  name: "errors", socket: "live", number: 32,
  asks: [{ name: "rows", kind: "rows", shape: ["N"] }],
  answers: [{ name: "errors", kind: "array", dtype: "float32", shape: ["N"] }],
};

/** How far a drawing is, as soon as there are more than `seen` cells, or nothing new if that takes long. */
export const DRAW = {
  name: "draw", socket: "studio", number: 1,
  asks: [
    { name: "seen", kind: "whole" }, { name: "count", kind: "whole" }, { name: "seed", kind: "whole" },
    { name: "guidance", kind: "number" }, { name: "temperature", kind: "number" }, { name: "top_k", kind: "whole" },
    { name: "mix", kind: "number", default: 0 }, { name: "words", kind: "array", shape: [6] },
    { name: "second", kind: "array", shape: [6], default: -1 }, { name: "given", kind: "array", shape: ["cells"], optional: true },
  ],
  answers: [
    { name: "progress", kind: "record", dtype: "int32", shape: [], columns: ["at", "cells", "people"] },
    { name: "tokens", kind: "array", dtype: "int32", shape: ["shown", "cells"] },
    { name: "pixels", kind: "array", dtype: "uint8", shape: ["shown", "height", "width", "channels"] },
    { name: "order", kind: "array", dtype: "int32", shape: ["ranked"] },
    { name: "scores", kind: "array", dtype: "float32", shape: ["ranked"] },
  ],
};

/** What tokens show. */
export const PAINT = {
  name: "paint", socket: "studio", number: 2,
  asks: [{ name: "tokens", kind: "rows", shape: ["N", "cells"] }],
  answers: [{ name: "pixels", kind: "array", dtype: "uint8", shape: ["N", "H", "W", "C"] }],
};

/** What the transformer thinks of each cell, given the words and the cells before it. */
export const INSPECT = {
  name: "inspect", socket: "studio", number: 3,
  asks: [{ name: "words", kind: "array", shape: [6] }, { name: "tokens", kind: "array", shape: ["cells"] }],
  answers: [
    { name: "codes", kind: "array", dtype: "int32", shape: ["cells", "guesses"] },
    { name: "probabilities", kind: "array", dtype: "float32", shape: ["cells", "guesses"] },
    { name: "own", kind: "array", dtype: "float32", shape: ["cells"] },
    { name: "entropy", kind: "array", dtype: "float32", shape: ["cells"] },
    { name: "attention", kind: "table", dtype: "float32", shape: ["cells"], columns: SLOTS },
  ],
};

/** What each code paints on its own, and where it lies. */
export const CODEBOOK = {
  name: "codebook", socket: "studio", number: 4,
  asks: [],
  answers: [
    { name: "patches", kind: "array", dtype: "uint8", shape: ["K", "height", "width", "C"] },
    { name: "places", kind: "table", dtype: "float32", shape: ["K"], columns: PLACE },
  ],
};

/** From A's picture to B's in the codes of the continuous model. */
export const RAMP = {
  name: "ramp", socket: "studio", number: 5,
  asks: [{ name: "steps", kind: "whole" }, { name: "a", kind: "array", shape: ["cells"] }, { name: "b", kind: "array", shape: ["cells"] }],
  answers: [{ name: "pixels", kind: "array", dtype: "uint8", shape: ["steps", "H", "W", "C"] }],
};

/** How far a training is, and where the watched images lie on both maps at a moment. */
export const WATCH = {
  name: "watch", socket: "training", number: 1,
  asks: [{ name: "moment", kind: "whole" }],
  answers: [
    { name: "state", kind: "record", dtype: "float32", shape: [], columns: RUN_STATE },
    { name: "halt", kind: "record", dtype: "float32", shape: [], columns: RUN_HALT },
    { name: "hand", kind: "record", dtype: "float32", shape: [], columns: SLIDERS },
    { name: "left_out", kind: "array", dtype: "int32", shape: ["left"] },
    { name: "then", kind: "record", dtype: "float32", shape: [], columns: SLIDERS },
    { name: "out_then", kind: "array", dtype: "int32", shape: ["left_then"] },
    { name: "moments", kind: "array", dtype: "int32", shape: ["kept"] },
    { name: "curves", kind: "table", dtype: "float32", shape: ["R"], columns: CURVES },
    { name: "ae_places", kind: "table", dtype: "float32", shape: ["M"], columns: PLACE },
    { name: "vae_places", kind: "table", dtype: "float32", shape: ["M"], columns: PLACE },
    { name: "ae_shapes", kind: "table", dtype: "float32", shape: ["M"], columns: ["across", "up"] },
    { name: "vae_shapes", kind: "table", dtype: "float32", shape: ["M"], columns: ["across", "up"] },
    { name: "labels", kind: "array", dtype: "int32", shape: ["M"] },
  ],
};

/** A watched image as both models rebuild it. */
export const REBUILD = {
  name: "rebuild", socket: "training", number: 2,
  asks: [{ name: "moment", kind: "whole" }, { name: "row", kind: "whole" }],
  answers: [
    { name: "original", kind: "array", dtype: "uint8", shape: [1, "H", "W", "C"] },
    { name: "ae", kind: "array", dtype: "uint8", shape: [1, "H", "W", "C"] },
    { name: "vae", kind: "array", dtype: "uint8", shape: [1, "H", "W", "C"] },
    { name: "errors", kind: "record", dtype: "float32", shape: [], columns: PAIR },
    { name: "label", kind: "value", dtype: "int32", shape: [1] },
  ],
};

/** The same draws from N(0, I) through both decoders. */
export const WALL = {
  name: "wall", socket: "training", number: 3,
  asks: [{ name: "moment", kind: "whole" }, { name: "seed", kind: "whole" }, { name: "count", kind: "whole" }],
  answers: [
    { name: "ae", kind: "array", dtype: "uint8", shape: ["count", "H", "W", "C"] },
    { name: "vae", kind: "array", dtype: "uint8", shape: ["count", "H", "W", "C"] },
  ],
};

/** A window of one model's map in cells, each the picture of its centre; the first row is the one at y1. */
export const GROUND = {
  name: "ground", socket: "training", number: 4,
  asks: [
    { name: "moment", kind: "whole" }, { name: "kind", kind: "choice", words: PAIR }, { name: "x0", kind: "number" },
    { name: "x1", kind: "number" }, { name: "y0", kind: "number" }, { name: "y1", kind: "number" }, { name: "columns", kind: "whole" },
    { name: "rows", kind: "whole" },
  ],
  answers: [{ name: "mosaic", kind: "array", dtype: "uint8", shape: ["rows*H", "columns*W", "C"] }],
};

/** The picture at a place of one model's map, with the newest weights of that moment. */
export const GLANCE = {
  name: "glance", socket: "training", number: 5,
  asks: [
    { name: "moment", kind: "whole" }, { name: "kind", kind: "choice", words: PAIR }, { name: "x", kind: "number" },
    { name: "y", kind: "number" },
  ],
  answers: [{ name: "pixels", kind: "array", dtype: "uint8", shape: [1, "H", "W", "C"] }],
};

/** The first pictures that the last step before the training stood still was taken on. */
export const BATCH = {
  name: "batch", socket: "training", number: 6,
  asks: [],
  answers: [
    { name: "pixels", kind: "array", dtype: "uint8", shape: ["shown", "H", "W", "C"] },
    { name: "taken", kind: "record", dtype: "float32", shape: [], columns: ["step", "size"] },
  ],
};

/** A model's map. */
export const MAP = {
  name: "map", socket: "page", number: 0,
  asks: [],
  answers: [
    { name: "places", kind: "table", dtype: "float32", shape: ["images"], columns: PLACE },
    { name: "labels", kind: "array", dtype: "int32", shape: ["images"] },
  ],
};

/** The maps of a ladder's models. */
export const LADDER_MAP = {
  name: "ladder_map", socket: "page", number: 1,
  asks: [],
  answers: [
    { name: "places", kind: "table", dtype: "float32", shape: ["models", "images"], columns: PLACE },
    { name: "labels", kind: "array", dtype: "int32", shape: ["images"] },
  ],
};

/** What a linear map from a model's codes to another's misses, as `vae/latent/linear.py` defines it. */
export const LINEAR = {
  name: "linear", socket: "page", number: 2,
  asks: [],
  answers: [
    { name: "share", kind: "value", dtype: "float32", shape: [1] }, { name: "lengths", kind: "array", dtype: "float32", shape: ["images"] },
  ],
};

/** What a selection of images has in common; their rows are posted. */
export const MEAN = {
  name: "mean", socket: "page", number: 31,
  asks: [],
  answers: [
    { name: "code", kind: "array", dtype: "float32", shape: ["D"] }, { name: "direction", kind: "array", dtype: "float32", shape: ["D"] },
    { name: "pixels", kind: "array", dtype: "uint8", shape: [1, "H", "W", "C"] },
    { name: "average", kind: "array", dtype: "uint8", shape: ["known", "H", "W", "C"] },
    { name: "spread", kind: "array", dtype: "float32", shape: ["K"] },
    { name: "traversal", kind: "array", dtype: "uint8", shape: ["T", "H", "W", "C"] },
  ],
};

/** What a screen calls each data set that is shipped, in the order in which they are listed. */
export const DATA_SETS = { mnist: "MNIST", "fashion-mnist": "Fashion-MNIST", scenes: "Scenes", lines: "Lines", dsprites: "dSprites" };

/** The parts of each page's address. */
export const ADDRESS = {
  explore: {
    model: { kind: "model", default: "mnist-vae" }, at: { kind: "point", default: "i0" }, of: { kind: "source", default: null },
    prep: { kind: "preparation", default: null }, s: { kind: "floats", default: null }, change: { kind: "changes", default: null },
    seed: { kind: "seed", default: 1 }, by: { kind: "one of", default: "dimensions", words: HANDLE_KINDS },
    channel: { kind: "count", default: 1 }, a: { kind: "point", default: null }, b: { kind: "point", default: null },
    pa: { kind: "place", default: null }, pb: { kind: "place", default: null }, floor: { kind: "one of", default: "none", words: FLOORS },
    show: { kind: "one of", default: "points", words: ["points", "pictures", "terrain"] }, proj: { kind: "projection", default: "" },
    zoom: { kind: "zoom", default: "" }, hide: { kind: "classes", default: "" }, draws: { kind: "seed", default: null },
    temp: { kind: "number", default: 1, low: 0, high: 2 }, from: { kind: "one of", default: "prior", words: SOURCES },
    toward: { kind: "set", default: null }, away: { kind: "set", default: null }, around: { kind: "outline", default: null },
    along: { kind: "floats", default: null }, t: { kind: "number", default: 0.5, low: 0, high: 1 },
    path: { kind: "one of", default: null, words: WAYS },
  },
  compare: {
    data: { kind: "data", default: "mnist" }, dim: { kind: "code size", default: 16 },
    show: { kind: "one of", default: "dice", words: COMPARISONS }, left: { kind: "model", default: null },
    right: { kind: "model", default: null }, ae: { kind: "model", default: null }, vae: { kind: "model", default: null },
    i: { kind: "row", default: 0 }, dice: { kind: "seed", default: 1 }, from: { kind: "one of", default: "prior", words: SOURCES },
    r: { kind: "number", default: 0.5, low: 0, high: 3 }, of: { kind: "own picture", default: null },
    prep: { kind: "preparation", default: null }, a: { kind: "image", default: null }, b: { kind: "image", default: null },
    floor: { kind: "one of", default: "none", words: FLOORS }, zleft: { kind: "zoom", default: "" }, zright: { kind: "zoom", default: "" },
    zae: { kind: "zoom", default: "" }, zvae: { kind: "zoom", default: "" }, hide: { kind: "classes", default: "" },
    t: { kind: "number", default: 0.5, low: 0, high: 1 }, path: { kind: "one of", default: "line", words: WAYS },
  },
  create: {
    caption: { kind: "caption", default: null }, b: { kind: "caption", default: "a purple cat on a sky background" },
    seed: { kind: "seed", default: 1 }, g: { kind: "number", default: 3.0, low: 0, high: 10 },
    t: { kind: "number", default: 1.0, low: 0, high: 4 }, k: { kind: "count", default: 64 },
    show: { kind: "one of", default: "draw", words: STUDIO_VIEWS }, pick: { kind: "drawing", default: 1 },
    cell: { kind: "cell", default: null }, rub: { kind: "cells rubbed out", default: "" }, given: { kind: "cells", default: null },
  },
  train: {
    data: { kind: "training data", default: "mnist" }, dim: { kind: "count", default: 2 }, seed: { kind: "seed", default: 0 },
    run: { kind: "training", default: null }, against: { kind: "training", default: null }, i: { kind: "row", default: 0 },
    dice: { kind: "seed", default: 1 },
  },
  slide: {
    ladder: { kind: "ladder", default: null }, p: { kind: "number", default: 0, low: 0, high: 99 }, dice: { kind: "seed", default: 1 },
  },
  learn: {  },
};
