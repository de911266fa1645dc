"""Bayesian estimates of the hidden number: graphs averaged, latent classes, thresholding."""

from slachtoffermonitor.estimate.bayes.convergence import (
    effective_size,
    quantile_error,
    split_r_hat,
    tail_effective_size,
)
from slachtoffermonitor.estimate.bayes.graphical import average_graphs, decomposable_models
from slachtoffermonitor.estimate.bayes.latent_class import sample_latent_classes
from slachtoffermonitor.estimate.bayes.posterior import (
    Convergence,
    Effect,
    PosteriorEstimate,
    WeightedModel,
)
from slachtoffermonitor.estimate.bayes.threshold import threshold_effects

__all__ = [
    "Convergence",
    "Effect",
    "PosteriorEstimate",
    "WeightedModel",
    "average_graphs",
    "decomposable_models",
    "effective_size",
    "quantile_error",
    "sample_latent_classes",
    "split_r_hat",
    "tail_effective_size",
    "threshold_effects",
]
