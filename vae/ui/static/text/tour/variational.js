// @ts-check
/** The tour's steps of what makes an autoencoder variational: μ and σ, the neighbourhood of a code, and what β buys and costs. */
import { number, percent, t } from "../../core/language.js";
import { figureOf, less, secondLook, times, told, valueOf, within } from "./measured.js";

/** @typedef {import("./measured.js").Telling} Telling */
/** @typedef {import("./measured.js").Figures} Figures */

const DRAWN = /** @type {const} */ ([1.5, 3]);
const PRICE = /** @type {const} */ ([1.2, 3]);
const MOVED = "0.5"; // standard deviations of the codes, as the measured curve names them

/** @param {Figures} figures */
const spread = ({ models: { vae } }) => valueOf(vae, "sampled_mse") / valueOf(vae, "recon_mse");

/** @type {Telling} */
export const sigma = {
  title: () => t("μ and σ"),
  claim: () =>
    t("A VAE's encoder gives means μ and deviations σ and draws the code from them: the same image has another code at every pass."),
  question: () => t("How many times larger is the squared error of a picture made from a drawn code than of one made from μ itself?"),
  choices: () => times(DRAWN),
  truth: (figures) => within(spread(figures), DRAWN),
  told: (figures) => {
    const { vae } = figures.models;
    const measured = t("{drawn} with drawn codes and {mean} with μ, {ratio} times as much.", {
      drawn: told(vae, "sampled_mse"),
      mean: told(vae, "recon_mse"),
      ratio: number(spread(figures)),
    });
    const said =
      spread(figures) < DRAWN[0]
        ? t("σ is as wide as the decoder can bear: it has learned to draw nearly the same from all these codes.")
        : t("So wide a σ blurs what the code says about its image.");
    return `${measured} ${said}`;
  },
  task: () => t("Drag σ 1 to its right end and look at the variations."),
};

/** @type {Telling} */
export const balloons = {
  title: () => t("A neighbourhood, not a point"),
  claim: () => t("The decoder learns that not one code but a whole neighbourhood belongs to the same image."),
  question: ({ live }) =>
    t(
      "A [[balloon]] shows where an image's code is drawn from. Of {count} images, for what share does the balloon reach beyond the " +
        "nearest other image?",
      { count: number(live.balloons) },
    ),
  choices: null,
  truth: ({ live }) => live.reaching / live.balloons,
  told: ({ models: { ae, vae }, live }) => {
    const now = t("Measured just now: {reaching} of {count}.", { reaching: number(live.reaching), count: number(live.balloons) });
    const measured = live.reaching < live.balloons / 2 ? `${now} ${t("Most neighbourhoods end before the next image.")}` : now;
    const kept = t("Moved by half a standard deviation, {vae} of the VAE's codes keep their class, and {ae} of the autoencoder's.", {
      vae: percent(valueOf(vae, `retention_curve/${MOVED}`)),
      ae: percent(valueOf(ae, `retention_curve/${MOVED}`)),
    });
    // More is better here: whose is less is behind.
    const said = [
      t("Over all distances the VAE keeps the class more often."),
      t("Over all distances the autoencoder keeps the class more often, against the textbook."),
      t("Over all distances the intervals overlap: the autoencoder's neighbourhoods are as good."),
    ][less(figureOf(ae, "retention_auc"), figureOf(vae, "retention_auc"))];
    return `${measured} ${kept} ${said}`;
  },
  task: () => t("Choose another image on one of the maps: both maps go there. An autoencoder's image has no balloon."),
};

/** @param {Figures} figures */
const price = ({ models: { ae, strong } }) => valueOf(strong, "recon_mse") / valueOf(ae, "recon_mse");

/** @type {Telling} */
export const beta = {
  title: () => t("The price of β"),
  claim: () => t("The VAE's space is continuous by construction: the [[KL term]] pulls every image's code towards N(0, I)."),
  question: ({ models: { strong } }) =>
    t("β is the weight of that pull. At β = {beta}, how many times larger is the squared error than the plain autoencoder's?", {
      beta: number(strong.config.beta),
    }),
  choices: () => times(PRICE),
  truth: (figures) => within(price(figures), PRICE),
  told: (figures) => {
    const { ae, vae, strong } = figures.models;
    const ratio = number(price(figures)),
      named = { beta: number(strong.config.beta), less: number(vae.config.beta) };
    const measured = t("{strong} against {ae}, {ratio} times as much.", {
      strong: told(strong, "recon_mse"),
      ae: told(ae, "recon_mse"),
      ratio,
    });
    const bought = [
      t("In return, draws come closer to real images: the Fréchet distance at β = {beta} is {a}, at β = {less} it is {b}.", {
        ...drawsOf(figures),
        ...named,
      }),
      t("And draws do not come closer to real images: the Fréchet distance at β = {beta} is {a}, at β = {less} it is {b}.", {
        ...drawsOf(figures),
        ...named,
      }),
      t("Draws are about as close: the Fréchet distance at β = {beta} is {a}, at β = {less} it is {b}.", {
        ...drawsOf(figures),
        ...named,
      }),
    ][less(figureOf(strong, "frechet_c_prior"), figureOf(vae, "frechet_c_prior"))];
    const kinds = [
      t("But they cover less of what is real: [[recall]] {a} in place of {b}.", recallOf(figures)),
      t("They cover more of what is real: [[recall]] {a} in place of {b}.", recallOf(figures)),
      t("They cover about as much of what is real: [[recall]] {a} and {b}.", recallOf(figures)),
    ][less(figureOf(strong, "recall_prior"), figureOf(vae, "recall_prior"))];
    return `${measured} ${bought}${secondLook(strong, vae, "frechet_c_prior")} ${kinds}`;
  },
  task: () => t("Drag the slider to the right and see what becomes of the draws, and of the images on the way below."),
};

/** @param {Figures} figures */
const drawsOf = ({ models: { vae, strong } }) => ({ a: told(strong, "frechet_c_prior"), b: told(vae, "frechet_c_prior") });
/** @param {Figures} figures */
const recallOf = ({ models: { vae, strong } }) => ({
  a: percent(valueOf(strong, "recall_prior")),
  b: percent(valueOf(vae, "recall_prior")),
});
