"""All pairs of all tables: compared, weighed, and given a probability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.link.engine.cluster import components
from slachtoffermonitor.link.engine.compare import compare
from slachtoffermonitor.link.engine.learn import NO_VERDICTS, Belief, learn
from slachtoffermonitor.link.engine.rarity import with_rarity, without_rarity
from slachtoffermonitor.link.engine.tables import Evidence, Gathered, LinkTable
from slachtoffermonitor.link.model import ModelDesign

__all__ = ["LOWEST_PROBABILITY", "Round", "evidence_from", "rounds_of", "score"]

LOWEST_PROBABILITY: Final = 0.001


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Round:
    """One round of comparing: within a table, or from one table to another.

    `pairs` has `left` < `right`, and the level reached per comparison; `belief.probability` is in
    the order of its rows; `rules` counts the pairs of each blocking rule.
    """

    left_is: str
    right_is: str
    pairs: pl.DataFrame
    belief: Belief
    rules: pl.DataFrame | None = None


def score(gathered: Gathered, *, seed: int, threads: int) -> Evidence:
    """Compare all tables with one another, and those that may hold duplicates with themselves.

    Rounds of their own, because chance and error differ: a register is larger and cleaner than
    reports, and a report is of one registered person at most.
    """
    return evidence_from(gathered, list(rounds_of(gathered, seed=seed, threads=threads)))


def evidence_from(gathered: Gathered, rounds: list[Round]) -> Evidence:
    """Put the rounds together."""
    records = pl.concat(_records(table, gathered.design) for table in gathered.tables)
    verdicts = NO_VERDICTS if gathered.verdicts is None else gathered.verdicts
    weighed = [_weighed(each, gathered.design, verdicts) for each in rounds]
    none = _no_pairs(gathered.design)
    kept = (pl.col("match_probability") >= LOWEST_PROBABILITY) | pl.col("verdict").is_not_null()
    likely = pl.concat([none.with_columns(met=True), *(each.filter(kept) for each in weighed)])
    pairs, unmet = likely.filter("met").drop("met"), likely.filter(~pl.col("met")).drop("met")
    component = components(likely, records.height)
    weak = (_inside(each.filter(~kept).drop("met"), component) for each in weighed)
    missed = sum(float(each.filter(~pl.col("met"))["match_probability"].sum()) for each in weighed)
    return Evidence(
        design=gathered.design,
        records=records,
        reports=gathered.reports,
        register=gathered.register,
        pairs=pairs,
        unmet_pairs=unmet,
        weak_pairs=pl.concat([none, *weak]),
        rules=_rules(rounds),
        learned={(each.left_is, each.right_is): each.belief.model for each in rounds},
        weights=_weights(rounds),
        expected_matches=sum(each.belief.matches for each in rounds) - missed,
        unmet_matches=missed,
    )


def rounds_of(gathered: Gathered, *, seed: int, threads: int) -> Iterator[Round]:
    """Compare round by round: within each table that may hold duplicates, then across tables."""
    tables = gathered.tables
    for table in tables:
        if not table.duplicate_free and table.features.height > 1:
            yield _round(gathered, (table,), seed=seed, threads=threads)
    for place, right in enumerate(tables):
        for left in tables[:place]:
            if not (left.features.is_empty() or right.features.is_empty()):
                yield _round(gathered, (left, right), seed=seed, threads=threads)


def _round(gathered: Gathered, sides: tuple[LinkTable, ...], *, seed: int, threads: int) -> Round:
    design, left, right = gathered.design, sides[0], sides[-1]
    across = len(sides) == 2
    rare = with_rarity(right.features, design)
    frames = (without_rarity(left.features, design), rare) if across else (rare,)
    asked = _asked(gathered.verdicts, left, right)
    compared = compare(frames, design, seed=seed, threads=threads, asked=asked)
    belief = learn(
        compared,
        design,
        left_once=across and left.duplicate_free,
        right_once=across and right.duplicate_free,
        verdicts=asked,
    )
    return Round(
        left_is=left.name,
        right_is=right.name,
        pairs=compared.pairs,
        belief=belief,
        rules=compared.rules,
    )


def _asked(verdicts: pl.DataFrame | None, left: LinkTable, right: LinkTable) -> pl.DataFrame:
    """Give the reviewed pairs of which one record stands in each table."""
    if verdicts is None:
        return NO_VERDICTS
    return verdicts.filter(
        pl.col("left").is_in(left.features["record"].implode())
        & pl.col("right").is_in(right.features["record"].implode())
    )


def _records(table: LinkTable, design: ModelDesign) -> pl.DataFrame:
    return table.features.select(
        "record",
        pl.lit(table.name).alias("table"),
        pl.lit(table.duplicate_free).alias("duplicate_free"),
        *design.guard,
    )


def _inside(pairs: pl.DataFrame, component: npt.NDArray[np.int32]) -> pl.DataFrame:
    """Keep the pairs whose records hang together."""
    return pairs.filter(component[pairs["left"].to_numpy()] == component[pairs["right"].to_numpy()])


def _no_pairs(design: ModelDesign) -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "left": pl.Int64,
            "right": pl.Int64,
            "left_is": pl.String,
            "right_is": pl.String,
            "bits": pl.Float64,
            "match_probability": pl.Float64,
            "verdict": pl.Boolean,
            **{each.name: pl.Int8 for each in design.comparisons},
        }
    )


def _weighed(each: Round, design: ModelDesign, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Put the pairs of a round and what was found of them together."""
    met = "met" if "met" in each.pairs.columns else pl.lit(True).alias("met")
    return (
        each.pairs.with_columns(
            met,
            pl.lit(each.left_is).alias("left_is"),
            pl.lit(each.right_is).alias("right_is"),
            pl.Series("bits", each.belief.evidence),
            pl.Series("match_probability", each.belief.probability),
        )
        .join(
            verdicts.rename({"same_person": "verdict"}),
            on=["left", "right"],
            how="left",
            maintain_order="left",
        )
        .select(*_no_pairs(design).columns, "met")
    )


def _rules(rounds: list[Round]) -> pl.DataFrame:
    counted = [
        each.rules.select(
            pl.lit(each.left_is).alias("left_is"), pl.lit(each.right_is).alias("right_is"), pl.all()
        )
        for each in rounds
        if each.rules is not None
    ]
    return pl.concat(counted) if counted else pl.DataFrame()


def _weights(rounds: list[Round]) -> pl.DataFrame:
    none = pl.DataFrame(
        schema={
            **dict.fromkeys(("left_is", "right_is", "comparison", "level", "among"), pl.String),
            **dict.fromkeys(("m", "u", "weight"), pl.Float64),
        }
    )
    return pl.concat(
        [
            none,
            *(
                each.belief.weights.select(
                    pl.lit(each.left_is).alias("left_is"),
                    pl.lit(each.right_is).alias("right_is"),
                    *none.columns[2:],
                )
                for each in rounds
            ),
        ]
    )
