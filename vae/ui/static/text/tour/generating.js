// @ts-check
/** The tour's steps of whether an autoencoder generates, why not, and what helps: draws, the plane of two numbers, fitted distributions. */
import { number, percent, t } from "../../core/language.js";
import { figureOf, less, secondLook, told, valueOf, whose, within } from "./measured.js";

/** @typedef {import("./measured.js").Telling} Telling */
/** @typedef {import("./measured.js").Figures} Figures */

const EMPTY = /** @type {const} */ ([0.01, 0.2]);

/** @param {Figures} figures @param {string} key */
const ahead = ({ models: { ae, vae } }, key) => less(figureOf(ae, key), figureOf(vae, key));

/** @type {Telling} */
export const generate = {
  title: () => t("Does it generate?"),
  claim: () => t("An autoencoder does not generate: codes drawn at random are decoded to nothing sensible. A VAE is made for that."),
  question: () => t("The same random codes from N(0, I) go through both decoders. Whose pictures are more like real digits?"),
  choices: whose,
  truth: (figures) => ahead(figures, "frechet_c_prior"),
  told: (figures) => {
    const { ae, vae } = figures.models;
    const measured = t("Over {count} draws the [[Fréchet distance]] to real images is {ae} for the autoencoder and {vae} for the VAE.", {
      count: number(figureOf(ae, "frechet_c_prior").n ?? NaN),
      ae: told(ae, "frechet_c_prior"),
      vae: told(vae, "frechet_c_prior"),
    });
    const unreal = t("[[unreal picture|Unreal]] are {ae} and {vae} of them.", {
      ae: percent(valueOf(ae, "off_manifold_prior")),
      vae: percent(valueOf(vae, "off_manifold_prior")),
    });
    const said = [
      t("The autoencoder draws better, against the textbook."),
      t("The sentence holds, and the VAE is not perfect either."),
      t("The intervals overlap: here the sentence is not borne out."),
    ][ahead(figures, "frechet_c_prior")];
    return `${measured} ${unreal} ${said}${secondLook(ae, vae, "frechet_c_prior")}`;
  },
  task: () => t("Press “throw again” and look at both."),
};

/** @type {Telling} */
export const plane = {
  title: () => t("Why not?"),
  claim: () => t("Its space has gaps: in a gap between clusters the decoder has never seen a code, and has no idea what to do."),
  question: () =>
    t(
      "With two numbers the whole plane of codes can be seen. The autoencoder's draws from N(0, I) are poor: what share of them lands in " +
        "an [[empty place]], far from every code?",
    ),
  choices: () => [
    t("less than {low}", { low: percent(EMPTY[0]) }),
    t("{low} to {high}", { low: percent(EMPTY[0]), high: percent(EMPTY[1]) }),
    t("more than {high}", { high: percent(EMPTY[1]) }),
  ],
  truth: ({ models: { ae } }) => within(valueOf(ae, "hole_mass_prior"), EMPTY),
  told: ({ models: { ae, vae } }) => {
    const empty = { ae: percent(valueOf(ae, "hole_mass_prior")), vae: percent(valueOf(vae, "hole_mass_prior")) };
    const measured = t("{ae} of the autoencoder's draws, and {vae} of the VAE's.", empty);
    const drawn = Math.sqrt(ae.config.latent_dim),
      spread = { ae: told(ae, "code_radius"), vae: told(vae, "code_radius"), drawn: number(drawn) };
    const wide = valueOf(ae, "code_radius") > 2 * drawn;
    if (valueOf(ae, "hole_mass_prior") >= EMPTY[1]) return `${measured} ${t("They fall where no code ever was, as the sentence says.")}`;
    const why = wide
      ? t(
          "They do not fall between its codes: codes reach {ae} about their mean and draws only {drawn}, so that draws see a small part " +
            "of the plane. The VAE's reach {vae}. What is missing is to know where to draw.",
          spread,
        )
      : t("Codes reach {ae} about their mean, draws {drawn}, the VAE's codes {vae}: gaps are not what decides here.", spread);
    return `${measured} ${why}`;
  },
  task: () => t("Zoom into the autoencoder's plane, on the left, where two digits meet: it is decoded anew."),
};

/** @param {import("./measured.js").Model} model */
const three = (model) => ({
  prior: told(model, "frechet_c_prior"),
  fitted: told(model, "frechet_c_fitted"),
  mixture: told(model, "frechet_c_mixture"),
});

/** @type {Telling} */
export const fitted = {
  title: () => t("Draw where the codes are"),
  claim: () => t("Only the VAE's space can be drawn from at random."),
  question: () =>
    t("Draw from ten Gaussians fitted to each model's own codes in place of N(0, I). Whose pictures are more like real ones?"),
  choices: whose,
  truth: (figures) => ahead(figures, "frechet_c_mixture"),
  told: (figures) => {
    const { ae, vae } = figures.models;
    const measured = [
      t("Fréchet distance of the autoencoder: {prior} from N(0, I), {fitted} from one fitted Gaussian, {mixture} from ten.", three(ae)),
      t("Of the VAE: {prior}, {fitted}, {mixture}.", three(vae)),
    ];
    const said = [
      t("With ten Gaussians the autoencoder draws better than the VAE: it could generate all along, and nobody knew where to draw."),
      t("The VAE stays ahead, even where both are drawn from where their codes are."),
      t("With ten Gaussians their intervals overlap: what the autoencoder lacked was to know where to draw."),
    ][ahead(figures, "frechet_c_mixture")];
    return `${[...measured, said].join(" ")}${secondLook(ae, vae, "frechet_c_mixture")}`;
  },
  task: () => t("Press “fitted Gaussian”, then “mixture”, and see what becomes of the autoencoder's draws."),
};

/** @type {Telling} */
export const between = {
  title: () => t("Halfway between two images"),
  claim: () => t("In a VAE's space, interpolation between clusters works; in an autoencoder's it does not."),
  question: () => t("Take the code halfway between those of two images. Whose decoded pictures are more like real ones?"),
  choices: whose,
  truth: (figures) => ahead(figures, "frechet_c_midpoints"),
  told: (figures) => {
    const { ae, vae } = figures.models;
    const measured = t(
      "Halfway between {count} pairs of images the Fréchet distance is {ae} for the autoencoder and {vae} for the VAE; {unrealAe} and " +
        "{unrealVae} of the pictures are [[unreal picture|unreal]].",
      {
        count: number(figureOf(ae, "frechet_c_midpoints").n ?? NaN),
        ae: told(ae, "frechet_c_midpoints"),
        vae: told(vae, "frechet_c_midpoints"),
        unrealAe: percent(valueOf(ae, "off_manifold_midpoints")),
        unrealVae: percent(valueOf(vae, "off_manifold_midpoints")),
      },
    );
    const said = [
      t("The autoencoder is ahead: here the textbook does not hold."),
      t("The VAE is ahead, as the textbook has it."),
      t("The intervals overlap: here the textbook's difference does not show."),
    ][ahead(figures, "frechet_c_midpoints")];
    const even = t("The largest step of the picture on a way is {ae} and {vae} times the mean one.", {
      ae: told(ae, "step_max_ratio"),
      vae: told(vae, "step_max_ratio"),
    });
    return `${measured} ${said}${secondLook(ae, vae, "frechet_c_midpoints")} ${even}`;
  },
  task: () => t("Drag the slider of the path, t, from A to B and watch both pictures."),
};
