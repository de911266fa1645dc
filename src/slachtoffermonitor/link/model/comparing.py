"""Comparisons that serve many features: equal, one sign apart, a mark of one person."""

from __future__ import annotations

from typing import Final

from slachtoffermonitor.link.model.design import Comparison, Level

__all__ = ["ELSE", "equal", "mark", "one_apart", "unknown"]

ELSE: Final = "ELSE"


def unknown(column: str) -> str:
    """Say that a side does not know."""
    return f"{column}_l IS NULL OR {column}_r IS NULL"


def one_apart(column: str, shortest: int) -> str:
    """Say that one sign is wrong, missing, added, or two have changed places.

    Jaro's similarity, which is quick, goes before the distance, which is not.
    """
    return (
        f"(least(length({column}_l), length({column}_r)) >= {shortest} AND "
        f"jaro_similarity({column}_l, {column}_r) >= 0.6 AND "
        f"damerau_levenshtein({column}_l, {column}_r) <= 1)"
    )


def equal(column: str, m: float, u: float) -> Comparison:
    """Compare a code: it is the same or it is not."""
    return Comparison(
        name=column,
        uses=(column,),
        missing=unknown(column),
        levels=(
            Level("same", f"{column}_l = {column}_r", m, u),
            Level("different", ELSE, 1 - m, 1 - u),
        ),
    )


def mark(column: str, m: float, u: float) -> Comparison:
    """Compare a number that is given to one person: a telephone, a document, or the end of it."""
    part = f"ends_with({column}_l, {column}_r) OR ends_with({column}_r, {column}_l)"
    return Comparison(
        name=column,
        uses=(column,),
        missing=unknown(column),
        levels=(
            Level("same", f"{column}_l = {column}_r", m, u),
            Level(
                "part of the other, or one sign apart",
                f"{part} OR {one_apart(column, 5)}",
                0.05,
                10 * u,
            ),
            Level("different", ELSE, 0.95 - m, 1 - 11 * u),
        ),
    )
