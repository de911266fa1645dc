"""The sentences about change, chosen by the verdict; their Dutch is in `locale/nl/trend.po`.

Which words fit a size is data: an amount near an anchor takes the anchor's words, any other amount
is given as a percentage. A percentage of very few is never given.
"""

from __future__ import annotations

from datetime import date
from math import isinf

from slachtoffermonitor.ground import Number, Text

__all__ = [
    "MONTHS",
    "change_sentence",
    "decimal",
    "level_number",
    "magnitude",
    "month_of",
    "percent",
    "points",
]

_CHANGE = {
    "fewer": "{subject}: {after} in {year_to} against {before} in {year_from}: {magnitude} fewer "
    "({change}%; {level}% interval {low}% to {high}%).",
    "more": "{subject}: {after} in {year_to} against {before} in {year_from}: {magnitude} more "
    "({change}%; {level}% interval {low}% to {high}%).",
    "about the same": "{subject}: {after} in {year_to} against {before} in {year_from}: about the "
    "same ({change}%; {level}% interval {low}% to {high}%).",
    "no conclusion": "{subject}: {after} in {year_to} against {before} in {year_from}: no "
    "conclusion, the difference can be chance ({change}%; {level}% interval {low}% to {high}%).",
}
_FROM_NONE = {
    "more": "{subject}: {after} in {year_to} and none in {year_from}: more than chance explains.",
    "no conclusion": "{subject}: {after} in {year_to} and none in {year_from}: no conclusion, the "
    "difference can be chance.",
}
_FROM_FEW = {
    "more": "{subject}: {after} in {year_to} against {before} in {year_from}: more than chance "
    "explains, but too few for a percentage.",
    "fewer": "{subject}: {after} in {year_to} against {before} in {year_from}: fewer than chance "
    "explains, but too few for a percentage.",
    "no conclusion": "{subject}: {after} in {year_to} against {before} in {year_from}: no "
    "conclusion, the numbers are small and the difference can be chance.",
}
_FEW = 10  # a percentage of fewer than ten says more about one person than about a trend
_EXACTLY = 0.004
_NEAR = 0.04
_ANCHORS = (
    (1 / 10, "almost a tenth", "a tenth", "more than a tenth"),
    (1 / 5, "almost a fifth", "a fifth", "more than a fifth"),
    (1 / 4, "almost a quarter", "a quarter", "more than a quarter"),
    (1 / 3, "almost a third", "a third", "more than a third"),
    (1 / 2, "almost half", "half", "more than half"),
    (2 / 3, "almost two thirds", "two thirds", "more than two thirds"),
    (3 / 4, "almost three quarters", "three quarters", "more than three quarters"),
)
MONTHS = (
    Text("January"),
    Text("February"),
    Text("March"),
    Text("April"),
    Text("May"),
    Text("June"),
    Text("July"),
    Text("August"),
    Text("September"),
    Text("October"),
    Text("November"),
    Text("December"),
)


def magnitude(change: float) -> Text:
    """Put the size of a relative change into words: 0.262 is "more than a quarter"."""
    size = abs(change)
    anchor, almost, exactly, over = min(_ANCHORS, key=lambda one: abs(one[0] - size))
    if abs(size - anchor) > _NEAR:
        return Text("{percent}%", {"percent": Number(100 * size)})
    if abs(size - anchor) <= _EXACTLY:
        return Text(exactly)
    return Text(almost if size < anchor else over)


def percent(share: float) -> Number:
    """Give a share as a percentage with one decimal."""
    return Number(100 * share, "#,##0.0")


def points(change: float) -> Number:
    """Give a change as signed percents or percentage points."""
    return Number(100 * change, "+#,##0.0;-#,##0.0")


def decimal(value: float, places: int = 1) -> Number:
    """Give a number with so many decimals."""
    return Number(value, "#,##0." + "0" * places if places else "#,##0")


def level_number(level: float) -> Number:
    """Give the level of an interval as a percentage: 95, or 99.4."""
    return Number(100 * level, "#,##0.#")


def month_of(day: date) -> Text:
    """Name the month and year of a day: May 2018."""
    return Text("{month} {year}", {"month": MONTHS[day.month - 1], "year": day.year})


def change_sentence(
    subject: Text | str,
    years: tuple[int | str, int | str],
    counts: tuple[int, int],
    ratio: tuple[float, float, float],
    *,
    verdict: str,
    level: float,
) -> Text:
    """Say how two counts differ; `ratio` is the value with its limits."""
    values: dict[str, Number | Text | str | int] = {
        "subject": subject,
        "year_from": years[0],
        "year_to": years[1],
        "before": Number(counts[0]),
        "after": Number(counts[1]),
    }
    value, low, high = ratio
    if counts[0] == 0:
        return Text(_FROM_NONE[verdict], values)
    if counts[0] < _FEW or isinf(high):
        return Text(_FROM_FEW[verdict], values)
    return Text(
        _CHANGE[verdict],
        values
        | {
            "magnitude": magnitude(value - 1),
            "change": points(value - 1),
            "low": points(low - 1),
            "high": points(high - 1),
            "level": level_number(level),
        },
    )
