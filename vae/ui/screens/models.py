"""The figures of every model, and the data sets on disk."""

from typing import Any

import streamlit as st

from vae import data
from vae.continuity import published
from vae.models import family
from vae.store import folders
from vae.store.checkpoints import model_names, read_config, unknown_folders
from vae.store.checks import broken_extras
from vae.store.files import CheckpointError
from vae.store.metrics import load_seeds, read_figures
from vae.ui import server
from vae.ui.cards import cards
from vae.ui.certify import certificate_panel
from vae.ui.component import language_choice, pictures_panel, training_panel
from vae.ui.download import download_with_progress
from vae.ui.language import plural
from vae.ui.language import translate as _
from vae.ui.maps import waiting_models
from vae.ui.modelstable import COLUMNS, models_table
from vae.ui.pairs import Entry, pairs_of
from vae.ui.plain import plain
from vae.ui.seeds import seeds_table
from vae.ui.terms import STYLE as TERMS
from vae.ui.unusable import unusable_list


def _heading(words: str) -> None:
    st.html(f'<h2 style="font-size:1.05rem;font-weight:650;padding:0;margin:1rem 0 0.4rem">{words}</h2>')


def _here(rows: published.Rows) -> published.Rows:
    """Rows of a published table, those of our own models marked as such."""
    return [{**row, "from": _("here") if row["from"] == "here" else row["from"]} for row in rows]


SEEN = st.column_config.NumberColumn(_("images seen"), format="localized", help=_("Images seen in training, each as often as it was seen."))
MODEL = st.column_config.TextColumn(_("model"), width="large")
SOURCE = st.column_config.TextColumn(_("from"))
LIKELIHOOD = {
    "model": MODEL,
    "nats": st.column_config.NumberColumn(_("nats"), format="%.2f"),
    "samples": st.column_config.NumberColumn(_("samples")),
    "binarized": st.column_config.TextColumn(_("binarized")),
    "from": SOURCE,
    "images seen": SEEN,
}
LINES = {
    "model": MODEL,
    "distance ×10⁻³": st.column_config.NumberColumn(
        _("distance ×10⁻³"), format="%.2f", help=_("Mean smallest cosine distance of 16 frames between two lines from 10,000 true ones.")
    ),
    "95 % of it": st.column_config.TextColumn(_("95 % of it")),
    "smoothness": st.column_config.NumberColumn(
        _("smoothness"), format="%.2f", help=_("Largest turn in one step as a share of the whole turn, less what it is on an even path.")
    ),
    "from": SOURCE,
    "images seen": SEEN,
}

st.html(TERMS)
st.html(f'<h1 style="font-size:1.3rem;font-weight:650;padding:0;margin:0.2rem 0 0.6rem">{_("Models")}</h1>')
language_choice()
entries: list[Entry] = []
runs: dict[str, list[dict[str, Any]]] = {}
unusable: dict[str, str] = {}
waiting: list[str] = []
unmeasured: dict[str, str] = {}
for name in model_names():
    summary, folder = server.library.summary(name), folders.place(name)
    if summary.get("waits"):
        waiting.append(name)
    elif not summary["usable"]:
        unusable[name] = summary["sentence"]
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
        unmeasured[_("{name}, other seeds", name=name)] = str(error)
    else:
        runs |= {name: [metrics, *seeds]} if seeds else {}
    entries.append(Entry(name, config, metrics, folder, mapped=name not in waiting))
with st.container(gap="small"):
    waiting_models(waiting)
    if entries:
        st.caption(
            _(
                "Figures are of test images, by `python -m vae evaluate NAME`. Bold is better beyond the 95 % intervals. A figure's name opens "
                "what it means, with its intervals."
            )
        )
if entries:
    pairs = pairs_of(entries)
    own = [pair for pair in pairs if pair.own]
    shipped = [pair for pair in pairs if not pair.own]
    if own and shipped:
        _heading(_("Models of your own data"))
    cards(own)
    if own and shipped:
        _heading(_("Models of data sets that come with the app"))
    cards(shipped)
    with st.expander(_("All models and figures in one table")):
        models_table(entries, COLUMNS)
    unusable_list(plural(len(unmeasured), "{n} file of figures cannot be read", "{n} files of figures cannot be read"), unmeasured)
    unusable_list(plural(len(unusable), "{n} model cannot be used", "{n} models cannot be used"), unusable)
    broken = broken_extras()
    unusable_list(plural(len(broken), "{n} ladder or classifier cannot be used", "{n} ladders or classifiers cannot be used"), broken)
    seeds_table({entry.name: runs[entry.name] for entry in entries if entry.name in runs}, list(COLUMNS))
    ordered = [entry for pair in pairs for entry in (*pair.models, *pair.variants)]  # as on the cards: the usual pair stands first
    certificate_panel({entry.name: (entry.config.data, family(entry.config.kind).short, entry.config.latent_dim) for entry in ordered})
else:
    unusable_list(plural(len(unusable), "{n} model cannot be used", "{n} models cannot be used"), unusable)
    st.info(
        _(
            "There is no model yet. Train one with: {command}",
            command="`python -m vae train --data mnist --model vae --out checkpoints/mnist-vae`",
        )
    )

unknown = unknown_folders()
unusable_list(plural(len(unknown), "{n} folder holds no model of this app", "{n} folders hold no model of this app"), unknown)

_heading(_("Your pictures"))
st.caption(
    _(
        "A folder, a zip or tar archive, a Parquet file or a NumPy array becomes a data set. Subfolders are classes; folders called train and "
        "test are kept. Every picture is turned upright, scaled, and known by its content; what cannot be read is listed and skipped."
    )
)
pictures_panel()

_heading(_("Trainings"))
st.caption(
    _(
        "Any model that the command line can train, one after the other, while you do other things. A training can be paused. It goes on while "
        "this page is closed, and once a server that was stopped is started again; at most ten seconds of it are lost then."
    )
)
training_panel()

_heading(_("Published tables"))
st.caption(
    _(
        "Binarized MNIST: negative log-likelihood in nats per image. Lower is better. `samples`: of the estimate, 1 is the evidence bound. "
        "Interval: 95 % over test images. `images seen`: in training, each as often as it was seen."
    )
)
st.dataframe(_here(published.likelihood_rows()), column_config=LIKELIHOOD, hide_index=True, placeholder="–", key="likelihood")
st.caption(
    _(
        "The lines task: how far frames between two lines are from a true line (cosine distance), and how unevenly their angle turns. Lower "
        "is better for both. Interval: 95 % over 256 pairs."
    )
)
st.dataframe(_here(published.lines_rows()), column_config=LINES, hide_index=True, placeholder="–", key="lines")

_heading(_("Data sets"))
st.caption(_("Models and maps work without them; original images appear beside the reconstructions once the data set is on disk."))
for known in data.data_sets():
    if known.download is None:
        continue
    words, action = st.columns([3, 1], vertical_alignment="center")
    if known.available():
        words.markdown(_("{data} is on disk.", data=f"**{known.title}**"))
    else:
        words.markdown(_("{data} is not under {folder}.", data=f"**{known.title}**", folder=plain(str(data.root()))))
        if action.button(_("Download {data}", data=known.title), key=known.name):
            download_with_progress(known.name, known.download)
