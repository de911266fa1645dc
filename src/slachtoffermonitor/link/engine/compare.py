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

from slachtoffermonitor.link.model import ModelDesign, splink_settings

__all__ = ["Compared", "compare"]

# Agreement by chance (u) is learned from so many random pairs.
_SAMPLED_PAIRS: Final = 500_000
_TABLE: Final = "records_{}"
_KEY: Final = _TABLE + "-__-{}"  # how Splink names a record of one of several tables


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Compared:
    """The pairs that met in a block, a sample of random pairs, and how far each agrees.

    Both frames have per comparison the level reached (Int8; 0 different, higher is closer, -1 not
    known) and per comparison weighed by frequency its rarity; `pairs` has `left` < `right`
    (record numbers) too, and may have `times`: how many pairs with this left record and all else
    alike a row stands for. `within` one table, or from a left to a right table.
    """

    pairs: pl.DataFrame
    random_pairs: pl.DataFrame
    left_records: int
    right_records: int
    within: bool

    @property
    def possible(self) -> int:
        """Count all pairs that could have met."""
        if self.within:
            return self.left_records * (self.left_records - 1) // 2
        return self.left_records * self.right_records


def compare(
    tables: tuple[pl.DataFrame, ...], design: ModelDesign, *, seed: int, threads: int
) -> Compared:
    """Compare all blocked pairs within one table, or between two, and a sample of random pairs.

    Args:
        tables: one frame of features to find its duplicates, or two to link; with rarity.
        design: what is compared.
        seed: of the sample of random pairs.
        threads: of DuckDB; they change the time, not the answer.

    """
    drawn = _draw(tables, np.random.default_rng(seed))
    kept = _kept(design)
    with _silence(), duckdb.connect(":memory:", config={"threads": threads}) as connection:
        for macro in design.macros:
            connection.execute(macro)
        api = DuckDBAPI(connection=connection)
        registered = [
            _register(api, table, design, _TABLE.format(place))
            for place, table in enumerate(tables)
        ]
        linker = Linker(
            registered,
            splink_settings(design, "dedupe_only" if len(tables) == 1 else "link_only"),
            log_level=None,
            validate_settings=False,
        )
        pairs = _predict(linker, kept)
        linker.table_management.register_blocked_pairs_for_predict(
            api.register(drawn.to_arrow(), table_name="random_pairs")
        )
        random_pairs = _predict(linker, kept)
    first, second = pl.col("first"), pl.col("second")
    ends = (
        pl.min_horizontal(first, second).alias("left"),
        pl.max_horizontal(first, second).alias("right"),
    )
    return Compared(
        pairs=pairs.select(*ends, pl.exclude("first", "second")).sort("left", "right"),
        random_pairs=random_pairs,
        left_records=tables[0].height,
        right_records=tables[-1].height,
        within=len(tables) == 1,
    )


def _register(api: Any, table: pl.DataFrame, design: ModelDesign, name: str) -> Any:
    """Hand a table to the database, with the features that the database itself derives."""
    if not design.derived:
        return api.register(table.to_arrow(), table_name=name)
    derived = ", ".join(f"{sql} AS {column}" for column, sql in design.derived.items())
    connection = api._con
    connection.register("handed_over", table.to_arrow())
    connection.execute(f"CREATE TABLE {name} AS SELECT *, {derived} FROM handed_over")  # noqa: S608
    connection.unregister("handed_over")
    return api.register(name, table_name=name)


def _kept(design: ModelDesign) -> str:
    """Write what leaves the database: no column of identity."""
    return ", ".join(
        [
            "record_l AS first",
            "record_r AS second",
            *(f"gamma_{each.name}::TINYINT AS {each.name}" for each in design.comparisons),
            *(
                f"greatest({each.rarity}_l, {each.rarity}_r) AS {each.rarity}"
                for each in design.weighed_by_frequency
            ),
        ]
    )


def _predict(linker: Any, kept: str) -> pl.DataFrame:
    found = linker.inference.predict(warning_mode="never")
    frame: pl.DataFrame = found.as_duckdbpyrelation().project(kept).pl()
    return frame


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


def _draw(tables: tuple[pl.DataFrame, ...], rng: np.random.Generator) -> pl.DataFrame:
    """Draw pairs of records at random, with replacement, as Splink names blocked pairs."""
    sides = (tables[0], tables[-1])
    possible = sides[0].height * sides[1].height
    if len(tables) == 1:
        possible = sides[0].height * (sides[0].height - 1) // 2
    count = min(_SAMPLED_PAIRS, possible)
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
