"""A sample of pairs for people to look at, and what their verdicts say of the whole linkage."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.doubt._kernels.potential import Floats

if TYPE_CHECKING:
    from slachtoffermonitor.link.linkage import Linkage

__all__ = ["SampledShares", "clerical_sample", "share_by_sample"]

# Strata: what was joined and what was not, each by match probability.
_LIMITS: Final = (0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
# A stratum gets this many pairs at least, as far as it has them.
_LEAST: Final = 5
# Even where the model is sure, so much variance is planned for: it may be wrong.
_LEAST_VARIANCE: Final = 0.02
_DRAWS: Final = 4000
_SAMPLED: Final = ("left", "right", "joined", "stratum", "stratum_pairs", "same_person")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledShares:
    """Pairs joined rightly, joined at all, and truly one person: estimated, and drawn."""

    point: tuple[float, float, float]
    drawn: tuple[Floats, Floats, Floats]
    reviewed: int
    undecided: int


def clerical_sample(linkage: Linkage, n: int, rng: np.random.Generator) -> pl.DataFrame:
    """Which pairs should people look at, to learn how good the linkage is?

    Pairs that were picked because they looked wrong say nothing about the others; these are drawn.
    They are not the pairs that most need a verdict: those are in the review.

    Args:
        linkage: to be judged.
        n: pairs to draw; every stratum gets five or all it has, so there may be a few more.
        rng: of the draw.

    Returns:
        `left`, `right`, `right_is`, `match_probability`, `joined`, the levels of agreement,
        `stratum` (String), `stratum_pairs` (Int64: pairs in the stratum) and `same_person`
        (Boolean, null: to be filled in). No identity. Give it to `linkage_quality`.

    Raises:
        InputError: `n` is below 1.

    Source: Cochran (1977), Sampling Techniques, 3rd ed., 5.5 (allocation over strata).

    """
    if n < 1:
        raise InputError(Problem(what="the sample is too small", found=str(n), allowed="≥ 1"))
    pairs = linkage.pairs.with_columns(stratum=_stratum()).with_columns(
        pl.len().over("stratum").cast(pl.Int64).alias("stratum_pairs")
    )
    if pairs.is_empty():
        return pairs.with_columns(same_person=pl.lit(None, dtype=pl.Boolean))
    planned = _allocate(pairs, n)
    turn = pl.Series("turn", rng.permutation(pairs.height))
    return (
        pairs.with_columns(turn)
        .join(planned, on="stratum")
        .filter(pl.col("turn").rank("ordinal").over("stratum") <= pl.col("planned"))
        .drop("turn", "planned")
        .with_columns(same_person=pl.lit(None, dtype=pl.Boolean))
        .sort("stratum", "left", "right")
    )


def _stratum() -> pl.Expr:
    """Name the stratum of each pair."""
    chance = pl.col("match_probability")
    place = pl.sum_horizontal((chance >= limit).cast(pl.Int8) for limit in _LIMITS)
    edges = [0.0, *_LIMITS, 1.0]
    names = [f"{low:g} to {high:g}" for low, high in pairwise(edges)]
    band = place.replace_strict(dict(enumerate(names)), return_dtype=pl.String)
    side = pl.when("joined").then(pl.lit("joined")).otherwise(pl.lit("apart"))
    return pl.concat_str(side, band, separator=", ")


def _allocate(pairs: pl.DataFrame, n: int) -> pl.DataFrame:
    """Plan the pairs of each stratum: in proportion to its size times its standard deviation."""
    sure = pl.col("match_probability")
    strata = (
        pairs.group_by("stratum")
        .agg(
            pl.len().alias("pairs"),
            (sure * (1 - sure)).mean().clip(_LEAST_VARIANCE).sqrt().alias("spread"),
        )
        .sort("stratum")
    )
    share = strata["pairs"] * strata["spread"]
    wanted = (share / share.sum() * n).ceil().cast(pl.Int64)
    planned = np.minimum(np.maximum(wanted.to_numpy(), _LEAST), strata["pairs"].to_numpy())
    return strata.select("stratum", planned=pl.Series(planned))


def share_by_sample(
    sample: pl.DataFrame, pairs: pl.DataFrame, rng: np.random.Generator, *, unmet: float = 0.0
) -> SampledShares:
    """Estimate from a sample with verdicts what would be found if all pairs were reviewed.

    A stratum without any verdict counts by the mean probability of its pairs, and says nothing
    about its interval: any share is possible there. Of pairs that met in no block `unmet` are
    expected to be one person; nobody looks at them, so the model is taken at its word.
    """
    strata = _judged(sample, pairs)
    size, decided = strata["pairs"].to_numpy(), strata["decided"].to_numpy()
    same, joined = strata["same"].to_numpy(), strata["joined"].to_numpy()
    seen = np.where(decided > 0, same / np.maximum(decided, 1), strata["believed"].to_numpy())
    unseen = size - decided
    chance = rng.beta(same + 0.5, decided - same + 0.5, (_DRAWS, size.size))
    ones = same + rng.binomial(unseen, chance)
    made = float(size[joined].sum())
    return SampledShares(
        point=(float((size * seen)[joined].sum()), made, float((size * seen).sum()) + unmet),
        drawn=(
            ones[:, joined].sum(axis=1).astype(np.float64),
            np.full(_DRAWS, made),
            ones.sum(axis=1) + rng.poisson(unmet, _DRAWS).astype(np.float64),
        ),
        reviewed=int(decided.sum()),
        undecided=int(sample.height - decided.sum()),
    )


def _judged(sample: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Count the verdicts of each stratum of the linkage."""
    missing = [name for name in _SAMPLED if name not in sample.columns]
    if missing:
        raise InputError(
            Problem(what="the column is missing", file="sample", column=name) for name in missing
        )
    whole = (
        pairs.with_columns(stratum=_stratum())
        .group_by("stratum", "joined")
        .agg(pl.len().cast(pl.Int64).alias("pairs"), believed=pl.col("match_probability").mean())
    )
    verdicts = sample.group_by("stratum").agg(
        pl.col("stratum_pairs").first(),
        pl.col("same_person").count().cast(pl.Int64).alias("decided"),
        pl.col("same_person").sum().cast(pl.Int64).alias("same"),
    )
    judged = whole.join(verdicts, on="stratum", how="full", coalesce=True)
    other = judged.filter(pl.col("pairs").ne_missing(pl.col("stratum_pairs")))
    if not other.is_empty():
        raise InputError(
            Problem(
                what="the sample was drawn from another linkage: its strata are of another size",
                column="stratum",
                found=", ".join(sorted(other["stratum"])),
            )
        )
    return judged.sort("stratum")
