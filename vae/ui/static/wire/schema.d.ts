// Written by `python -m vae.live.wire.generate` from vae/live/wire/schema.py: change that, and write this anew.
import type { Table, Tensor } from "./tables.js";

export interface Field {
  readonly name: string;
  readonly kind: string;
  readonly shape?: readonly (string | number)[];
  readonly words?: readonly string[];
  readonly only?: readonly [string, readonly string[]];
  readonly optional?: boolean;
  readonly default?: number;
}

export interface Answer {
  readonly name: string;
  readonly kind: string;
  readonly dtype: string;
  readonly shape: readonly (string | number)[];
  readonly columns?: readonly string[];
}

/** @typeParam Asked what a question holds @typeParam Answered what its answer holds */
export interface Operation<Asked, Answered> {
  readonly name: string;
  readonly socket: string;
  readonly number: number;
  readonly asks: readonly Field[];
  readonly answers: readonly Answer[];
  readonly types?: { asked: Asked; answered: Answered };
}

export interface Key<Default> {
  readonly kind: string;
  readonly default: Default;
  readonly words?: readonly string[];
  readonly low?: number;
  readonly high?: number | null;
}

export const HASH: string;

export const STATUS: readonly ["ok", "bad request", "unknown model", "not available", "failed", "other version"];

export const DTYPES: readonly ["uint8", "float32", "int32"];

export const LIMITS: {
  readonly largest_request: number;
  readonly longest_name: number;
  readonly fewest_compared: number;
  readonly most_pictures: number;
  readonly farthest: number;
  readonly largest_seed: number;
  readonly path_steps: number;
  readonly geodesic_segments: number;
  readonly jump: number;
  readonly active_variance: number;
  readonly lighter: number;
  readonly points_in_sight: number;
  readonly most_climbing: number;
  readonly most_jacobians: number;
  readonly most_balloons: number;
  readonly most_relaxing: number;
  readonly most_shrunk: number;
  readonly most_thumbnails: number;
  readonly most_blended: number;
  readonly thumbnail_side: number;
  readonly largest_reach: number;
  readonly overview_margin: number;
  readonly overview_side: number;
  readonly largest_radius: number;
  readonly largest_sharpness: number;
  readonly most_drawn: number;
  readonly most_painted: number;
  readonly near: number;
  readonly guesses: number;
  readonly largest_guidance: number;
  readonly largest_temperature: number;
  readonly longest_caption: number;
};

export const SOURCES: readonly ["prior", "fitted", "mixture", "learned"];

export const WAYS: readonly ["line", "sphere"];

export const STARTS: readonly ["line", "sphere", "curve"];

export const FIELDS: readonly ["cycle_gap", "stretch", "density", "entropy"];

export const FLOORS: readonly ["none", "cycle-gap", "stretch", "density", "entropy", "linear", "pictures"];

export const HANDLE_KINDS: readonly ["dimensions", "local", "examples", "brush"];

export const COMPARISONS: readonly ["dice", "plane", "path", "race", "freedom", "ground", "picture"];

export const STUDIO_VIEWS: readonly ["draw", "complete", "inside", "between"];

export const CURVES: readonly ["step", "ae_error", "vae_error", "rate", "ae_empty", "vae_empty", "ae_unreal", "vae_unreal"];

export const WORLDS: readonly ["inside", "edge", "outside"];

export const PAIR: readonly ["ae", "vae"];

export const RUN_HALT: readonly ["ahead", "unwatched", "sound", "refused"];

export const RUN_STATE: readonly ["phase", "step", "newest", "rate", "ae_gradient", "vae_gradient"];

export const PALETTE: readonly [
  "#7c96f5",
  "#f5718a",
  "#52c795",
  "#f2c557",
  "#b98cf0",
  "#4fb8e6",
  "#f28a66",
  "#9ccf66",
  "#e184bf",
  "#a9b3c4",
];

export const PHASES: readonly ["waiting", "preparing", "learning", "paused", "failed"];

export const VERDICT: readonly ["label", "confidence", "unreal", "far"];

export const PLACE: readonly ["x", "y"];

