"""Comparison of pairs by Splink on DuckDB: which pairs meet, and how far they agree."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
import polars as pl
from splink import DuckDBAPI, Linker

from slachtoffermonitor.link._model import COMPARISONS, settings

__all__ = ["Compared", "compare"]

# Agreement by chance (u) is learned from so many random pairs.
_SAMPLED_PAIRS: Final = 500_000
# Only this leaves the database: no column of identity.
_KEPT: Final = ", ".join(
    [
        "record_l AS first",
        "record_r AS second",
        *(f"gamma_{each.name}::TINYINT AS {each.name}" for each in COMPARISONS),
        *(
            f"greatest({each.name}_rarity_l, {each.name}_rarity_r) AS {each.name}_rarity"
            for each in COMPARISONS
            if each.rarity
        ),
    ]
)
_TABLE: Final = "records_{}"
_KEY: Final = _TABLE + "-__-{}"  # how Splink names a record of one of several tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The pairs that met in a block, a sample of random pairs, and how far each agrees.

    Both frames have per comparison the level reached (Int8; 0 different, higher is closer, -1 not
    known) and per name its rarity; `pairs` has `left` < `right` (record numbers) too. `possible`
    counts all pairs that could have met; with `one_to_one` a left record, of `left_records`, is
    one of the right records at most.
    """

    pairs: pl.DataFrame
    random_pairs: pl.DataFrame
    possible: int
    left_records: int
    one_to_one: bool


def compare(tables: tuple[pl.DataFrame, ...], *, seed: int, threads: int) -> Compared:
    """Compare all blocked pairs within one table, or between two, and a sample of random pairs.

    Args:
        tables: one frame of features to find its duplicates; or two, where each record of the
            first may be at most one of the second.
        seed: of the sample of random pairs.
        threads: of DuckDB; they change the time, not the answer.

    """
    drawn = _draw(tables, np.random.default_rng(seed))
    with _silence(), duckdb.connect(":memory:", config={"threads": threads}) as connection:
        api = DuckDBAPI(connection=connection)
        registered = [
            api.register(table.to_arrow(), table_name=_TABLE.format(place))
            for place, table in enumerate(tables)
        ]
        mode = "dedupe_only" if len(tables) == 1 else "link_only"
        linker = Linker(registered, settings(mode), log_level=None, validate_settings=False)
        pairs = _predict(linker)
        linker.table_management.register_blocked_pairs_for_predict(
            api.register(drawn.to_arrow(), table_name="random_pairs")
        )
        random_pairs = _predict(linker)
    first, second = pl.col("first"), pl.col("second")
    ends = (
        pl.min_horizontal(first, second).alias("left"),
        pl.max_horizontal(first, second).alias("right"),
    )
    return Compared(
        pairs=pairs.select(*ends, pl.exclude("first", "second")).sort("left", "right"),
        random_pairs=random_pairs,
        possible=_possible(tables),
        left_records=tables[0].height,
        one_to_one=len(tables) == 2,
    )


def _predict(linker: Any) -> pl.DataFrame:
    found = linker.inference.predict(warning_mode="never")
    kept: pl.DataFrame = found.as_duckdbpyrelation().project(_KEPT).pl()
    return kept


@contextmanager
def _silence() -> Iterator[None]:
    """Keep Splink quiet: it tells of its own steps, and our answer says what it found."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _possible(tables: tuple[pl.DataFrame, ...]) -> int:
    if len(tables) == 1:
        return tables[0].height * (tables[0].height - 1) // 2
    return tables[0].height * tables[1].height


def _draw(tables: tuple[pl.DataFrame, ...], rng: np.random.Generator) -> pl.DataFrame:
    """Draw pairs of records at random, with replacement, as Splink names blocked pairs."""
    count = min(_SAMPLED_PAIRS, _possible(tables))
    sides = (tables[0], tables[-1])
    drawn = [side["record"].gather(rng.integers(0, side.height, count)) for side in sides]
    pairs = pl.DataFrame({"first": drawn[0], "second": drawn[1]}).filter(
        pl.col("first") != pl.col("second")
    )
    if len(tables) == 1:
        keys = (pl.min_horizontal("first", "second"), pl.max_horizontal("first", "second"))
    else:
        keys = (
            pl.format(_KEY.format(0, "{}"), "first"),
            pl.format(_KEY.format(1, "{}"), "second"),
        )
    return pairs.select(
        pl.lit("0").alias("match_key"),
        keys[0].alias("join_key_l"),
        keys[1].alias("join_key_r"),
    )
