"""Averaging over models by the weight that the criterion gives them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from slachtoffermonitor.estimate.loglinear.search import Search
from slachtoffermonitor.estimate.uncertainty.intervals import log_persons_se

__all__ = ["MARGIN", "Average", "average"]

# A model this far behind the best weighs less than 2e-9: thousands of them cannot show.
MARGIN = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """The estimate over all sound models.

    Attributes:
        observed: persons in the table.
        hidden: weighted mean of the hidden numbers.
        weights: weight per model of the search's ranking (float64, sums to 1).
        log_hidden: logarithm of the hidden number per model.
        log_hidden_se: its standard error, with that of the persons around their expectation.

    """

    observed: int
    hidden: float
    weights: NDArray[np.float64]
    log_hidden: NDArray[np.float64]
    log_hidden_se: NDArray[np.float64]

    def limits(self, low: float, high: float) -> tuple[float, float]:
        """Give two quantiles of the mixture over the models.

        In each model the logarithm of the hidden number is taken as normal; a model counts by
        its weight, so that the limits hold what models disagree about as well as chance.
        """
        below, above = (float(np.exp(self._quantile(level))) for level in (low, high))
        return self.observed + below, self.observed + above

    def _quantile(self, level: float) -> float:
        from scipy.optimize import brentq  # noqa: PLC0415 - takes a second to import

        used = self.weights > 1e-12
        weights = self.weights[used] / self.weights[used].sum()
        middle, se = self.log_hidden[used], np.maximum(self.log_hidden_se[used], 1e-12)

        def below(value: float) -> float:
            return float((weights * ndtr((value - middle) / se)).sum()) - level

        low, high = float((middle - 40 * se).min()), float((middle + 40 * se).max())
        return float(brentq(below, low, high, xtol=1e-12))


def average(search: Search) -> Average:
    """What do all sound models say together, each weighted by exp(−criterion / 2)?

    With BIC the weights approximate posterior probabilities of the models under equal prior
    probabilities. They are only as good as the set of models: an average over models that all
    share a wrong assumption shares it too.

    Source: Raftery (1995), Sociological Methodology 25; Buckland, Burnham & Augustin (1997),
    Biometrics 53(2).
    """
    ranking = list(search.ranking)
    values = search.fits.criterion(search.criterion)[ranking]
    weights = np.exp(-0.5 * (values - values.min()))
    weights /= weights.sum()
    hidden = search.fits.hidden[ranking]
    return Average(
        observed=search.fits.observed,
        hidden=float((weights * hidden).sum()),
        weights=weights,
        log_hidden=np.log(hidden),
        log_hidden_se=log_persons_se(hidden, np.sqrt(search.fits.log_hidden_variance[ranking])),
    )
