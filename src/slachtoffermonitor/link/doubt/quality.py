"""How good a linkage is: by its own model, or by pairs that people looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import polars as pl

from slachtoffermonitor.link.doubt._kernels.potential import Floats, Whole
from slachtoffermonitor.link.doubt.clerical import share_by_sample
from slachtoffermonitor.link.doubt.imputing import draw_partitions

if TYPE_CHECKING:
    from slachtoffermonitor.link.linkage import Linkage

__all__ = ["LinkageQuality", "linkage_quality"]

_TAILS: Final = (0.025, 0.975)
Limits = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageQuality:
    """How many joins are right and how many pairs were missed; no truth was seen.

    Attributes:
        precision: of the pairs that were joined, the share that is one person.
        recall: of the pairs that are one person, the share that was joined; `unmet` pairs count
            as missed. All shares are None when there is nothing to divide by.
        f1: their harmonic mean.
        intervals: 95% limits of `precision`, `recall` and `f1`; empty when none were asked.
        joined: compared pairs that were joined.
        implied: joined pairs that were not compared and follow from others only.
        expected: number of compared pairs expected to be one person.
        unmet: number of pairs that met in no block and are expected to be one person; known in
            small registers only (`Evidence.unmet_pairs`), and 0 elsewhere.
        method: `model` (the linkage's own probabilities) or `sample` (pairs that were reviewed).
        reviewed: pairs with a verdict behind a sample's figures.
        undecided: pairs of the sample without one; they are left out.

    """

    precision: float | None
    recall: float | None
    f1: float | None
    intervals: Mapping[str, Limits] = field(default_factory=dict)
    joined: int
    implied: int
    expected: float
    unmet: float = 0.0
    method: Literal["model", "sample"] = "model"
    reviewed: int = 0
    undecided: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Give the object of this result in JSON."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "intervals": {name: list(limits) for name, limits in self.intervals.items()},
            "joined": self.joined,
            "implied": self.implied,
            "expected": self.expected,
            "unmet": self.unmet,
            "method": self.method,
            "reviewed": self.reviewed,
            "undecided": self.undecided,
        }


def linkage_quality(
    linkage: Linkage,
    sample: pl.DataFrame | None = None,
    *,
    imputations: int = 50,
    rng: np.random.Generator | None = None,
) -> LinkageQuality:
    """How many joins are right, and how many pairs were missed?

    By the model alone the answer is what the model believes of itself: a wrong model is wrong
    here too. A sample that people looked at is not.

    Args:
        linkage: to be judged.
        sample: `clerical_sample` with `same_person` filled in (null: undecided); None: by the
            model.
        imputations: draws behind the intervals of the model; with 0 there are none, and the
            shares follow from the match probabilities at once.
        rng: of the draws; a generator with seed 1 when None.

    Assumes: by the model: match probabilities are calibrated. By a sample: verdicts are right, and
        pairs below 0.001 are not one person. Both: of pairs that met in no block the model is
        right, and in a register too large to look at them all none is one person.

    Raises:
        InputError: columns of the sample are missing, or it is of another linkage.

    Source: intervals of the model from multiple imputation, as in `impute`; of the sample from
    Jeffreys' posterior in each stratum (Brown, Cai & DasGupta 2001, Statistical Science 16(2)).

    """
    chance = np.random.default_rng(1) if rng is None else rng
    unmet = linkage.evidence.unmet_matches
    joined = int(linkage.pairs["joined"].sum())
    together = pairs_together(linkage.label)
    intervals: dict[str, Limits] = {}
    reviewed = undecided = 0
    if sample is not None:
        found = share_by_sample(sample, linkage.pairs, chance, unmet=unmet)
        point, intervals = found.point, _intervals(*found.drawn)
        reviewed, undecided = found.reviewed, found.undecided
    elif imputations < 1:
        sure = float(linkage.pairs.filter("joined")["match_probability"].sum())
        point = (sure, joined, linkage.expected_matches + unmet)
    else:
        draws = list(draw_partitions(linkage, imputations, chance))
        right = np.array([pairs_together(linkage.label, draw) for draw in draws], dtype=np.float64)
        true = np.array([pairs_together(draw) for draw in draws], dtype=np.float64)
        point = (float(right.mean()), together, float(true.mean()))
        intervals = _intervals(right, np.full(imputations, float(together)), true)
    hits, made, matches = point
    return LinkageQuality(
        precision=hits / made if made > 0 else None,
        recall=hits / matches if matches > 0 else None,
        f1=2 * hits / (made + matches) if made + matches > 0 else None,
        intervals=intervals,
        joined=joined,
        implied=together - joined,
        expected=linkage.expected_matches,
        unmet=unmet,
        method="model" if sample is None else "sample",
        reviewed=reviewed,
        undecided=undecided,
    )


def pairs_together(*labels: Whole) -> int:
    """Count the pairs of records that are one person by all of the partitions."""
    place = np.zeros(labels[0].size, dtype=np.int64)
    for label in labels:
        _, here = np.unique(label, return_inverse=True)
        _, place = np.unique(place * (here.max(initial=0) + 1) + here, return_inverse=True)
    size = np.bincount(place).astype(np.int64)
    return int((size * (size - 1) // 2).sum())


def _intervals(right: Floats, made: Floats, true: Floats) -> dict[str, Limits]:
    """Give the limits of the shares over draws."""
    drawn = {"precision": (right, made), "recall": (right, true), "f1": (2 * right, made + true)}
    limits = {}
    for name, (above, below) in drawn.items():
        sound = below > 0
        if sound.any():
            low, high = np.quantile(above[sound] / below[sound], _TAILS)
            limits[name] = (float(low), float(high))
    return limits
