// @ts-check
/** Written by `python -m vae.ui.glossary` from docs/glossary.md: change that, and write this anew. */

/** What the product's words mean. */
export const GLOSSARY = Object.freeze({
  code:
    "The numbers that an encoder makes of an image, and a decoder makes an image of; also called z. A model with 16 numbers has a code space of 16 dimensions.",
  posterior:
    "What a VAE's encoder makes of an image: not one code but a Gaussian, with a mean μ and a standard deviation σ for each number of the code. An autoencoder's posterior is a single point.",
  prior:
    "The distribution of codes that a VAE is trained towards, N(0, I): every number independent, with mean 0 and standard deviation 1. Nothing in an autoencoder's training asks its codes to follow one.",
  "learned prior":
    "A small network that has learned where a model's codes lie, and carries draws of N(0, I) there: a flow, trained on the codes of the training images once the model was.",
  "aggregate posterior":
    "All images' posteriors together, with equal weights: where the codes that the decoder was trained on really lie. How far it is from the prior is the prior mismatch.",
  "KL term":
    "How far the posteriors are from the prior, in nats, on average over the images. A VAE's training weighs it by β against the reconstruction error.",
  "β":
    "The weight of the KL term in a VAE's training. Small, the model is nearly an autoencoder; large, codes keep less about their images.",
  "active dimension":
    "A number of the code that the model uses: its posterior mean changes from image to image. One that does not is collapsed: its posterior is the prior, whatever the image.",
  reconstruction:
    "The image that the decoder makes of an image's own code. Its squared error is the mean over pixels, with values from 0 to 1.",
  map:
    "The codes of the test images as points in the plane. With two numbers it is the code space itself; with more it is a UMAP, on which only distances between near neighbours mean something.",
  projection:
    "What a map shows of codes with more than two numbers: a UMAP, a t-SNE, or a plane through code space, which may be that of PCA, of two numbers of the code or of two directions. On a plane each place is a code of its own.",
  "neighbours kept":
    "How much of what is near stays near on a map: the share of a code's 15 nearest others that are among its 15 nearest on the map, too, averaged over the images. 100 % is a map that keeps all.",
  trustworthiness:
    "Whether those who are neighbours on a map are near among the codes, too: 1 is yes, and less the farther apart they are there. A map of low trustworthiness puts together what does not belong together.",
  "continuity of a map":
    "Whether those who are neighbours among the codes are near on a map, too: 1 is yes, and less the farther apart they are there. A map of low continuity tears apart what belongs together.",
  floor:
    "A figure worked out at every place of the map and shown as its ground colour: cycle gap, stretch, density or class entropy.",
  "cycle gap":
    "How far a code is from where it comes back to when it is decoded and the picture is encoded again, divided by the spread of the model's codes. 0 is a code that comes back to itself.",
  stretch:
    "How fast the picture changes when the code does: the decoder's volume factor log₁₀ √det(JᵀJ), J being the derivatives of the picture by the code.",
  density:
    "How many codes lie about a place: the logarithm of the aggregate posterior's density there, in the model's own unit of code.",
  "class entropy":
    "How undecided the classifier is about the picture at a place, in nats: 0 when it is certain, the logarithm of the number of classes when it has no idea.",
  "empty place":
    "A code far from every code drawn for an image: farther from the nearest than 99 % of these are from their nearest other one. It says nothing about the picture. In the files: hole_mass, the share of draws that land in one.",
  "unreal picture":
    "A picture unlike every real image: farther from all of them, in the classifier's features, than 99 % of unseen real images are. It says nothing about where the code lies. In the files: off_manifold. Few are no praise where one thing is drawn again and again.",
  judge:
    "What pictures are measured by: our own classifier of the data set, or, where that is right too seldom or there are no classes, an encoder that was trained on its images without any. It belongs to the images that it was trained on, and figures name its hash.",
  hole:
    "A place where both meet: an empty place that decodes to an unreal picture. Either is there without the other, so the pages count the two apart.",
  reach:
    "How wide an image's posterior is beside the room it has: the length of σ divided by the distance to the nearest code of another image. Above 1, its draws go beyond its neighbour.",
  balloon:
    "The posterior of an image drawn on the map as the ellipse of μ + σ, or, on a UMAP, as a circle of like size.",
  "Fréchet distance":
    "How different two sets of pictures are, from the means and covariances of their features: 0 for equal ones. The features are those of our own classifiers, so it compares models of the same data and is not FID.",
  geodesic:
    "The path between two codes along which the picture changes least in all. On the pages it stands beside the straight line and the arc.",
  temperature:
    "What the standard deviation of a draw is multiplied by: below 1 pictures are more typical and less varied, above 1 the other way round.",
  "class kept":
    "The share of images whose class survives noise in the code, averaged over noise of 0 to 3 standard deviations of the model's own codes.",
  symbol:
    "One of the 1,000 codes that the painter's tokenizer writes a picture with, one for each cell of a grid; the transformer draws by choosing them one after the other.",
  guidance:
    "How much the painter leans towards the caption: its choice is moved away from what it would draw without one, by this factor.",
  "step ratio":
    "The largest change of the picture in one of 64 steps from one image to another, divided by the mean change: 1 is perfectly even, a large value is a jump.",
  "N(0, I)":
    "The standard normal distribution: every number of the code drawn by itself, with mean 0 and standard deviation 1. It is the prior of a VAE.",
  nats:
    "The unit of information with natural logarithms; 1 nat is 1.44 bits.",
  perplexity:
    "How many symbols are in use, counted by how often: e to the power of the entropy of their use. 1,000 symbols that are used equally often have a perplexity of 1,000.",
  recall:
    "The share of real images that lie among a model's draws, in the features of the classifier: how much of what is real it draws at all.",
  "squared error":
    "The mean over all pixels of the squared difference between an image and its reconstruction, with values from 0 to 1.",
  PCA:
    "Principal component analysis, the best linear autoencoder: the directions along which the training images differ most. A squared error above its own, with as many numbers, means that the nets have learned less than straight lines.",
  "index-code mutual information":
    "How much a code drawn from an image's posterior says of which image it is of, in nats: part of the KL term. It is at most the logarithm of the number of images.",
  "total correlation":
    "How much the numbers of the code depend on each other, over all images, in nats: part of the KL term. 0 where each varies by itself.",
  "dimension-wise KL":
    "How far each number of the code, over all images, is from N(0, 1), in nats: the rest of the KL term.",
  "amortisation gap":
    "What is lost because one encoder finds the codes of all images at once: how much better the code of a single image becomes when it is optimised for that image alone.",
});
