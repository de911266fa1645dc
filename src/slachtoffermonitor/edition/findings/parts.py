"""What the findings of every window share: figures of claims as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition.results import Finding
from slachtoffermonitor.ground import Number, Text
from slachtoffermonitor.published import capture_table, claim, key_figure

__all__ = ["hidden_range", "key", "size", "value"]

_PERCENT = "#,##0.0"


def key(name: str, pattern: str = _PERCENT) -> Number:
    """Give a key figure, as a number in a sentence."""
    return Number(key_figure(name).value, pattern)


def size(name: str, pattern: str = _PERCENT) -> Number:
    """Give the figure without its sign, for a sentence that says "fewer"."""
    return Number(abs(key_figure(name).value), pattern)


def value(name: str) -> Number:
    """Give the value of a claim, as a number in a sentence."""
    return Number(claim(name).value or 0)


def hidden_range(tables: Mapping[str, ReleasedTable]) -> Iterator[Finding]:
    """State the hidden number as the range that the models give."""
    table = tables.get("hidden_number_models")
    if table is None:
        return
    estimates = table.frame.filter(pl.col("estimate").is_not_null() & (pl.col("method") != "CHAO"))[
        "estimate"
    ]
    if len(estimates) < 2:
        return
    known = capture_table("netherlands")
    low, high = float(estimates.min()), float(estimates.max())  # type: ignore[arg-type]
    values = {"low": Number(_rough(low)), "high": Number(_rough(high))}
    yield Finding(
        key="hidden_number",
        headline=Text("{low} – {high}", values),
        sentence=Text(
            "The same {lists} lists of {period} give between {low} and {high} victims in "
            "{years} years, depending on the model.",
            values
            | {
                "lists": Number(len(known.lists)),
                "period": known.period,
                "years": Number(known.years),
            },
        ),
        how_we_know=Text(
            "Multiple systems estimation on {persons} registered persons, with {models} models "
            "side by side. No model is shown alone, because the data cannot say which is right.",
            {"persons": Number(known.persons), "models": Number(len(estimates))},
        ),
        recommendation=Text(
            "Publish the hidden number as a range with its models, and plan help for the low end "
            "at once."
        ),
        table="hidden_number_models",
        claims=(),
        simulated=False,
    )


def _rough(value: float) -> float:
    """Round an estimate to three figures: its other digits say nothing."""
    return float(f"{value:.3g}")
