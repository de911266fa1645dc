"""Which clocks run? Events and a day in, clocks out; rules are data with their article. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal

from slachtoffermonitor.service.care.days import day_after

__all__ = ["Clock", "ClockRule", "ClockRules", "Happened", "clock_rules", "clocks_of"]

State = Literal["running", "soon", "over", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """A clock by an article: from one event, for a time, until another event."""

    id: str
    label: Mapping[str, str]
    begins: str
    ends: frozenset[str]
    amount: int
    unit: str
    valid_from: date
    article: str
    source: str
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRules:
    """All rules of one version, and how many days before its end an alarm is on."""

    version: str
    alarm_days: int
    clocks: tuple[ClockRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event: what, on which day, and the last day that a decision names."""

    kind: str
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock on a day: by which rule (None where the decision names the day), and its state."""

    rule: ClockRule | None
    kind: str
    begun_on: date
    due_on: date
    stopped_on: date | None
    state: State

    @property
    def alarms(self) -> bool:
        """Whether somebody should look: it ends soon, or is over."""
        return self.state in ("soon", "over")


@cache
def clock_rules() -> ClockRules:
    """Which rules hold? Read once from `data/clocks.toml`."""
    path = files("slachtoffermonitor.service.residence").joinpath("data", "clocks.toml")
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    return ClockRules(
        version=read["version"],
        alarm_days=read["alarm_days"],
        clocks=tuple(
            ClockRule(**{**row, "ends": frozenset(row["ends"])}) for row in read["clocks"]
        ),
    )


def clocks_of(
    events: Iterable[Happened],
    *,
    on: date,
    ended_on: date | None = None,
    rules: ClockRules | None = None,
) -> list[Clock]:
    """Which clocks did these events start, and where do they stand on a day?

    An event starts each clock that begins with it and held on its day. The first later event that
    ends a clock stops it, and so does the end of the track. A day that a decision names is a
    clock of its own, stopped by any later event.

    Args:
        events: what happened, in any order; those after `on` are not known yet.
        on: the day.
        ended_on: the end of the track.
        rules: those of this version where not given.

    Returns:
        The clocks, the one that ends first in front.

    """
    held = rules or clock_rules()
    known = sorted((event for event in events if event.on <= on), key=lambda event: event.on)
    found = []
    for number, event in enumerate(known):
        later = known[number + 1 :]
        for rule in held.clocks:
            if rule.begins == event.kind and event.on >= rule.valid_from:
                due = day_after(event.on, rule.amount, rule.unit)
                stop = _first(later, rule.ends, ended_on)
                found.append(_clock(rule, event, due, stop, on=on, alarm=held.alarm_days))
        if event.until is not None:
            stop = _first(later, None, ended_on)
            found.append(_clock(None, event, event.until, stop, on=on, alarm=held.alarm_days))
    return sorted(found, key=lambda clock: (clock.due_on, clock.begun_on, clock.kind))


def _first(
    later: Sequence[Happened], ends: frozenset[str] | None, ended_on: date | None
) -> date | None:
    days = [event.on for event in later if ends is None or event.kind in ends]
    return min([*days, *([ended_on] if ended_on else [])], default=None)


def _clock(
    rule: ClockRule | None,
    event: Happened,
    due: date,
    stop: date | None,
    *,
    on: date,
    alarm: int,
) -> Clock:
    state: State = "running"
    if stop is not None and stop <= on:
        state = "stopped"
    elif due < on:
        state = "over"
    elif due - on <= timedelta(days=alarm):
        state = "soon"
    return Clock(
        rule=rule,
        kind=event.kind,
        begun_on=event.on,
        due_on=due,
        stopped_on=stop,
        state=state,
    )
