"""Telling what differs between two editions; `compare` and `reproduce` share it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slachtoffermonitor.ground import Number, Text

if TYPE_CHECKING:
    from slachtoffermonitor.edition import Change, Comparison

__all__ = ["comparison_as_json", "told_changes"]

_SHOWN = 10


def comparison_as_json(comparison: Comparison) -> dict[str, object]:
    """Give a comparison as plain values."""
    return {
        "same": comparison.same,
        "compared": comparison.compared,
        "reasons": {
            "data": list(comparison.data),
            "method": list(comparison.method),
            "revision": list(comparison.revision),
        },
        "tables": [
            {
                "table": change.table,
                "change": change.kind,
                "rows_added": change.rows_added,
                "rows_removed": change.rows_removed,
                "cells": change.cells,
                "reasons": list(change.reasons),
                "examples": [
                    dict(zip(("where", "column", "before", "after"), one, strict=True))
                    for one in change.examples
                ],
            }
            for change in comparison.changes
        ],
    }


def told_changes(comparison: Comparison) -> Iterator[Text]:
    """Say the reasons first, then table by table what differs."""
    for words, found in (
        ("Deliveries that differ: {names}", comparison.data),
        ("Method that differs: {names}", comparison.method),
        ("Published figures that were revised, came or went: {names}", comparison.revision),
    ):
        if found:
            rest = f", … ({len(found)})" if len(found) > _SHOWN else ""
            yield Text(words, {"names": ", ".join(found[:_SHOWN]) + rest})
    for change in comparison.changes:
        yield _told(change)
        for where, column, was, now in change.examples:
            before, after = _in_short(was, now)
            yield Text(
                "    {where}: {column} {before} -> {after}",
                {"where": where, "column": column, "before": before, "after": after},
            )


def _in_short(before: str, after: str) -> tuple[str, str]:
    """Give two numbers with as few figures as tell them apart, and other values as they are."""
    try:
        was, now = float(before), float(after)
    except ValueError:
        return before, after
    for figures in range(4, 16):
        short = f"{was:.{figures}g}", f"{now:.{figures}g}"
        if short[0] != short[1]:
            return short
    return before, after


def _told(change: Change) -> Text:
    if change.kind == "added":
        return Text("  {table}: new", {"table": change.table})
    if change.kind == "removed":
        return Text("  {table}: no longer there", {"table": change.table})
    return Text(
        "  {table}: {cells} values differ, {added} rows new, {removed} rows gone",
        {
            "table": change.table,
            "cells": Number(change.cells),
            "added": Number(change.rows_added),
            "removed": Number(change.rows_removed),
        },
    )
