"""What agreement weighs, learned from the reports themselves, without known matches.

Splink's own training learns inside blocks that agree on a name or a birth date, and there it
cannot tell two bearers of one name from one person with two birth dates. Here expectation-
maximisation runs over the whole space of pairs instead: pairs that met in no block count as
different persons, so that all features speak together and the share of matches is learned too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.link.engine.chance import chance_of, strangers_among
from slachtoffermonitor.link.engine.compare import Compared
from slachtoffermonitor.link.engine.tables import LearnedModel
from slachtoffermonitor.link.engine.weighing import (
    BACKGROUNDS,
    Levels,
    evidence_of,
    levels_of,
    prior_odds,
    probability_of,
    times_of,
)
from slachtoffermonitor.link.model import Comparison, ModelDesign

__all__ = ["NO_VERDICTS", "Belief", "learn"]

Floats = npt.NDArray[np.float64]

NO_VERDICTS: Final = pl.DataFrame(
    schema={"left": pl.Int64, "right": pl.Int64, "same_person": pl.Boolean}
)
# The starting weights count as so many matched pairs.
_WORTH_MATCHED: Final = 20.0
_SMALLEST: Final = 1e-7
_STEPS: Final = 200
_CLOSE: Final = 1e-6
# Pairs with lower odds than this hardly count from one step to the next; in the last all do.
_NEVER: Final = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Belief:
    """How likely each pair is one person, and the weights behind it.

    `probability` and `evidence` (bits, before any prior) are in the order of the pairs; `model` is
    exactly what they follow from, so that a later pair is weighed alike; `weights` has comparison,
    level, among, m, u, weight; `matches` is the expected number of matched pairs.
    """

    probability: Floats
    evidence: Floats
    model: LearnedModel
    weights: pl.DataFrame
    matches: float


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _LookedAt:
    """Pairs, how many each row stands for, and what reviewers said (not-a-number: nothing)."""

    pairs: pl.DataFrame
    levels: Levels
    times: Floats
    said: Floats

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Say which pairs were reviewed."""
        return ~np.isnan(self.said)

    def where(self, chosen: npt.NDArray[np.bool_]) -> _LookedAt:
        """Keep the chosen rows."""
        return _LookedAt(
            pairs=self.pairs.filter(chosen),
            levels={name: reached[chosen] for name, reached in self.levels.items()},
            times=self.times[chosen],
            said=self.said[chosen],
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Expected:
    """How many pairs are expected to be one person: in all, and per comparison at each level."""

    matches: float
    levels: Mapping[str, Floats]


def _started(
    compared: Compared, design: ModelDesign, *, left_once: bool, right_once: bool
) -> LearnedModel:
    """Give what is believed before any pair was looked at."""
    return LearnedModel(
        m={each.name: _start(each, "m") for each in design.comparisons},
        u={},
        share=0.1 / max(1, compared.possible // max(1, compared.left_records)),
        left_records=compared.left_records,
        right_records=compared.right_records,
        left_once=left_once,
        right_once=right_once,
    )


def learn(
    compared: Compared,
    design: ModelDesign,
    *,
    left_once: bool = False,
    right_once: bool = False,
    verdicts: pl.DataFrame = NO_VERDICTS,
) -> Belief:
    """Learn m, u and the share of matches from compared pairs.

    Args:
        compared: the pairs, and the sample of random pairs.
        design: what was compared.
        left_once, right_once: see `LearnedModel`.
        verdicts: pairs `left` < `right` of which a reviewer said whether they are `same_person`:
            they are taken to be so, and the weights learn from them.

    Assumes: given whether two records are of one person, the features agree independently of one
    another, except that names go with the groups of the design; nearly all matches met in a block.

    Source: Fellegi and Sunter (1969), A theory for record linkage, JASA 64; Winkler (1988), Using
    the EM algorithm for weight computation in the Fellegi-Sunter model.
    """
    whole = _looked_at(design, compared.pairs, verdicts)
    near, far = whole, _nothing(design)
    used = model = _started(compared, design, left_once=left_once, right_once=right_once)
    m, u = model.m, model.u
    strangers = strangers_among(design, compared.random_pairs, m)
    for _ in range(_STEPS):
        u = chance_of(strangers, m, u, prior_odds(model))
        used = replace(model, m=m, u=u)
        evidence, probability = _believed(used, design, near)
        found = _expected(design, near, probability, far)
        renewed = {
            each.name: _matched(each, found.levels[each.name]) for each in design.comparisons
        }
        share = (found.matches + 0.5) / (compared.possible + 1)
        change = max(float(np.abs(renewed[name] - m[name]).max()) for name in m)
        m, model = renewed, replace(used, share=share)
        if near is not whole:
            near, far = (whole, _nothing(design)) if change < _CLOSE else (near, far)
        elif change < _CLOSE:
            break
        else:
            likely = near.known | (evidence > np.log2(_NEVER / prior_odds(used)))
            near = whole.where(likely)
            far = _expected(design, whole, np.where(likely, 0.0, probability), _nothing(design))
    if near is not whole:
        evidence, probability = _believed(used, design, whole)
    return Belief(
        probability=probability,
        evidence=evidence,
        model=used,
        weights=_weights(design, used),
        matches=float((probability * whole.times).sum()),
    )


def _nothing(design: ModelDesign) -> _Expected:
    return _Expected(
        matches=0.0, levels={each.name: np.zeros(len(each.levels)) for each in design.comparisons}
    )


def _looked_at(design: ModelDesign, pairs: pl.DataFrame, verdicts: pl.DataFrame) -> _LookedAt:
    pairs = pairs.rechunk()  # read again in every step
    said = _known(pairs, verdicts)
    return _LookedAt(pairs=pairs, said=said, times=times_of(pairs), levels=levels_of(design, pairs))


def _believed(
    model: LearnedModel, design: ModelDesign, looked_at: _LookedAt
) -> tuple[Floats, Floats]:
    """Give the evidence and the probability of each pair; what reviewers said stands."""
    evidence = evidence_of(design, looked_at.pairs, model.m, model.u)
    probability = probability_of(model, looked_at.pairs, evidence)
    return evidence, np.where(looked_at.known, looked_at.said, probability)


def _expected(
    design: ModelDesign, looked_at: _LookedAt, probability: Floats, further: _Expected
) -> _Expected:
    """Count the matches that are expected, in all and at each level; `further` ones come on top."""
    expected = probability * looked_at.times
    levels = {}
    for each in design.comparisons:
        reached = looked_at.levels[each.name]
        told = reached >= 0
        counts = np.bincount(reached[told], weights=expected[told], minlength=len(each.levels))
        levels[each.name] = counts + further.levels[each.name]
    return _Expected(matches=float(expected.sum()) + further.matches, levels=levels)


def _known(pairs: pl.DataFrame, verdicts: pl.DataFrame) -> Floats:
    """Give 1 or 0 for each pair that was reviewed, and not-a-number for the others."""
    if verdicts.is_empty():
        return np.full(pairs.height, np.nan)
    said = pairs.select("left", "right").join(
        verdicts, on=["left", "right"], how="left", maintain_order="left"
    )
    return said["same_person"].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _start(comparison: Comparison, which: str) -> Floats:
    """Give the starting weights with `different` first, as Splink numbers the levels."""
    values = np.array([getattr(level, which) for level in reversed(comparison.levels)])
    shares: Floats = values / values.sum()
    return shares


def _matched(comparison: Comparison, found: Floats) -> Floats:
    """Renew m: the shares of matched pairs at each level; the starting weights count too."""
    counts = found + _WORTH_MATCHED * _start(comparison, "m")
    shares: Floats = np.maximum(counts / counts.sum(), _SMALLEST)
    return shares


def _weights(design: ModelDesign, model: LearnedModel) -> pl.DataFrame:
    """Write the weights as a table, most agreeing level first."""
    m, u = model.m, model.u
    rows = [
        (
            each.name,
            level.label,
            BACKGROUNDS[place] if u[each.name].shape[0] > 1 else "all",
            float(m[each.name][-1 - position]),
            float(chance[-1 - position]),
        )
        for each in design.comparisons
        for place, chance in enumerate(u[each.name])
        for position, level in enumerate(each.levels)
    ]
    names: Mapping[str, type[pl.DataType]] = {
        "comparison": pl.String,
        "level": pl.String,
        "among": pl.String,
        "m": pl.Float64,
        "u": pl.Float64,
    }
    table = pl.DataFrame(rows, schema=dict(names), orient="row")
    return table.with_columns((pl.col("m") / pl.col("u")).log(2).alias("weight"))
