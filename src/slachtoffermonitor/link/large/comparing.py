"""Pairs brought together by Splink, and compared on the levels of the design."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from splink import Linker

from slachtoffermonitor.link.model import ModelDesign, PairWeight, splink_settings

__all__ = ["SIDES", "blocked_pairs", "compared_query", "given_query"]

SIDES: Final = ("records_0", "records_1")


def blocked_pairs(
    api: Any, design: ModelDesign, blocks: Sequence[str], *, chunks: int
) -> Iterator[str]:
    """Let Splink bring together the records that share a block, chunk by chunk.

    Args:
        api: Splink's way to the database, with the tables of both sides.
        design: what is compared.
        blocks: columns with the blocks.
        chunks: of the reports; one at a time is in the database.

    Yields:
        The query of one chunk: `report` and `person`, the numbers of two records.

    """
    with _silence():
        linker = Linker(
            [api.register(name, table_name=name) for name in SIDES],
            splink_settings(design, "link_only", blocks=blocks),
            log_level=None,
            validate_settings=False,
        )
        for chunk in range(1, chunks + 1):
            found = linker.inference.compute_blocked_pairs_for_predict_chunk(
                left_chunk=(chunk, chunks), right_chunk=(1, 1)
            )
            yield (
                f"SELECT {_number('join_key_l')} AS report, {_number('join_key_r')} AS person "  # noqa: S608
                f"FROM {found.physical_name}"
            )
            found.drop_table_from_database_and_remove_from_cache()


def given_query(name: str) -> str:
    """Write the query of pairs that stand in a table."""
    return f"SELECT report, person FROM {name}"  # noqa: S608


def compared_query(design: ModelDesign, pairs: str, levels: Mapping[str, str]) -> str:
    """Write the comparison of pairs: no column of identity comes out.

    Args:
        design: what is compared.
        pairs: the query of the pairs.
        levels: for each comparison the expression of its level, over `x_l` and `x_r`.

    """
    used = sorted({name for each in design.comparisons for name in each.uses})
    used += design.record_weights
    both = ", ".join(f"{side}.{name} AS {name}_{side}" for name in used for side in "lr")
    names = [each.name for each in design.comparisons]
    reached = ", ".join(f"CAST({levels[name]} AS TINYINT) AS {name}" for name in names)
    rarities = "".join(f", {name}_l, {name}_r" for name in design.record_weights)
    kept = ["report", "person", *names, *map(_weighing, design.pair_weights)]
    return (
        f"SELECT {', '.join(kept)} FROM (SELECT report, person, {reached}{rarities} FROM "  # noqa: S608
        f"(SELECT met.report, met.person, {both} FROM ({pairs}) AS met "
        f"JOIN {SIDES[0]} AS l ON l.record = met.report "
        f"JOIN {SIDES[1]} AS r ON r.record = met.person) AS paired) AS compared"
    )


def _number(key: str) -> str:
    """Read the number of a record from the name that Splink gives it."""
    return f"CAST(split_part({key}, '-__-', 2) AS BIGINT)"


def _weighing(kept: PairWeight) -> str:
    """Keep the rarity of a value where the level reached hangs on it.

    So pairs that weigh the same look the same.
    """
    weighed = ", ".join(map(str, kept.levels))
    share = kept.sql(f"{kept.column}_l", f"{kept.column}_r")
    return f"CASE WHEN {kept.comparison} IN ({weighed}) THEN {share} ELSE -1.0 END AS {kept.name}"


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