export const SLOTS: readonly ["tint", "object", "relation", "second tint", "second object", "background"];

export const SLIDERS: readonly ["beta", "learning_rate", "noise", "l2", "batch_size"];

export const LUMINANCE: readonly [0.299, 0.587, 0.114];

export const DEFAULT_MODEL: string;

export const ILLUSTRATED_MODEL: string;

export const PAINTER: string;

export const LANGUAGE_COOKIE: string;

export const NOT_ON_DISK: string;

export const HAND: {
  readonly beta: number;
  readonly learning_rate: number;
  readonly noise: number;
  readonly l2: number;
  readonly batch_size: number;
};

export interface DecodeAsked {
  /** (N, D) */
  codes: ArrayLike<number>;
}

export interface DecodeAnswered {
  /** (N, H, W, C) */
  pixels: Tensor<Uint8Array>;
  /** (N, 2); on the map */
  places: Table<"x" | "y", Float32Array>;
}

/** Pictures of codes. */
export const DECODE: Operation<DecodeAsked, DecodeAnswered>;

export interface VaryAsked {
  /** from 0 to 16777216 */
  seed: number;
  /** from 0 to 1023 */
  count: number;
  /** (D) */
  mean: ArrayLike<number>;
  /** (D) */
  std: ArrayLike<number>;
}

export interface VaryAnswered {
  /** (count+1, H, W, C) */
  pixels: Tensor<Uint8Array>;
  /** (count+1, 2); on the map */
  places: Table<"x" | "y", Float32Array>;
}

/** Pictures of μ, then of μ + σ⊙ε for so many ε, none beyond the farthest place. */
export const VARY: Operation<VaryAsked, VaryAnswered>;

export interface PreviewAsked {
  /** from 1 to 8 */
  shrink: number;
  /** from 0 to 16777216 */
  seed: number;
  /** from 0 to 1023 */
  count: number;
  /** (D) */
  mean: ArrayLike<number>;
  /** (D) */
  std: ArrayLike<number>;
}

export interface PreviewAnswered {
  /** (count+1, height, width, C); of its full size where it makes no smaller ones */
  pixels: Tensor<Uint8Array>;
  /** (count+1, 2); on the map */
  places: Table<"x" | "y", Float32Array>;
}

/** What `vary` answers, `shrink` times smaller each way where the decoder makes smaller pictures, to follow a hand by. */
export const PREVIEW: Operation<PreviewAsked, PreviewAnswered>;

export interface AtAsked {
  x: number;
  y: number;
}

export interface AtAnswered {
  /** (found, H, W, C) */
  pixels: Tensor<Uint8Array>;
  /** (D); NaN outside */
  code: Tensor<Float32Array>;
  /** the classes of the images whose codes were blended, −1 outside */
  spot: { inside: number; first: number; second: number; third: number };
}

/** The picture at a place of the map; none outside it. */
export const AT: Operation<AtAsked, AtAnswered>;

export interface ImageAsked {
  /** from 0 to images-1 */
  row: number;
}

export interface ImageAnswered {
  /** (1, H, W, C); of the reconstruction */
  pixels: Tensor<Uint8Array>;
  /** (known, H, W, C); none when the map's images are not on disk */
  original: Tensor<Uint8Array>;
  /** (D) */
  mean: Tensor<Float32Array>;
  /** (D) */
  std: Tensor<Float32Array>;
  place: { x: number; y: number };
  /** squared, per pixel; NaN without the original */
  error: number;
  label: number;
}

/** An image of the atlas and its code. */
export const IMAGE: Operation<ImageAsked, ImageAnswered>;

export interface SampleAsked {
  /** from 0 to 16777216 */
  seed: number;
  /** from 1 to 1024 */
  count: number;
  /** at least 0 */
  temperature: number;
  source: "prior" | "fitted" | "mixture" | "learned";
}

