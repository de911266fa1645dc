"""The figures that were published about the monitor, computed again from the claims."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from slachtoffermonitor.ground import InputError, Problem, Text
from slachtoffermonitor.published.claims import citations, claim
from slachtoffermonitor.published.formula import Formula

__all__ = ["KeyFigure", "key_figure", "key_figures"]

_UNITS = {"share": "percent", "change": "percent", "one_in": "one_in"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """A figure of a published edition, as it follows from the claims.

    `value` is computed and unrounded; `published_value` and `published_as` are what the source
    printed. Where they differ beyond rounding, `note` says why. When `numerator_published` is
    False the figure can only be repeated: the count behind it was not published.
    """

    key: str
    edition: str
    label: Text
    value: float
    unit: str
    formula: Formula
    inputs: tuple[str, ...]
    published_value: float
    published_as: str
    numerator_published: bool
    source: str
    note: Text


def _key_figure(edition: str, name: str, entry: dict[str, Any]) -> KeyFigure:
    formula = Formula.of(entry)
    return KeyFigure(
        key=f"{edition}.{name}",
        edition=edition,
        label=Text(entry["label"]),
        value=formula.value(),
        unit=_UNITS.get(formula.kind) or claim(formula.plus[0]).unit,
        formula=formula,
        inputs=formula.inputs,
        published_value=entry["published_value"],
        published_as=entry["published_as"],
        numerator_published=entry.get("numerator_published", True),
        source=citations()[entry["source"]],
        note=Text(entry.get("note", "")),
    )


@cache
def key_figures() -> tuple[KeyFigure, ...]:
    """Which figures of published editions must an edition give again, and what are they?

    Returns:
        All of them, computed from the claims, in the order of the editions.

    """
    text = files("slachtoffermonitor.published").joinpath("data", "key_figures.toml")
    document = tomllib.loads(text.read_text("utf-8"))
    return tuple(
        _key_figure(edition, name, entry)
        for edition, entries in document.items()
        for name, entry in entries.items()
    )


def key_figure(key: str) -> KeyFigure:
    """What is the key figure with this key?

    Raises:
        InputError: no such key figure.

    Example:
        >>> round(key_figure("monitor_2016_2020.change_2019_2020").value, 1)
        -26.2

    """
    found = {figure.key: figure for figure in key_figures()}
    if key not in found:
        raise InputError(
            Problem(what="no such key figure", found=repr(key), allowed=", ".join(found))
        )
    return found[key]
