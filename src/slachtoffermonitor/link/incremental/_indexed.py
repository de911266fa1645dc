"""The reports of a register with the indexes by which few of them are found among many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.link.incremental._comparing import compare_pairs
from slachtoffermonitor.link.incremental._frequency import counted_keys, rarities
from slachtoffermonitor.link.incremental._keys import Key, KeyIndex, keys_of
from slachtoffermonitor.link.model import ModelDesign

__all__ = ["IndexedReports"]

_ID: Final = "notification_id"
_MOST_CHUNKS: Final = 50
_OF_BOTH: Final = {"least": pl.min_horizontal, "greatest": pl.max_horizontal}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class IndexedReports:
    """Reports by the keys of the blocking rules, and by what the rarity of their values counts.

    Attributes:
        design: what is compared.
        records: `notification_id`, `person_id` and the features.
        indexes: of the rows of `records`, by key.

    """

    design: ModelDesign
    records: pl.DataFrame
    indexes: Mapping[Key, KeyIndex]

    @classmethod
    def of(cls, design: ModelDesign, records: pl.DataFrame) -> IndexedReports:
        """Index reports."""
        wanted = tuple({*_blocks(design), *counted_keys(design)})
        indexes = KeyIndex.all_of(records, wanted)
        return cls(design=design, records=records.rechunk(), indexes=indexes)

    def with_reports(self, added: pl.DataFrame) -> IndexedReports:
        """Give the register with further reports."""
        first = self.records.height
        records = self.records.vstack(added)
        return replace(
            self,
            records=records.rechunk() if records.n_chunks() > _MOST_CHUNKS else records,
            indexes={
                key: self.indexes[key].with_rows(keys, first)
                for key, keys in zip(self.indexes, keys_of(added, tuple(self.indexes)), strict=True)
            },
        )

    def without(self, notification_ids: pl.Series) -> IndexedReports:
        """Give the register without some of its reports: nothing of them is left."""
        kept = self.records.filter(~pl.col(_ID).is_in(notification_ids.implode()))
        return IndexedReports.of(self.design, kept)

    def row_of(self, notification_id: str) -> int | None:
        """Find the row of a report."""
        rows = (self.records[_ID] == notification_id).arg_true()
        return int(rows[0]) if len(rows) else None

    def compare(self, asked: pl.DataFrame, connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        """Compare one report with all that it meets in a block, itself left out.

        Args:
            asked: one row: `notification_id` and the features.
            connection: from `open_comparison`.

        Returns:
            `notification_id` and `person_id` of the others, and per comparison the level reached
            and what pairs keep of how rare values are.

        """
        itself = self.row_of(asked[_ID][0])
        met = self._met(asked)
        others = self.records[met if itself is None else met[met != itself]]
        features = asked.columns
        first = [asked] if itself is None else [asked, self.records[[itself]].select(features)]
        records = pl.concat([*first, others.select(features)])
        rarity = rarities(
            records, self.design, self.indexes, left_out=None if itself is None else 1
        )
        levels = compare_pairs(connection, self.design, records, _ends(asked, others, len(first)))
        return (
            others.select(_ID, "person_id")
            .hstack(levels)
            .hstack(
                rarity[len(first) :].select(
                    _OF_BOTH[each.of_both](
                        each.column, pl.lit(rarity[each.column][0], dtype=pl.Float64)
                    ).alias(each.name)
                    for each in self.design.pair_weights
                )
            )
        )

    def _met(self, asked: pl.DataFrame) -> npt.NDArray[np.int64]:
        """Find the rows that share a block with the report."""
        blocks = _blocks(self.design)
        rows = [
            self.indexes[block].rows_of(keys.hashes[0])
            for block, keys in zip(blocks, keys_of(asked, blocks), strict=True)
            if keys.known[0]
        ]
        return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *rows]))


def _blocks(design: ModelDesign) -> tuple[Key, ...]:
    return tuple(Key(rule.columns) for rule in design.blocking_rules)


def _ends(asked: pl.DataFrame, others: pl.DataFrame, first: int) -> pl.DataFrame:
    """Pair the report, in row 0, with the others, whose rows begin at `first`.

    The lower id stands left, as in a whole linkage, where records are numbered by id: a condition
    need not be symmetric.
    """
    before = pl.col(_ID) < asked[_ID][0]
    own, place = pl.lit(0, dtype=pl.Int64), pl.int_range(first, first + pl.len(), dtype=pl.Int64)
    return others.select(
        pl.when(before).then(place).otherwise(own).alias("left"),
        pl.when(before).then(own).otherwise(place).alias("right"),
    )