export interface SampleAnswered {
  /** (count, H, W, C) */
  pixels: Tensor<Uint8Array>;
  /** (count, 2); on the map */
  places: Table<"x" | "y", Float32Array>;
  /** (count, D) */
  codes: Tensor<Float32Array>;
  /** (count, 4); class (−1 where no classes are told), confidence (NaN then), unreal 0 or 1 (NaN where nobody judges), far 0 or 1 */
  verdicts: Table<"label" | "confidence" | "unreal" | "far", Float32Array>;
}

/** Draws. */
export const SAMPLE: Operation<SampleAsked, SampleAnswered>;

export interface PathAsked {
  way: "line" | "sphere";
  /** from 2 to 1024 */
  frames: number;
  /** (D) */
  a: ArrayLike<number>;
  /** (D) */
  b: ArrayLike<number>;
}

export interface PathAnswered {
  /** (frames, height, width, C); smaller where the model's are large */
  pixels: Tensor<Uint8Array>;
  /** (65, 2); on the map */
  places: Table<"x" | "y", Float32Array>;
  /** (64); the root of the summed squared pixel differences of neighbours, pixels in [0, 1] */
  steps: Tensor<Float32Array>;
  /** the gap is NaN of smaller pictures */
  figures: { step_max_ratio: number; cycle_gap: number };
  /** (frames, 4); class (−1 where no classes are told), confidence (NaN then), unreal 0 or 1 (NaN where nobody judges), far 0 or 1 */
  verdicts: Table<"label" | "confidence" | "unreal" | "far", Float32Array>;
}

/** The way from A to B: frames to look at, and 65 evenly spaced codes by which it is measured. */
export const PATH: Operation<PathAsked, PathAnswered>;

export interface AlongAsked {
  way: "line" | "sphere";
  /** from 0 to 1 */
  t: number;
  /** (D) */
  a: ArrayLike<number>;
  /** (D) */
  b: ArrayLike<number>;
}

export interface AlongAnswered {
  /** (1, H, W, C) */
  pixels: Tensor<Uint8Array>;
  /** (1, 2); on the map */
  places: Table<"x" | "y", Float32Array>;
  /** (D) */
  code: Tensor<Float32Array>;
}

/** One place of the way from A to B. */
export const ALONG: Operation<AlongAsked, AlongAnswered>;

export interface PerturbAsked {
  /** from 0 to 16777216 */
  seed: number;
  /** from 1 to 1023 */
  count: number;
  /** at least 0 */
  radius: number;
  /** (D) */
  code: ArrayLike<number>;
}

export interface PerturbAnswered {
  /** (count, H, W, C) */
  pixels: Tensor<Uint8Array>;
  /** (count, 2); on the map */
  places: Table<"x" | "y", Float32Array>;
}

/** Pictures of variations of a code; the radius is in standard deviations of the atlas codes. */
export const PERTURB: Operation<PerturbAsked, PerturbAnswered>;

export interface PlaneAsked {
  x0: number;
  x1: number;
  y0: number;
  y1: number;
  /** from 1 to 1024 */
  columns: number;
  /** from 1 to 1024 */
  rows: number;
}

export interface PlaneAnswered {
  /** (rows*H, columns*W, C); 0 outside the map */
  mosaic: Tensor<Uint8Array>;
  /** (rows, columns); 1 on the map */
  inside: Tensor<Int32Array>;
}

/** A window of the map in cells, each the picture of its centre; the first row is the one at y1. */
export const PLANE: Operation<PlaneAsked, PlaneAnswered>;

export interface VerdictsAsked {
  /** (N, D) */
  codes: ArrayLike<number>;
}

export interface VerdictsAnswered {
  /** (N, 4); class (−1 where no classes are told), confidence (NaN then), unreal 0 or 1 (NaN where nobody judges), far 0 or 1 */
  verdicts: Table<"label" | "confidence" | "unreal" | "far", Float32Array>;
}

/** Verdicts on the pictures of codes. */
export const VERDICTS: Operation<VerdictsAsked, VerdictsAnswered>;

export interface KeptAsked {
  /** from 0 to 16777216 */
  seed: number;
  /** from 1 to 1023 */
  count: number;
  /** at least 0 */
  radius: number;
  /** (D) */
  code: ArrayLike<number>;
}

export interface KeptAnswered {
  /** NaN and −1 without a classifier */
  figures: { share: number; label: number };
}

