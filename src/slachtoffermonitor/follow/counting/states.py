"""States over days: in which state is which share, and how fast do people go from one to another.

The Aalen-Johansen product over days is right for the shares in each state also when the next step
depends on more than the present state (Datta & Satten 2001). Its usual variance is not; so each
person's influence is carried along, and the variance is the sum of its squares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from slachtoffermonitor.follow.counting.days import Days, Values

__all__ = ["Occupation", "Paths", "occupy"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paths:
    """Persons 0, 1, … with the state in which each enters, and the steps each takes.

    A person is at risk in a state on day t when it was entered before t and left on t or later.
    Steps are sorted by day and, within a person and day, by the order in which they happen; a
    person takes at most one step a day (several are given as one from the first to the last).
    """

    entry: Days
    exit: Days
    begins_in: Days
    person: Days  # of each step
    day: Days
    source: Days
    target: Days
    states: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Occupation:
    """Shares per state on the asked days (day × state), their errors, and the steps between.

    `transitions` and `days_at_risk`: source × target counts, and days spent per state.
    """

    day: Days
    share: Values
    error: Values
    at_risk: Days
    transitions: Days
    days_at_risk: Days


def occupy(paths: Paths, on: npt.ArrayLike) -> Occupation:
    """Give the share in each state on the asked days, of all who enter."""
    asked = np.sort(np.asarray(on, dtype=np.int64))
    states, people = paths.states, paths.entry.size
    now = paths.begins_in.copy()
    share = np.bincount(now, minlength=states) / people
    move: Values = np.eye(states)[now] - share  # how much each person moves each share, × people
    move /= people
    inside = (paths.day > paths.entry[paths.person]) & (paths.day <= paths.exit[paths.person])
    person, day, source, target = (
        column[inside] for column in (paths.person, paths.day, paths.source, paths.target)
    )
    days, starts = np.unique(day, return_index=True)
    ends = np.append(starts, day.size)[1:]
    shares: list[Values] = []
    errors: list[Values] = []
    risks: list[Days] = []
    position = 0
    for today, start, end in zip(days, starts, ends, strict=True):
        while position < asked.size and asked[position] < today:
            _note(asked[position], paths, now, (share, move), (shares, errors, risks))
            position += 1
        steps = (person[start:end], source[start:end], target[start:end])
        share, move = _step(int(today), paths, now, steps, (share, move))
        now[steps[0]] = steps[2]
    for last in asked[position:]:
        _note(last, paths, now, (share, move), (shares, errors, risks))
    counts = np.zeros((states, states), dtype=np.int64)
    np.add.at(counts, (source, target), 1)
    return Occupation(
        day=asked,
        share=np.array(shares),
        error=np.array(errors),
        at_risk=np.array(risks),
        transitions=counts,
        days_at_risk=_days_in_state(paths, person, day, source, target),
    )


def _step(
    today: int,
    paths: Paths,
    now: Days,
    steps: tuple[Days, Days, Days],
    state: tuple[Values, Values],
) -> tuple[Values, Values]:
    """Take the steps of one day: the shares move, and each person's influence with them."""
    share, move = state
    who, source, target = steps
    here = (paths.entry < today) & (paths.exit >= today)
    at_risk = np.bincount(now[here], minlength=paths.states)
    taken = np.zeros((paths.states, paths.states))
    np.add.at(taken, (source, target), 1.0)
    taken[np.diag_indices(paths.states)] = 0.0
    rate = np.divide(taken, at_risk[:, None], out=np.zeros_like(taken), where=at_risk[:, None] > 0)
    np.fill_diagonal(rate, -rate.sum(axis=1))
    weight = np.divide(share, at_risk, out=np.zeros(paths.states), where=at_risk > 0)
    moved = move @ (np.eye(paths.states) + rate)
    moved[here] -= (weight[:, None] * rate)[now[here]]
    np.add.at(moved, (who, target), weight[source])
    np.add.at(moved, (who, source), -weight[source])
    return share + share @ rate, moved


def _note(
    day: int,
    paths: Paths,
    now: Days,
    state: tuple[Values, Values],
    into: tuple[list[Values], list[Values], list[Days]],
) -> None:
    share, move = state
    followed = (paths.entry <= day) & (paths.exit >= day)
    into[0].append(share)
    into[1].append(np.sqrt((move**2).sum(axis=0)))
    into[2].append(np.bincount(now[followed], minlength=paths.states))


def _days_in_state(paths: Paths, person: Days, day: Days, source: Days, target: Days) -> Days:
    """Give the days spent at risk in each state."""
    spent = np.bincount(
        paths.begins_in, weights=(paths.exit - paths.entry).astype(float), minlength=paths.states
    )
    rest = (paths.exit[person] - day).astype(float)
    spent -= np.bincount(source, weights=rest, minlength=paths.states)
    spent += np.bincount(target, weights=rest, minlength=paths.states)
    return np.rint(spent).astype(np.int64)
