"""What two pairs of eyes agree on, and what cannot all be true."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.review.verdicts import PAIR

__all__ = ["settle_verdicts"]

# So many different reviewers must say the same.
_EYES: Final = 2
Record = tuple[str, str]


def settle_verdicts(
    verdicts: pl.DataFrame, *, once: tuple[str, ...] = ("register",)
) -> pl.DataFrame:
    """Which pairs are settled, and which are not?

    A pair is settled when two different reviewers say the same and nobody says the opposite. Of
    one reviewer the latest verdict counts. `unsure` settles nothing and stands in nobody's way.

    Args:
        verdicts: `ReviewTrail.verdicts`.
        once: tables in which a person stands once, such as the population register.

    Returns:
        One row for each pair: `left_is`, `left`, `right_is`, `right`, `same_person` (Boolean, null
        when it is not settled), `status` (`settled`, `second reviewer wanted`, `conflict`) and
        `reviewers` (Int64: how many different ones have looked).

    Raises:
        InputError: settled verdicts contradict one another, such as A = B, B = C and A ≠ C; all
            such chains are listed.

    """
    who = pl.col("reviewer").str.to_lowercase().str.replace_all(r"\s+", " ")
    latest = (
        verdicts.with_columns(who.alias("reviewer"))
        .sort("reviewed_on", maintain_order=True)
        .unique([*PAIR, "reviewer"], keep="last", maintain_order=True)
    )
    same, different = (pl.col("verdict") == word for word in ("same", "different"))
    counted = latest.group_by(PAIR).agg(
        same.sum().alias("same"),
        different.sum().alias("different"),
        pl.len().cast(pl.Int64).alias("reviewers"),
    )
    agreed = (
        pl.when((pl.col("same") >= _EYES) & (pl.col("different") == 0))
        .then(True)
        .when((pl.col("different") >= _EYES) & (pl.col("same") == 0))
        .then(False)
    )
    status = (
        pl.when(pl.col("same_person").is_not_null())
        .then(pl.lit("settled"))
        .when((pl.col("same") > 0) & (pl.col("different") > 0))
        .then(pl.lit("conflict"))
        .otherwise(pl.lit("second reviewer wanted"))
    )
    settled = (
        counted.with_columns(agreed.cast(pl.Boolean).alias("same_person"))
        .with_columns(status.alias("status"))
        .select(*PAIR, "same_person", "status", "reviewers")
        .sort(PAIR)
    )
    problems = list(_contradictions(settled, once))
    if problems:
        raise InputError(problems)
    return settled


def _contradictions(settled: pl.DataFrame, once: tuple[str, ...]) -> Iterator[Problem]:
    """Walk the chains of equal pairs: they are few, and a chain must be told in its order."""
    equal: dict[Record, list[Record]] = {}
    for one, other in _pairs(settled.filter(pl.col("same_person"))):
        equal.setdefault(one, []).append(other)
        equal.setdefault(other, []).append(one)
    for one, other in _pairs(settled.filter(~pl.col("same_person"))):
        chain = _chain(equal, one, other)
        if chain:
            yield Problem(
                what=f"verdicts contradict one another: {_told(chain)}, but {one[1]} ≠ {other[1]}",
                allowed="mend one of these verdicts",
            )
    seen: set[frozenset[Record]] = set()
    for one in equal:
        for other in _reached(equal, one):
            pair = frozenset((one, other))
            if one[0] in once and one[0] == other[0] and one != other and pair not in seen:
                seen.add(pair)
                yield Problem(
                    what="verdicts make one person of two of the "
                    f"{one[0]}: {_told(_chain(equal, one, other))}",
                    allowed="mend one of these verdicts",
                )


def _pairs(settled: pl.DataFrame) -> Iterator[tuple[Record, Record]]:
    for left_is, left, right_is, right in settled.select(PAIR).iter_rows():
        yield (left_is, left), (right_is, right)


def _reached(equal: Mapping[Record, list[Record]], start: Record) -> dict[Record, Record | None]:
    """Find all records that are equal to the first, each with the one through which it is."""
    through: dict[Record, Record | None] = {start: None}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for following in equal.get(here, ()):
            if following not in through:
                through[following] = here
                waiting.append(following)
    return through


def _chain(equal: Mapping[Record, list[Record]], one: Record, other: Record) -> list[Record]:
    """Give the shortest chain of equal records from the one to the other; empty without."""
    through = _reached(equal, one)
    if other not in through:
        return []
    chain: list[Record] = []
    here: Record | None = other
    while here is not None:
        chain.append(here)
        here = through[here]
    return chain[::-1]


def _told(chain: list[Record]) -> str:
    return ", ".join(f"{one[1]} = {other[1]}" for one, other in pairwise(chain))