/** The share of the variations of `perturb` that keep the class of the code's own picture. */
export const KEPT: Operation<KeptAsked, KeptAnswered>;

export interface TerrainAsked {
  field: "cycle_gap" | "stretch" | "density" | "entropy";
  x0: number;
  x1: number;
  y0: number;
  y1: number;
  /** from 1 to 1024 */
  columns: number;
  /** from 1 to 1024 */
  rows: number;
}

export interface TerrainAnswered {
  /** (rows, columns); NaN outside the map */
  values: Tensor<Float32Array>;
}

/** A floor of the map in the cells of `plane`. */
export const TERRAIN: Operation<TerrainAsked, TerrainAnswered>;

export interface HoleAsked {
  /** (D) */
  code: ArrayLike<number>;
}

export interface HoleAnswered {
  /** (found, H, W, C); none where the map has no such place */
  pixels: Tensor<Uint8Array>;
  /** (D); NaN where the map has no such place */
  code: Tensor<Float32Array>;
  place: { x: number; y: number };
  /** share of the map's places, distance to the nearest drawn code ÷ the typical one, 1 if pictures were judged */
  figures: { share: number; distance: number; cycle_gap: number; judged: number };
  /** the image with the nearest code; −1 where the map has no such place */
  nearest: { row: number; label: number };
}

/** The place nearest to a code on the map that decodes to an unreal picture; without a classifier, the nearest empty place. */
export const HOLE: Operation<HoleAsked, HoleAnswered>;

export interface ClimbAsked {
  /** at least 0 */
  stride: number;
  /** from 1 to 32 */
  steps: number;
  /** (D) */
  code: ArrayLike<number>;
}

export interface ClimbAnswered {
  /** (T, D) */
  codes: Tensor<Float32Array>;
  /** (T, 2); on the map */
  places: Table<"x" | "y", Float32Array>;
  /** (T); log-densities as the floor of `terrain` has them */
  densities: Tensor<Float32Array>;
  /** ended is 1 if it goes no further up */
  figures: { stride: number; ended: number };
}

/** A stretch of the way back to the data, beginning with the code itself; a stride of 0 is chosen. */
export const CLIMB: Operation<ClimbAsked, ClimbAnswered>;

export interface BalloonsAsked {
  /** (N) */
  rows: ArrayLike<number>;
}

export interface BalloonsAnswered {
  /** (N, 3); half axes on the map; reach is ‖σ‖ ÷ the distance to the nearest code of another image */
  shapes: Table<"across" | "up" | "reach", Float32Array>;
}

/** The ellipses of z = μ + σ on the map of some images. */
export const BALLOONS: Operation<BalloonsAsked, BalloonsAnswered>;

export interface RelaxAsked {
  start: "line" | "sphere" | "curve";
  /** from 2 to 64 */
  segments: number;
  /** from 0 to 4 */
  iterations: number;
  /** (D), where start is line or sphere */
  a?: ArrayLike<number>;
  /** (D), where start is line or sphere */
  b?: ArrayLike<number>;
  /** (segments+1, D), where start is curve */
  curve?: ArrayLike<number>;
}

export interface RelaxAnswered {
  /** (segments+1, D) */
  curve: Tensor<Float32Array>;
  /** (65, H, W, C) */
  pixels: Tensor<Uint8Array>;
  /** (65, 2); on the map */
  places: Table<"x" | "y", Float32Array>;
  /** (64); as for `path` */
  steps: Tensor<Float32Array>;
  figures: { energy: number; length: number };
}

/** Steps of a geodesic, from a way from A to B or from the curve of the steps before. */
export const RELAX: Operation<RelaxAsked, RelaxAnswered>;

export interface HandlesAsked {
  /** from 1 to D */
  count: number;
  /** from 0 to 10 */
  reach: number;
  /** (D) */
  code: ArrayLike<number>;
  /** (k, D) */
  before?: ArrayLike<number>;
}

