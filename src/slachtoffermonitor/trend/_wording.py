"""The sentences of this room, chosen by the verdict; their Dutch is in `locale/nl/trend.po`.

Which words fit a size is data: an amount near an anchor takes the anchor's words, any other amount
is given as a percentage.
"""

from __future__ import annotations

from math import isinf

from slachtoffermonitor.ground import Number, Text

__all__ = ["change_sentence", "magnitude", "one_group_sentence", "percent", "points"]

_CHANGE = {
    "fewer": "{subject}: {after} in {year_to} against {before} in {year_from}: {magnitude} fewer "
    "({change}%; {level}% interval {low}% to {high}%).",
    "more": "{subject}: {after} in {year_to} against {before} in {year_from}: {magnitude} more "
    "({change}%; {level}% interval {low}% to {high}%).",
    "about the same": "{subject}: {after} in {year_to} against {before} in {year_from}: about the "
    "same ({change}%; {level}% interval {low}% to {high}%).",
    "no clear change": "{subject}: {after} in {year_to} against {before} in {year_from}: no clear "
    "change, the difference can be chance ({change}%; {level}% interval {low}% to {high}%).",
}
_FROM_NONE = {
    "more": "{subject}: {after} in {year_to} and none in {year_from}: more than chance explains.",
    "no clear change": "{subject}: {after} in {year_to} and none in {year_from}: no clear change, "
    "the difference can be chance.",
}
_ONE_GROUP = {
    ("more", "fewer"): "The rise is only in {group}. Without it there were fewer: {after} in "
    "{year_to} against {before} in {year_from}.",
    ("more", "about the same"): "The rise is only in {group}. Without it there were about as many: "
    "{after} in {year_to} against {before} in {year_from}.",
    (
        "more",
        "no clear change",
    ): "The rise is only in {group}. Without it there is no clear "
    "change: {after} in {year_to} against {before} in {year_from}.",
    ("fewer", "more"): "The fall is only in {group}. Without it there were more: {after} in "
    "{year_to} against {before} in {year_from}.",
    (
        "fewer",
        "about the same",
    ): "The fall is only in {group}. Without it there were about as "
    "many: {after} in {year_to} against {before} in {year_from}.",
    ("fewer", "no clear change"): "The fall is only in {group}. Without it there is no clear "
    "change: {after} in {year_to} against {before} in {year_from}.",
}
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


def change_sentence(
    subject: Text | str,
    years: tuple[int, int],
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
    if counts[0] == 0 or isinf(high):
        return Text(_FROM_NONE[verdict], values)
    return Text(
        _CHANGE[verdict],
        values
        | {
            "magnitude": magnitude(value - 1),
            "change": points(value - 1),
            "low": points(low - 1),
            "high": points(high - 1),
            "level": Number(100 * level, "#,##0.#"),
        },
    )


def one_group_sentence(
    group: Text | str, years: tuple[int, int], rest: tuple[int, int], verdicts: tuple[str, str]
) -> Text:
    """Say that a change is one group's; `verdicts` are of the total and of the rest."""
    return Text(
        _ONE_GROUP[verdicts],
        {
            "group": group,
            "year_from": years[0],
            "year_to": years[1],
            "before": Number(rest[0]),
            "after": Number(rest[1]),
        },
    )
