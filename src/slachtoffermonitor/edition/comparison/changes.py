"""What differs between two editions, number by number, and what explains it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from slachtoffermonitor.edition.comparison.written import WrittenEdition, WrittenTable

__all__ = ["Change", "Comparison", "Reason", "compare_editions"]

Kind = Literal["added", "removed", "changed"]
Reason = Literal["data", "method", "revision"]

_ALIKE = 1e-9
_KEY, _BEFORE = "which_of_these", "_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One table that is not the same in both editions.

    `rows_added` and `rows_removed` count rows whose dimensions only one edition has; `cells` the
    numbers and notes that differ in rows of both; `examples` names up to five of them as
    (row, column, before, after). `reasons` are those of the whole comparison that can explain a
    change of a table of this origin.
    """

    table: str
    kind: Kind
    rows_added: int = 0
    rows_removed: int = 0
    cells: int = 0
    examples: tuple[tuple[str, str, str, str], ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs between two editions: tables, and under each reason what was not the same.

    `data`: deliveries that came, went or changed. `method`: settings and software that differ.
    `revision`: published figures that came, went or were revised, by the id of the claim.
    """

    changes: tuple[Change, ...]
    data: tuple[str, ...]
    method: tuple[str, ...]
    revision: tuple[str, ...]
    compared: int

    @property
    def same(self) -> bool:
        """Whether every published number is the same in both."""
        return not self.changes


def compare_editions(before: WrittenEdition, after: WrittenEdition) -> Comparison:
    """What changed from one edition to the next, and why?

    A change in a figure is read as news unless the reader is told that the method changed, or
    that a source revised it.

    Args:
        before: the older edition.
        after: the newer one.

    Returns:
        Tables in the order of their names. Numbers count as the same within a relative 1e-9.

    """
    reasons: Mapping[Reason, tuple[str, ...]] = {
        "data": _data(before.provenance, after.provenance),
        "method": _method(before, after),
        "revision": _revision(before, after),
    }
    given = tuple(reason for reason, why in reasons.items() if why)
    changes = []
    for name in sorted(before.tables.keys() | after.tables.keys()):
        old, new = before.tables.get(name), after.tables.get(name)
        if old is None or new is None:
            kind: Kind = "added" if old is None else "removed"
            changes.append(Change(table=name, kind=kind, reasons=given))
        else:
            changes.extend(_table(name, old, new, given))
    return Comparison(
        changes=tuple(changes),
        data=reasons["data"],
        method=reasons["method"],
        revision=reasons["revision"],
        compared=sum(table.frame.height * table.frame.width for table in before.tables.values()),
    )


def _data(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    old, new = before["inputs"], after["inputs"]
    said = {"seed": (before["seed"], after["seed"])} if before["seed"] != after["seed"] else {}
    files = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return tuple([*files, *(f"seed {was} -> {now}" for was, now in said.values())])


def _method(before: WrittenEdition, after: WrittenEdition) -> tuple[str, ...]:
    return tuple(_differing(_method_of(before), _method_of(after)))


def _method_of(edition: WrittenEdition) -> dict[str, str]:
    """Give everything that decides how numbers are made, flat."""
    provenance = edition.provenance
    known = {"version": provenance["version"], "python": provenance["python"]}
    known |= provenance["libraries"]
    for section, values in provenance["settings"].items():
        if section != "publication":  # who publishes it changes no figure
            known |= {f"[{section}] {key}": str(value) for key, value in values.items()}
    known.pop("[edition] made_on", None)
    known.pop("[edition] seed", None)
    return {key: str(value) for key, value in known.items()}


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield f"{key} {old.get(key, '-')} -> {new.get(key, '-')}"


def _revision(before: WrittenEdition, after: WrittenEdition) -> tuple[str, ...]:
    return tuple(
        name
        for name in sorted(before.claims.keys() | after.claims.keys())
        if before.claims.get(name) != after.claims.get(name)
    )


def _table(
    name: str, old: WrittenTable, new: WrittenTable, given: tuple[Reason, ...]
) -> Iterator[Change]:
    keys = [key for key in old.dimensions if key in new.dimensions]
    both = [c for c in old.frame.columns if c in new.frame.columns and c not in keys]
    left, right = _keyed(old.frame, keys), _keyed(new.frame, keys)
    on = [*keys, _KEY]
    added = right.join(left, on=on, how="anti", nulls_equal=True).height
    removed = left.join(right, on=on, how="anti", nulls_equal=True).height
    pairs = right.join(left, on=on, how="inner", nulls_equal=True, suffix=_BEFORE)
    examples: list[tuple[str, str, str, str]] = []
    cells = 0
    for column in both:
        differs = pairs.filter(~_alike(pairs.schema[column], column))
        cells += differs.height
        for row in differs.head(5).iter_rows(named=True):
            where = ", ".join(str(row[key]) for key in keys) or f"row {row[_KEY] + 1}"
            examples.append((where, column, str(row[column + _BEFORE]), str(row[column])))
    if added or removed or cells or set(old.frame.columns) != set(new.frame.columns):
        published = new.origin == "published"
        reasons = tuple(reason for reason in given if (reason == "revision") == published)
        yield Change(
            table=name,
            kind="changed",
            rows_added=added,
            rows_removed=removed,
            cells=cells,
            examples=tuple(examples[:5]),
            reasons=reasons or given,
        )


def _keyed(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Number the rows that share their dimensions, so that each row has one name."""
    if not keys:
        return frame.with_row_index(_KEY)
    return frame.with_columns(pl.int_range(pl.len()).over(keys).alias(_KEY))


def _alike(dtype: pl.DataType, column: str) -> pl.Expr:
    new, old = pl.col(column), pl.col(column + _BEFORE)
    if not dtype.is_numeric():
        return new.cast(pl.String).fill_null("") == old.cast(pl.String).fill_null("")
    near = (new - old).abs() <= _ALIKE * pl.max_horizontal(new.abs(), old.abs(), pl.lit(1.0))
    return near.fill_null(new.is_null() & old.is_null())