export interface HandlesAnswered {
  /** (count, D); a move of 1 is one standard deviation of the codes that way */
  directions: Tensor<Float32Array>;
  /** (count); the picture's change per 1 of each */
  values: Tensor<Float32Array>;
  /** (2*count, H, W, C); of the code moved by −reach and by +reach, one direction after the other */
  pixels: Tensor<Uint8Array>;
}

/** The decoder's leading singular directions at a code, in order and signs those found before. */
export const HANDLES: Operation<HandlesAsked, HandlesAnswered>;

export interface ContrastAsked {
  /** from -1 to classes-1 */
  first: number;
  /** from -1 to classes-1 */
  second: number;
  /** from 0 to 10 */
  reach: number;
  /** (D) */
  code: ArrayLike<number>;
  /** (M, 2) */
  outline?: ArrayLike<number>;
}

export interface ContrastAnswered {
  /** (D) */
  direction: Tensor<Float32Array>;
  /** (2, H, W, C); of the code moved by −reach and by +reach times the direction */
  pixels: Tensor<Uint8Array>;
  /** images in each set */
  counts: { first: number; second: number };
}

/** The mean code of one set of images minus that of another. */
export const CONTRAST: Operation<ContrastAsked, ContrastAnswered>;

export interface EncodeAsked {
  /** (H, W, C) */
  pixels: ArrayLike<number>;
}

export interface EncodeAnswered {
  /** (1, H, W, C); of the reconstruction */
  pixels: Tensor<Uint8Array>;
  /** (D) */
  mean: Tensor<Float32Array>;
  /** (D) */
  std: Tensor<Float32Array>;
  place: { x: number; y: number };
  /** squared error and cycle gap, the shares of the model's images with smaller ones, NaN where theirs are not known */
  figures: { error: number; gap: number; error_share: number; gap_share: number; far: number };
  /** (K, 2); the images with the nearest codes, nearest first */
  nearest: Table<"row" | "label", Int32Array>;
  /** (K, H, W, C); of these images; of their reconstructions where they are not on disk */
  neighbours: Tensor<Uint8Array>;
  /** its place among WORLDS */
  world: number;
  /** (letters); the verdict, in UTF-8 */
  sentence: Tensor<Uint8Array>;
}

/** A picture of somebody's own: its code, its reconstruction, and how they stand among the images. */
export const ENCODE: Operation<EncodeAsked, EncodeAnswered>;

export interface ThumbnailsAsked {
  /** from 1 to 16 */
  each: number;
  /** (N, each) */
  members: ArrayLike<number>;
}

export interface ThumbnailsAnswered {
  /** (N, height, width, C); black where all members are −1, which stands for none */
  pixels: Tensor<Uint8Array>;
  /** 1 if the images themselves are shown, 0 if their reconstructions are */
  originals: number;
}

/** Small pictures of images of the atlas, each of one image or the mean of several. */
export const THUMBNAILS: Operation<ThumbnailsAsked, ThumbnailsAnswered>;

export interface PicturesAsked {
  /** (N) */
  rows: ArrayLike<number>;
}

export interface PicturesAnswered {
  /** (N, H, W, C) */
  pixels: Tensor<Uint8Array>;
  /** 1 if these are originals */
  originals: number;
}

/** Images of the atlas to look at: the originals where they are on disk, else what the decoder makes of their codes. */
export const PICTURES: Operation<PicturesAsked, PicturesAnswered>;

export interface ErrorsAsked {
  /** (N) */
  rows: ArrayLike<number>;
}

export interface ErrorsAnswered {
  /** (N); squared, per pixel; NaN without the originals */
  errors: Tensor<Float32Array>;
}

/** How well images of the atlas are rebuilt. */
export const ERRORS: Operation<ErrorsAsked, ErrorsAnswered>;

export interface DrawAsked {
  /** from -1 to cells */
  seen: number;
  /** from 1 to 32 */
  count: number;
  /** from 0 to 16777216 */
  seed: number;
  /** from 0 to 10 */
  guidance: number;
  /** from 0 to 4 */
  temperature: number;
  /** from 1 to K */
  top_k: number;
  /** from 0 to 1 */
  mix?: number;
  /** (6) */
  words: ArrayLike<number>;
  /** (6) */
  second?: ArrayLike<number>;
  /** (cells) */
  given?: ArrayLike<number>;
}

