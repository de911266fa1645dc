"""The log-linear designs of the closed-population models.

With k the number of lists that a person is on, every model has log μ = γ + (list effects) +
(heterogeneity column of k); all columns but the intercept are zero at k = 0, so that exp γ is the
expected number of hidden persons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.closed._newton import Groups

__all__ = ["HETEROGENEITY", "captures", "list_groups", "times_seen", "with_heterogeneity"]

_POISSON_BASE = 2.0
_GAMMA_SHAPE = 3.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    """How persons differ in being found, as columns of the number of lists that they are on.

    Attributes:
        name: as the literature writes it behind Mh or Mth.
        kind: which columns `with_heterogeneity` adds.
        bound: the estimate is a lower bound; its columns may not be negative.

    """

    name: str
    kind: str
    bound: bool = False


HETEROGENEITY: tuple[Heterogeneity, ...] = (
    Heterogeneity(name="Chao (LB)", kind="hinges", bound=True),
    Heterogeneity(name="Poisson2", kind="poisson"),
    Heterogeneity(name="Darroch", kind="darroch"),
    Heterogeneity(name="Gamma3.5", kind="gamma"),
)


def captures(size: int) -> NDArray[np.bool_]:
    """Give for each of the 2^size − 1 capture histories, from history 1, the lists in it."""
    histories = np.arange(1, 1 << size)
    on: NDArray[np.bool_] = (histories[:, None] >> np.arange(size)) & 1 == 1
    return on


def times_seen(table: CaptureTable) -> Groups:
    """Group the histories by the number of lists, for models whose lists find equally many."""
    number = captures(table.size).sum(axis=1)
    counts = np.zeros(table.size)
    np.add.at(counts, number - 1, table.counts[1:])
    k = np.arange(1.0, table.size + 1.0)
    log_size = gammaln(table.size + 1.0) - gammaln(k + 1.0) - gammaln(table.size - k + 1.0)
    return Groups(
        design=np.column_stack([np.ones(table.size), k]), counts=counts, log_size=log_size
    )


def list_groups(table: CaptureTable) -> Groups:
    """Give each history its own group and each list its own effect."""
    on = captures(table.size).astype(np.float64)
    return Groups(
        design=np.column_stack([np.ones(len(on)), on]),
        counts=table.counts[1:].astype(np.float64),
        log_size=np.zeros(len(on)),
    )


def with_heterogeneity(groups: Groups, kind: str) -> Groups:
    """Add the heterogeneity columns to a design of list effects.

    Source: Darroch et al. (1993), JASA 88 (k²/2); Rivest & Baillargeon (2007), Biometrics 63(4)
    (hinges at 2 to t − 1 for Chao's bound); Baillargeon & Rivest (2007), JSS 19(5) (2^k − 1 for
    Poisson; −log(3.5 + k) + log 3.5 for Gamma).
    """
    effects = groups.design[:, 1:]
    k = effects.sum(axis=1) if effects.shape[1] > 1 else effects[:, 0]
    size = int(k.max())
    columns = {
        "hinges": [np.maximum(k - knot, 0.0) for knot in range(2, size)],
        "poisson": [_POISSON_BASE**k - 1.0],
        "darroch": [k**2 / 2.0],
        "gamma": [np.log(_GAMMA_SHAPE) - np.log(_GAMMA_SHAPE + k)],
    }[kind]
    return Groups(
        design=np.column_stack([groups.design, *columns]),
        counts=groups.counts,
        log_size=groups.log_size,
    )
