"""The sentences of this room; their Dutch is in `locale/nl/follow.po`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slachtoffermonitor.ground import Number, Text

__all__ = ["count_question", "question", "regression_question", "statement"]

_EVENT = {
    "SLACHTOFFER": Text("registered again as a victim of a crime"),
    "VERDACHTE": Text("registered as a suspect of a crime"),
}
_QUESTION = {
    "aalen-johansen": "Which share was {event} while living in the country? Whoever died or "
    "emigrated before that stays in the denominator.",
    "kaplan-meier": "Which share would have been {event} if nobody had died or emigrated? "
    "It is assumed that leavers would have fared like those who stayed.",
    "fixed": "Of those who lived in the country during the whole period: which share was {event}?",
}
_STATEMENT = {
    "aalen-johansen": "{share}% of {n} followed persons were {event} within {years} years, while "
    "living in the country ({level}% interval: {low}% to {high}%).",
    "kaplan-meier": "{share}% of {n} followed persons would have been {event} within {years} "
    "years if nobody had died or emigrated ({level}% interval: {low}% to {high}%).",
    "fixed": "{share}% of the {n} persons who lived in the country during the whole "
    "{years} years were {event} ({level}% interval: {low}% to {high}%).",
}
_COUNTS = {
    "mean-cumulative-count": "How often was a person {event} on average while being followed? "
    "It is assumed that leavers would have fared like those who stayed.",
    "ghosh-lin": "How often was a person {event} on average while living in the country? Whoever "
    "died or emigrated counts on, with nothing after that.",
}
_RATIOS = {
    "cox": "How many times as high is the risk of being {event} for the first time in one group as "
    "in another, among those still in the country?",
    "andersen-gill": "How many times as often was one group {event} as another, per day in the "
    "country, counting every time?",
    "fine-gray": "In which group was a larger share {event}, given that people may also die or "
    "leave?",
}
_UNKNOWN = (
    "The register does not reach far enough to say which share was {event} within {years} years."
)


def question(method: str, event_role: str) -> Text:
    """Which question does the method answer?"""
    return Text(_QUESTION[method], {"event": _event(event_role)})


def count_question(method: str, event_role: str) -> Text:
    """Which question does a mean number answer?"""
    return Text(_COUNTS[method], {"event": _event(event_role)})


def regression_question(method: str, event_role: str) -> Text:
    """Which question does a ratio answer?"""
    return Text(_RATIOS[method], {"event": _event(event_role)})


def statement(row: Mapping[str, Any], event_role: str, level: float) -> Text:
    """Give the sentence of one row of `CumulativeIncidence.table`."""
    years = Number(row["horizon_years"], "#,##0.##")
    event = _event(event_role)
    if row["share"] is None:
        return Text(_UNKNOWN, {"event": event, "years": years})
    return Text(
        _STATEMENT[row["method"]],
        {
            "share": _percent(row["share"]),
            "low": _percent(row["low"]),
            "high": _percent(row["high"]),
            "level": Number(100 * level, "#,##0.#"),
            "n": Number(row["n"]),
            "years": years,
            "event": event,
        },
    )


def _event(role: str) -> Text:
    return _EVENT.get(role, Text("registered again"))


def _percent(share: float) -> Number:
    return Number(100 * share, "#,##0.0")