export interface DrawAnswered {
  /** cells done, cells in all, people who draw at the same time */
  progress: { at: number; cells: number; people: number };
  /** (shown, cells); −1 where nothing is drawn yet */
  tokens: Tensor<Int32Array>;
  /** (shown, height, width, channels); of the rows that are begun */
  pixels: Tensor<Uint8Array>;
  /** (ranked); best first, once it is done */
  order: Tensor<Int32Array>;
  /** (ranked); NaN where the reranker has nothing to say */
  scores: Tensor<Float32Array>;
}

/** How far a drawing is, as soon as there are more than `seen` cells, or nothing new if that takes long. */
export const DRAW: Operation<DrawAsked, DrawAnswered>;

export interface PaintAsked {
  /** (N, cells) */
  tokens: ArrayLike<number>;
}

export interface PaintAnswered {
  /** (N, H, W, C) */
  pixels: Tensor<Uint8Array>;
}

/** What tokens show. */
export const PAINT: Operation<PaintAsked, PaintAnswered>;

export interface InspectAsked {
  /** (6) */
  words: ArrayLike<number>;
  /** (cells) */
  tokens: ArrayLike<number>;
}

export interface InspectAnswered {
  /** (cells, guesses); the likeliest first */
  codes: Tensor<Int32Array>;
  /** (cells, guesses); of these codes */
  probabilities: Tensor<Float32Array>;
  /** (cells); the probability of the code that is there */
  own: Tensor<Float32Array>;
  /** (cells); nats */
  entropy: Tensor<Float32Array>;
  /** (cells, 6); to each word */
  attention: Table<"tint" | "object" | "relation" | "second tint" | "second object" | "background", Float32Array>;
}

/** What the transformer thinks of each cell, given the words and the cells before it. */
export const INSPECT: Operation<InspectAsked, InspectAnswered>;

export interface CodebookAsked {
}

export interface CodebookAnswered {
  /** (K, height, width, C) */
  patches: Tensor<Uint8Array>;
  /** (K, 2); on the map of the codes' vectors */
  places: Table<"x" | "y", Float32Array>;
}

/** What each code paints on its own, and where it lies. */
export const CODEBOOK: Operation<CodebookAsked, CodebookAnswered>;

export interface RampAsked {
  /** from 2 to 32 */
  steps: number;
  /** (cells) */
  a: ArrayLike<number>;
  /** (cells) */
  b: ArrayLike<number>;
}

export interface RampAnswered {
  /** (steps, H, W, C) */
  pixels: Tensor<Uint8Array>;
}

/** From A's picture to B's in the codes of the continuous model. */
export const RAMP: Operation<RampAsked, RampAnswered>;

export interface WatchAsked {
  /** from -1 to 10000000 */
  moment: number;
}

export interface WatchAnswered {
  /** place among PHASES; the step that is shown, and the newest; steps a second; norms of the last gradients, NaN before there is one */
  state: { phase: number; step: number; newest: number; rate: number; ae_gradient: number; vae_gradient: number };
  /** trainings that have to pause first, if it waits; 1 if nobody looked; where to go back to, −1 unless it failed; 1 if refused */
  halt: { ahead: number; unwatched: number; sound: number; refused: number };
  /** as it stands now */
  hand: { beta: number; learning_rate: number; noise: number; l2: number; batch_size: number };
  /** (left); classes */
  left_out: Tensor<Int32Array>;
  /** the hand that the step before what is shown was taken with */
  then: { beta: number; learning_rate: number; noise: number; l2: number; batch_size: number };
  /** (left_then); its classes that are left out */
  out_then: Tensor<Int32Array>;
  /** (kept); steps that can be gone back to */
  moments: Tensor<Int32Array>;
  /** (R, 8); as vae/training/watched.py defines them */
  curves: Table<"step" | "ae_error" | "vae_error" | "rate" | "ae_empty" | "vae_empty" | "ae_unreal" | "vae_unreal", Float32Array>;
  /** (M, 2) */
  ae_places: Table<"x" | "y", Float32Array>;
  /** (M, 2) */
  vae_places: Table<"x" | "y", Float32Array>;
  /** (M, 2); half of how far z = μ + σ reaches on the map */
  ae_shapes: Table<"across" | "up", Float32Array>;
  /** (M, 2) */
  vae_shapes: Table<"across" | "up", Float32Array>;
  /** (M) */
  labels: Tensor<Int32Array>;
}

