"""All pairs of all tables: compared, weighed, and given a probability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from slachtoffermonitor.link.engine.compare import compare
from slachtoffermonitor.link.engine.learn import Belief, learn
from slachtoffermonitor.link.engine.rarity import with_rarity, without_rarity
from slachtoffermonitor.link.engine.tables import Evidence, Gathered, LinkTable
from slachtoffermonitor.link.model import ModelDesign

__all__ = ["LOWEST_PROBABILITY", "Round", "evidence_from", "rounds_of", "score"]

LOWEST_PROBABILITY: Final = 0.001


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Round:
    """One round of comparing: within a table, or from one table to another.

    `pairs` has `left` < `right`, and the level reached per comparison; `belief.probability` is in
    the order of its rows.
    """

    left_is: str
    right_is: str
    pairs: pl.DataFrame
    belief: Belief


def score(gathered: Gathered, *, seed: int, threads: int) -> Evidence:
    """Compare all tables with one another, and those that may hold duplicates with themselves.

    Rounds of their own, because chance and error differ: a register is larger and cleaner than
    reports, and a report is of one registered person at most.
    """
    return evidence_from(gathered, list(rounds_of(gathered, seed=seed, threads=threads)))


def evidence_from(gathered: Gathered, rounds: list[Round]) -> Evidence:
    """Put the rounds together."""
    return Evidence(
        design=gathered.design,
        records=pl.concat(_records(table, gathered.design) for table in gathered.tables),
        reports=gathered.reports,
        register=gathered.register,
        pairs=_likely_pairs(rounds, gathered.design),
        learned={(each.left_is, each.right_is): each.belief.model for each in rounds},
        weights=_weights(rounds),
        expected_matches=sum(each.belief.matches for each in rounds),
    )


def rounds_of(gathered: Gathered, *, seed: int, threads: int) -> Iterator[Round]:
    """Compare round by round: within each table that may hold duplicates, then across tables."""
    design, tables = gathered.design, gathered.tables
    for table in tables:
        if not table.duplicate_free and table.features.height > 1:
            inside = (with_rarity(table.features, design),)
            compared = compare(inside, design, seed=seed, threads=threads)
            belief = learn(compared, design)
            yield Round(
                left_is=table.name, right_is=table.name, pairs=compared.pairs, belief=belief
            )
    for place, right in enumerate(tables):
        for left in tables[:place]:
            if left.features.is_empty() or right.features.is_empty():
                continue
            sides = (without_rarity(left.features, design), with_rarity(right.features, design))
            compared = compare(sides, design, seed=seed, threads=threads)
            belief = learn(
                compared,
                design,
                left_once=left.duplicate_free,
                right_once=right.duplicate_free,
            )
            yield Round(left_is=left.name, right_is=right.name, pairs=compared.pairs, belief=belief)


def _records(table: LinkTable, design: ModelDesign) -> pl.DataFrame:
    return table.features.select(
        "record",
        pl.lit(table.name).alias("table"),
        pl.lit(table.duplicate_free).alias("duplicate_free"),
        *design.guard,
    )


def _likely_pairs(rounds: list[Round], design: ModelDesign) -> pl.DataFrame:
    """Put the pairs of all rounds together with their match probability."""
    levels = [each.name for each in design.comparisons]
    none = pl.DataFrame(
        schema={
            "left": pl.Int64,
            "right": pl.Int64,
            "left_is": pl.String,
            "right_is": pl.String,
            "match_probability": pl.Float64,
            **dict.fromkeys(levels, pl.Int8),
        }
    )
    likely = (
        each.pairs.select(
            "left",
            "right",
            pl.lit(each.left_is).alias("left_is"),
            pl.lit(each.right_is).alias("right_is"),
            pl.Series("match_probability", each.belief.probability),
            *levels,
        ).filter(pl.col("match_probability") >= LOWEST_PROBABILITY)
        for each in rounds
    )
    return pl.concat([none, *likely])


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
