"""The figures of every model, and the data sets on disk."""

import streamlit as st

from vae import data
from vae.continuity import published
from vae.continuity.comparison import FIGURES, value
from vae.models import family
from vae.store import folders
from vae.store.checkpoints import model_names, read_config
from vae.store.checks import broken_extras
from vae.store.files import CheckpointError
from vae.store.folders import ATLAS
from vae.store.metrics import load_seeds, read_figures
from vae.ui import server
from vae.ui.certify import certificate_panel
from vae.ui.download import download_with_progress
from vae.ui.plain import plain
from vae.ui.seeds import seeds_table
from vae.ui.unusable import unusable_list

COLUMNS = {
    "recon_mse": ("squared error", "Mean squared error per pixel on the test images, decoded from the posterior mean. Lower is better."),
    "pca_mse": (
        "of PCA",
        "The squared error of the best linear autoencoder: as many principal components of the training images as the code has numbers.",
    ),
    "elbo": (
        "ELBO",
        "Evidence lower bound in nats per image, Gaussian decoder with the optimal variance. Higher is better; only where codes are drawn: by a VAE, or an autoencoder with noise.",
    ),
    "kl": ("KL", "KL divergence from the prior in nats per image: how much the code says. Only where codes are drawn, as for ELBO."),
    "active_units": ("active", "Dimensions whose posterior mean varies over the test images by more than 0.01."),
    "frechet_c_prior": (
        "Fréchet, N(0, I)",
        "Distance in our classifier's features between 10,000 decoded draws of N(0, I) and real images. Lower is better; not FID.",
    ),
    "frechet_c_fitted": ("Fréchet, fitted", "The same for draws from a Gaussian fitted to the model's own codes."),
    "frechet_c_mixture": ("Fréchet, mixture", "The same for draws from ten Gaussians fitted to the model's own codes."),
    "frechet_c_midpoints": ("Fréchet, midpoints", "The same for points halfway between the codes of two random test images."),
    "frechet_c_pca": ("Fréchet, PCA", "The same for draws from a Gaussian on the principal components, decoded by them."),
    "hole_mass_prior": (
        "holes, N(0, I)",
        "Share of draws farther from the nearest image's code than 99 % of codes are from their nearest neighbour.",
    ),
    "off_manifold_prior": (
        "unreal, N(0, I)",
        "Share of decoded draws farther from every real image, in features, than 99 % of unseen real images are.",
    ),
    "retention_auc": (
        "class kept",
        "Share of images that keep their class when the code is moved by r standard deviations, averaged over r from 0 to 3.",
    ),
    "step_max_ratio": (
        "step ratio",
        "Largest change of the picture in one of 64 steps between two images, divided by the mean change. 1 is even.",
    ),
    "cycle_gap": ("cycle gap", "How far codes between two images come back from decoding and encoding, as a share of the codes' spread."),
}


SEEN = st.column_config.NumberColumn(format="localized", help="Images seen in training, each as often as it was seen.")
WIDE = st.column_config.TextColumn(width="large")
LIKELIHOOD = {"model": WIDE, "nats": st.column_config.NumberColumn(format="%.2f"), "images seen": SEEN}
LINES = {
    "model": WIDE,
    "distance ×10⁻³": st.column_config.NumberColumn(
        format="%.2f", help="Mean smallest cosine distance of 16 frames between two lines from 10,000 true ones."
    ),
    "smoothness": st.column_config.NumberColumn(
        format="%.2f", help="Largest turn in one step as a share of the whole turn, less what it is on an even path."
    ),
    "images seen": SEEN,
}

st.html('<h1 style="font-size:1.3rem;font-weight:650;padding:0;margin:0.2rem 0 0.6rem">Models</h1>')
rows, runs, unusable, unmeasured = [], {}, {}, {}
for name in model_names():
    summary, folder = server.library.summary(name), folders.place(name)
    if not summary["usable"]:
        unusable[name] = summary["sentence"]
        if (folder / ATLAS).exists():  # a model that only lacks its map may have figures all the same
            continue
    try:
        config = read_config(folder)
    except CheckpointError:
        continue
    figures = read_figures(folder)
    metrics = figures.values
    if figures.sentence:
        unmeasured[name] = figures.sentence
    try:
        seeds = load_seeds(folder)
    except CheckpointError as error:
        unmeasured[f"{name}, other seeds"] = str(error)
    else:
        runs |= {name: [metrics, *seeds]} if seeds else {}
    row = {"model": name, "data": data.label(config.data), "kind": family(config.kind).short, "code": config.latent_dim}
    rows.append(row | {title: value(metrics, key) for key, (title, _) in COLUMNS.items()})
if rows:
    rows.sort(key=lambda row: (data.order(row["data"]), row["code"], row["kind"]))
    helps: dict[str, dict] = {
        "model": st.column_config.TextColumn(pinned=True),
        "code": st.column_config.NumberColumn(help="Numbers in a code."),
    }
    helps |= {title: st.column_config.NumberColumn(help=words, format="%.4g") for title, words in COLUMNS.values()}
    st.dataframe(rows, column_config=helps, hide_index=True, placeholder="–", height=min(640, 38 + 35 * len(rows)))
    st.caption(
        "Each figure is measured on 10,000 test images by `python -m vae evaluate NAME`; 95 % intervals stand in its metrics.json. Hover a column's head for its definition."
    )
    unusable_list("file of figures cannot be read", "files of figures cannot be read", unmeasured)
    unusable_list("model cannot be used", "models cannot be used", unusable)
    unusable_list("ladder or classifier cannot be used", "ladders or classifiers cannot be used", broken_extras())
    seeds_table({row["model"]: runs[row["model"]] for row in rows if row["model"] in runs}, [key for key in COLUMNS if key in FIGURES])
    certificate_panel({row["model"]: (row["data"], row["kind"], row["code"]) for row in rows})
else:
    unusable_list("model cannot be used", "models cannot be used", unusable)
    st.info("There is no model yet. Train one with: `python -m vae train --data mnist --model vae --out checkpoints/mnist-vae`")

st.html('<h2 style="font-size:1.05rem;font-weight:650;padding:0;margin:1rem 0 0.4rem">Published tables</h2>')
st.caption(
    "Binarized MNIST: negative log-likelihood in nats per image. Lower is better. `samples`: of the estimate, 1 is the evidence bound. "
    "Interval: 95 % over test images. `images seen`: in training, each as often as it was seen."
)
st.dataframe(published.likelihood_rows(), column_config=LIKELIHOOD, hide_index=True, placeholder="–", key="likelihood")
st.caption(
    "The lines task: how far frames between two lines are from a true line (cosine distance), and how unevenly their angle turns. Lower "
    "is better for both. Interval: 95 % over 256 pairs."
)
st.dataframe(published.lines_rows(), column_config=LINES, hide_index=True, placeholder="–", key="lines")

st.html('<h2 style="font-size:1.05rem;font-weight:650;padding:0;margin:1rem 0 0.4rem">Data sets</h2>')
st.caption("Models and maps work without them; original images appear beside the reconstructions once the data set is on disk.")
for known in data.data_sets():
    if known.download is None:
        continue
    words, action = st.columns([3, 1], vertical_alignment="center")
    if known.available():
        words.markdown(f"**{known.title}** is on disk.")
    else:
        words.markdown(f"**{known.title}** is not under {plain(str(data.root()))}.")
        if action.button(f"Download {known.title}", key=known.name):
            download_with_progress(known.name, known.download)