/** How far a training is, and where the watched images lie on both maps at a moment. */
export const WATCH: Operation<WatchAsked, WatchAnswered>;

export interface RebuildAsked {
  /** from -1 to 10000000 */
  moment: number;
  /** from 0 to M-1 */
  row: number;
}

export interface RebuildAnswered {
  /** (1, H, W, C) */
  original: Tensor<Uint8Array>;
  /** (1, H, W, C) */
  ae: Tensor<Uint8Array>;
  /** (1, H, W, C) */
  vae: Tensor<Uint8Array>;
  /** squared, per pixel */
  errors: { ae: number; vae: number };
  label: number;
}

/** A watched image as both models rebuild it. */
export const REBUILD: Operation<RebuildAsked, RebuildAnswered>;

export interface WallAsked {
  /** from -1 to 10000000 */
  moment: number;
  /** from 0 to 16777216 */
  seed: number;
  /** from 1 to 32 */
  count: number;
}

export interface WallAnswered {
  /** (count, H, W, C) */
  ae: Tensor<Uint8Array>;
  /** (count, H, W, C) */
  vae: Tensor<Uint8Array>;
}

/** The same draws from N(0, I) through both decoders. */
export const WALL: Operation<WallAsked, WallAnswered>;

export interface GroundAsked {
  /** from -1 to 10000000 */
  moment: number;
  kind: "ae" | "vae";
  x0: number;
  x1: number;
  y0: number;
  y1: number;
  /** from 1 to 1024 */
  columns: number;
  /** from 1 to 1024 */
  rows: number;
}

export interface GroundAnswered {
  /** (rows*H, columns*W, C) */
  mosaic: Tensor<Uint8Array>;
}

/** A window of one model's map in cells, each the picture of its centre; the first row is the one at y1. */
export const GROUND: Operation<GroundAsked, GroundAnswered>;

export interface GlanceAsked {
  /** from -1 to 10000000 */
  moment: number;
  kind: "ae" | "vae";
  x: number;
  y: number;
}

export interface GlanceAnswered {
  /** (1, H, W, C) */
  pixels: Tensor<Uint8Array>;
}

/** The picture at a place of one model's map, with the newest weights of that moment. */
export const GLANCE: Operation<GlanceAsked, GlanceAnswered>;

export interface BatchAsked {
}

export interface BatchAnswered {
  /** (shown, H, W, C) */
  pixels: Tensor<Uint8Array>;
  /** the newest step after it; pictures in the whole batch */
  taken: { step: number; size: number };
}

/** The first pictures that the last step before the training stood still was taken on. */
export const BATCH: Operation<BatchAsked, BatchAnswered>;

export interface MapAsked {
}

export interface MapAnswered {
  /** (images, 2); on the map */
  places: Table<"x" | "y", Float32Array>;
  /** (images) */
  labels: Tensor<Int32Array>;
}

/** A model's map. */
export const MAP: Operation<MapAsked, MapAnswered>;

export interface LadderMapAsked {
}

export interface LadderMapAnswered {
  /** (models, images, 2); on the map */
  places: Table<"x" | "y", Float32Array>;
  /** (images) */
  labels: Tensor<Int32Array>;
}

/** The maps of a ladder's models. */
export const LADDER_MAP: Operation<LadderMapAsked, LadderMapAnswered>;

export interface LinearAsked {
}

export interface LinearAnswered {
  /** of the variance of the other's codes */
  share: number;
  /** (images); of each image */
  lengths: Tensor<Float32Array>;
}

/** What a linear map from a model's codes to another's misses, as `vae/latent/linear.py` defines it. */
export const LINEAR: Operation<LinearAsked, LinearAnswered>;

