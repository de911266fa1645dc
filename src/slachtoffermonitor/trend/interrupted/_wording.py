"""The sentences about a known event; their Dutch is in `locale/nl/trend.po`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import isfinite, sqrt

from slachtoffermonitor.ground import Number, Text
from slachtoffermonitor.trend._wording import MONTHS, level_number, points
from slachtoffermonitor.trend.interrupted.effects import Effect
from slachtoffermonitor.trend.interrupted.panel import Absence

__all__ = ["effect_sentence", "notices_on"]

_DAY = "{day} {month} {year}"
_EFFECT = {
    "fewer": "{scope}: fewer after {on}: {count} where {expected} were to be expected ({change}%; "
    "{level}% interval {low}% to {high}%).",
    "more": "{scope}: more after {on}: {count} where {expected} were to be expected ({change}%; "
    "{level}% interval {low}% to {high}%).",
    "about the same": "{scope}: about the same after {on}: {count} where {expected} were to be "
    "expected ({change}%; {level}% interval {low}% to {high}%).",
    "no conclusion": "{scope}: no conclusion about {on}: {count} where {expected} were to be "
    "expected, which can be chance ({change}%; {level}% interval {low}% to {high}%).",
}
_NONE_BEFORE = "{scope}: {count} after {on} and none before it."
_CONTROL = (
    "{scope}, set against {control}, whom it should not have touched: {change}% ({level}% interval "
    "{low}% to {high}%)."
)
_POISSON = Text(
    "The intervals believe in chance alone and are too narrow: the counts vary more than that."
)
_NEIGHBOURS = Text(
    "Neighbouring periods go together, so the intervals are too narrow; compare the method hac."
)
_OTHERS = Text(
    "Other dated events fall in this series; what they did cannot be told from this one."
)
_LEFT = Text("Reporters who did not report in every year are not in the panel.")
_NAMES: Mapping[str, Text] = {
    "all": Text("All reports"),
    "panel": Text("Reporters who reported all along"),
}


def _day(on: date) -> Text:
    return Text(_DAY, {"day": on.day, "month": MONTHS[on.month - 1], "year": on.year})


def effect_sentence(
    effect: Effect,
    on: date,
    level: float,
    labels: Mapping[str, Text | str],
    control: str | None,
) -> Iterator[Text]:
    """Say what changed in one series, and what beside the control."""
    names = {**_NAMES, **labels}
    values: dict[str, Number | Text | str | int] = {
        "scope": names.get(effect.scope, effect.scope),
        "on": _day(on),
        "count": Number(effect.after),
    }
    if not isfinite(effect.ratio.high):
        yield Text(_NONE_BEFORE, values)
        return
    yield Text(
        _EFFECT[effect.verdict],
        {
            **values,
            "expected": Number(effect.expected.value),
            **_limits(effect.ratio.value, effect.ratio.low, effect.ratio.high, level),
        },
    )
    beside = effect.against_control
    if beside is not None and control is not None:
        yield Text(
            _CONTROL,
            {
                **values,
                "control": names.get(control, control),
                **_limits(beside.value, beside.low, beside.high, level),
            },
        )


def _limits(value: float, low: float, high: float, level: float) -> dict[str, Number]:
    return {
        "change": points(value - 1),
        "low": points(low - 1),
        "high": points(high - 1),
        "level": level_number(level),
    }


def notices_on(
    effects: Sequence[Effect], method: str, others: bool, absences: tuple[Absence, ...]
) -> tuple[Text, ...]:
    """Say what a reader must know before quoting."""
    told = []
    if method == "poisson" and any(one.dispersion > 1 for one in effects):
        told.append(_POISSON)
    first = effects[0]
    if method != "hac" and first.autocorrelation > 2 / sqrt(first.series.height):
        told.append(_NEIGHBOURS)
    if others:
        told.append(_OTHERS)
    if absences:
        told.append(_LEFT)
    return tuple(told)
