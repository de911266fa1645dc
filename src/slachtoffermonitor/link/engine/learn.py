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
    levels = levels_of(design, compared.pairs)
    used = model = _started(compared, design, left_once=left_once, right_once=right_once)
    m, u = model.m, model.u
    strangers = strangers_among(design, compared.random_pairs, m)
    times = times_of(compared.pairs)
    known = _known(compared.pairs, verdicts)
    probability = np.zeros(compared.pairs.height)
    for _ in range(_STEPS):
        u = chance_of(strangers, m, u, prior_odds(model))
        evidence = evidence_of(design, compared.pairs, m, u)
        used = replace(model, m=m, u=u)
        probability = probability_of(used, compared.pairs, evidence)
        probability = np.where(np.isnan(known), probability, known)
        expected = probability * times
        renewed = {
            each.name: _matched(each, levels[each.name], expected) for each in design.comparisons
        }
        share = (float(expected.sum()) + 0.5) / (compared.possible + 1)
        change = max(float(np.abs(renewed[name] - m[name]).max()) for name in m)
        m, model = renewed, replace(used, share=share)
        if change < _CLOSE:
            break
    return Belief(
        probability=probability,
        evidence=evidence,
        model=used,
        weights=_weights(design, used),
        matches=float((probability * times).sum()),
    )


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


def _matched(comparison: Comparison, levels: npt.NDArray[np.int8], expected: Floats) -> Floats:
    """Renew m: how often matched pairs reach each level; `expected` of them in each row."""
    known = levels >= 0
    found = np.bincount(levels[known], weights=expected[known], minlength=len(comparison.levels))
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
