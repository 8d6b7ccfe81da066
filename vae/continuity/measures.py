"""The figures that the product reports, each a small pure function on codes, pictures or features.

Pictures are float in [0, 1], features φ come from our own classifier, D is the code size, N a sample size. This is the
index; a function that tells something of every image, pair or draw gives N values whose mean is the figure. A figure
that cannot be computed raises `Unmeasurable` with the reason.
"""

from vae.continuity.codes import aggregate_log_density, code_radius, cycle_gap, hole_mass, hole_mass_density, retention_auc
from vae.continuity.estimates import Estimate, Unmeasurable, mean_estimate
from vae.continuity.likelihood import (
    active_units,
    bernoulli_log_likelihood,
    gaussian_elbo,
    gaussian_log_likelihood,
    kl_per_dimension,
    nll_k,
    squared_errors,
)
from vae.continuity.paths import class_flips, off_manifold, path_length, step_max_ratio, step_sizes
from vae.continuity.samples import covered, frechet, frechet_c, manifold_radii, precision, recall

__all__ = [
    "Estimate",
    "Unmeasurable",
    "active_units",
    "aggregate_log_density",
    "bernoulli_log_likelihood",
    "class_flips",
    "code_radius",
    "covered",
    "cycle_gap",
    "frechet",
    "frechet_c",
    "gaussian_elbo",
    "gaussian_log_likelihood",
    "hole_mass",
    "hole_mass_density",
    "kl_per_dimension",
    "manifold_radii",
    "mean_estimate",
    "nll_k",
    "off_manifold",
    "path_length",
    "precision",
    "recall",
    "retention_auc",
    "squared_errors",
    "step_max_ratio",
    "step_sizes",
]
