"""What was hidden or changed and why, in words for the reader."""

from __future__ import annotations

from collections.abc import Mapping

from slachtoffermonitor.ground import Number, Text

__all__ = ["explain"]

_WORDS = {
    "public-already": Text(
        "These figures were published before by the source that is named; nothing is "
        "hidden or changed."
    ),
    "minimum-and-rounding": Text(
        "Counts are rounded to multiples of {base}, so that nobody can be seen."
    ),
    "suppression": Text("Every count is exact, and none is so small that somebody could be seen."),
    "rounding": Text(
        "Every count is rounded to a multiple of {multiple}, up or down, so that all tables still "
        "add up and nobody can be seen. A count differs from the true one by less than {base}."
    ),
    "cell-key": Text(
        "Every count is changed a little at random, by {furthest} at most, so that nobody can be "
        "seen. The same count is changed alike in every table, so the tables may not add up."
    ),
    "noise": Text(
        "Random noise is added to every count (differential privacy, epsilon {epsilon}), so that "
        "whether a person is in the register hardly changes what you see. Tables do not add up."
    ),
}
_HIDDEN = {
    "minimum-and-rounding": Text(
        "Counts from 1 to {last} are hidden and the others are rounded to multiples of {base}, so "
        "that nobody can be seen. Hidden here: {hidden}."
    ),
    "suppression": Text(
        "Counts from 1 to {last} are hidden, and some larger ones too, because the hidden ones "
        "could be worked out from them. All others are exact. Hidden here: {hidden}."
    ),
}


def explain(method: str, parameters: Mapping[str, int | float | str], hidden: int) -> Text:
    """How were these counts protected, and why?"""
    sentence = _HIDDEN.get(method, _WORDS[method]) if hidden else _WORDS[method]
    values: dict[str, Number | Text | str | int] = {
        name: Number(value) if isinstance(value, int) else Number(float(value), "#,##0.##")
        for name, value in parameters.items()
    }
    if hidden:
        values |= {"hidden": Number(hidden)}
        smallest = parameters.get("minimum", parameters.get("threshold"))
        if smallest is not None:
            values |= {"last": Number(int(smallest) - 1)}
    used = {name: value for name, value in values.items() if f"{{{name}}}" in sentence.message}
    return Text(sentence.message, used)