export interface MeanAsked {
}

export interface MeanAnswered {
  /** (D); the mean of their codes */
  code: Tensor<Float32Array>;
  /** (D); from the mean code of all other images to it; NaN where there are no others */
  direction: Tensor<Float32Array>;
  /** (1, H, W, C); of the mean code */
  pixels: Tensor<Uint8Array>;
  /** (known, H, W, C); the mean of the originals; none without them */
  average: Tensor<Uint8Array>;
  /** (K); standard deviations of the codes along their main axes, the largest first */
  spread: Tensor<Float32Array>;
  /** (T, H, W, C); of the mean code moved along each axis, from −2 to +2 standard deviations, one axis after the other */
  traversal: Tensor<Uint8Array>;
}

/** What a selection of images has in common; their rows are posted. */
export const MEAN: Operation<MeanAsked, MeanAnswered>;

export const DATA_SETS: Readonly<Record<string, string>>;

export const ADDRESS: {
  readonly explore: {
    readonly model: Key<string>;
    readonly at: Key<string>;
    readonly of: Key<null>;
    readonly prep: Key<null>;
    readonly s: Key<null>;
    readonly change: Key<null>;
    readonly seed: Key<number>;
    readonly by: Key<"dimensions" | "local" | "examples" | "brush">;
    readonly channel: Key<number>;
    readonly a: Key<null>;
    readonly b: Key<null>;
    readonly pa: Key<null>;
    readonly pb: Key<null>;
    readonly floor: Key<"none" | "cycle-gap" | "stretch" | "density" | "entropy" | "linear" | "pictures">;
    readonly show: Key<"points" | "pictures" | "terrain">;
    readonly proj: Key<string>;
    readonly zoom: Key<string>;
    readonly hide: Key<string>;
    readonly draws: Key<null>;
    readonly temp: Key<number>;
    readonly from: Key<"prior" | "fitted" | "mixture" | "learned">;
    readonly toward: Key<null>;
    readonly away: Key<null>;
    readonly around: Key<null>;
    readonly along: Key<null>;
    readonly t: Key<number>;
    readonly path: Key<null>;
  };
  readonly compare: {
    readonly data: Key<string>;
    readonly dim: Key<number>;
    readonly show: Key<"dice" | "plane" | "path" | "race" | "freedom" | "ground" | "picture">;
    readonly left: Key<null>;
    readonly right: Key<null>;
    readonly ae: Key<null>;
    readonly vae: Key<null>;
    readonly i: Key<number>;
    readonly dice: Key<number>;
    readonly from: Key<"prior" | "fitted" | "mixture" | "learned">;
    readonly r: Key<number>;
    readonly of: Key<null>;
    readonly prep: Key<null>;
    readonly a: Key<null>;
    readonly b: Key<null>;
    readonly floor: Key<"none" | "cycle-gap" | "stretch" | "density" | "entropy" | "linear" | "pictures">;
    readonly zleft: Key<string>;
    readonly zright: Key<string>;
    readonly zae: Key<string>;
    readonly zvae: Key<string>;
    readonly hide: Key<string>;
    readonly t: Key<number>;
    readonly path: Key<"line" | "sphere">;
  };
  readonly create: {
    readonly caption: Key<null>;
    readonly b: Key<string>;
    readonly seed: Key<number>;
    readonly g: Key<number>;
    readonly t: Key<number>;
    readonly k: Key<number>;
    readonly show: Key<"draw" | "complete" | "inside" | "between">;
    readonly pick: Key<number>;
    readonly cell: Key<null>;
    readonly rub: Key<string>;
    readonly given: Key<null>;
  };
  readonly train: {
    readonly data: Key<string>;
    readonly dim: Key<number>;
    readonly seed: Key<number>;
    readonly run: Key<null>;
    readonly against: Key<null>;
    readonly i: Key<number>;
    readonly dice: Key<number>;
  };
  readonly slide: {
    readonly ladder: Key<null>;
    readonly p: Key<number>;
    readonly dice: Key<number>;
  };
  readonly learn: {
  };
};
