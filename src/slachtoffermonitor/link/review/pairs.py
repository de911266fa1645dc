"""The pairs that people should look at, as a table to be filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.model import Comparison
from slachtoffermonitor.link.review.verdicts import PAIR

if TYPE_CHECKING:
    from slachtoffermonitor.link.linkage import Linkage

__all__ = ["review_pairs"]

_GREY: Final = (0.05, 0.95)
_IDENTITY: Final = ("given_name", "surname", "birth_date", "birth_year", "contact_fragment")
_TO_FILL_IN: Final = {"verdict": pl.String, "reviewer": pl.String, "reviewed_on": pl.Date}


def review_pairs(
    linkage: Linkage,
    *,
    grey: tuple[float, float] = _GREY,
    settled: pl.DataFrame | None = None,
    identities: Mapping[str, pl.DataFrame] | None = None,
) -> pl.DataFrame:
    """Which pairs can the model not decide, and how do they agree?

    The pairs are those that a verdict helps most; do not judge the linkage by them
    (`clerical_sample` is for that).

    Args:
        linkage: of `link_reports`.
        grey: lowest and highest match probability of the grey zone.
        settled: of `settle_verdicts`: settled pairs are left out, and pairs in conflict are put
            in, whatever their probability.
        identities: table (`report`, `register`, …) → frame with its id in the first column and
            names and birth dates. WITH IT THE RESULT HOLDS IDENTITY: give it only to people who
            may see it. Not for tokens: they have no names.

    Returns:
        One row per pair, the least certain first: `left_is`, `left`, `right_is`, `right`,
        `match_probability`, `joined`, `status` (`new`, `second reviewer wanted`, `conflict`), one
        column per comparison with the level of agreement in words, and empty `verdict`,
        `reviewer` and `reviewed_on` to be filled in. Earlier verdicts are not shown, so that the
        second reviewer looks with fresh eyes. Without `identities` no value of a person.

    Raises:
        InputError: the grey zone is not between 0 and 1.

    """
    low, high = grey
    if not 0 <= low <= high <= 1:
        raise InputError(
            Problem(
                what="the grey zone is no range of probabilities",
                found=f"{low} to {high}",
                allowed="0 to 1, the lower first",
            )
        )
    # The rows of both frames are the same pairs; only the evidence names the left table.
    pairs = linkage.pairs.with_columns(linkage.evidence.pairs["left_is"], status=pl.lit("new"))
    if settled is not None:
        pairs = pairs.drop("status").join(
            _both_ways(settled), on=list(PAIR), how="left", maintain_order="left"
        )
    status = pl.col("status").fill_null("new")
    chance = pl.col("match_probability")
    wanted = (chance.is_between(low, high) & (status != "settled")) | (status == "conflict")
    chosen = pairs.filter(wanted).sort((chance - 0.5).abs(), "left", "right")
    comparisons = linkage.evidence.design.comparisons
    shown = chosen.select(
        *PAIR,
        "match_probability",
        "joined",
        status.alias("status"),
        *(_in_words(each) for each in comparisons),
    )
    for table, frame in (identities or {}).items():
        shown = _with_identity(shown, table, frame)
    return shown.with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in _TO_FILL_IN.items()
    )


def _both_ways(settled: pl.DataFrame) -> pl.DataFrame:
    """Name each settled pair from both sides: which record stands left may differ by linkage."""
    turned = settled.select(
        left_is="right_is", left="right", right_is="left_is", right="left", status="status"
    )
    return pl.concat([settled.select(*PAIR, "status"), turned])


def _in_words(comparison: Comparison) -> pl.Expr:
    """Name the level reached; levels are numbered from the least agreeing."""
    names = {place: level.label for place, level in enumerate(reversed(comparison.levels))} | {
        -1: "not known"
    }
    return (
        pl.col(comparison.name)
        .cast(pl.Int64)
        .replace_strict(names, return_dtype=pl.String)
        .alias(comparison.name)
    )


def _with_identity(shown: pl.DataFrame, table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Put names and birth dates of both sides beside the pairs."""
    key = frame.columns[0]
    told = [name for name in _IDENTITY if name in frame.columns]
    for side in ("left", "right"):
        here = frame.select(
            pl.lit(table).alias(f"{side}_is"),
            pl.col(key).cast(pl.String).alias(side),
            *(pl.col(name).cast(pl.String).alias(f"{side}_{name}_found") for name in told),
        )
        shown = shown.join(here, on=[f"{side}_is", side], how="left", maintain_order="left")
        shown = shown.with_columns(
            pl.coalesce(
                *([f"{side}_{name}"] if f"{side}_{name}" in shown.columns else []),
                f"{side}_{name}_found",
            ).alias(f"{side}_{name}")
            for name in told
        ).drop(f"{side}_{name}_found" for name in told)
    return shown
