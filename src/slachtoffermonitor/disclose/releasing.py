"""The only door out: protected tables become released ones, by two people, and are remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from slachtoffermonitor.disclose.protection import Protected, ProtectedTable
from slachtoffermonitor.disclose.rules import Rules
from slachtoffermonitor.disclose.tables import _SEAL, ReleasedTable
from slachtoffermonitor.ground import ReleaseError

__all__ = ["check_approvals", "release"]

_EXACT = ("minimum-and-rounding", "suppression")


def release(
    protected: Protected, *, approvals: Sequence[str] | None = None
) -> Mapping[str, ReleasedTable]:
    """Let the protected tables leave: by name, as the only kind of table that is ever published.

    Args:
        protected: the whole set, attacked.
        approvals: the names of the people who approve, when people do.

    Raises:
        ReleaseError: an attack still finds a count, a count that the rules hide still stands in a
            table, or the approvals are not those of two people.

    """
    if approvals is not None:
        check_approvals(approvals)
    if protected.breaches:
        tables = sorted({name for breach in protected.breaches for name in breach.tables})
        raise ReleaseError(
            f"{len(protected.breaches)} counts can be told too closely from the tables "
            f"{', '.join(tables)}; choose another method, or publish fewer tables"
        )
    return {one.table.name: _seal(one, protected.rules) for one in protected.tables}


def check_approvals(approvals: Sequence[str]) -> tuple[str, ...]:
    """Give the names of two different people, or refuse.

    Raises:
        ReleaseError: fewer than two names, empty ones, or one person twice.

    """
    names = tuple(" ".join(name.split()) for name in approvals)
    people = {name.casefold() for name in names if name}
    if len(people) < 2:
        raise ReleaseError("a release needs the names of two different people who approve it")
    return names


def _seal(one: ProtectedTable, rules: Rules) -> ReleasedTable:
    table = one.table
    if one.method in _EXACT and not rules.public:
        for name in table.counts:
            below = one.frame.select(pl.col(name).is_between(1, rules.minimum - 1).any()).item()
            if below:
                raise ReleaseError(
                    f"table '{table.name}', column '{name}': a count below {rules.minimum} "
                    "would leave; protect the table first"
                )
    return ReleasedTable(
        name=table.name,
        title=table.title,
        frame=one.frame,
        columns=tuple(column for column in table.columns if column.name in one.frame.columns),
        origin=table.origin,
        source=table.source,
        notes=table.notes,
        method=one.method,
        parameters=one.parameters,
        hidden=one.hidden,
        explanation=one.explanation,
        hierarchies=table.hierarchies,
        total=table.total,
        seal=_SEAL,
    )
