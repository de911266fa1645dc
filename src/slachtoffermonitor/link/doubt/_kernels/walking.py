"""Draws by a walk over partitions: one record at a time, and whole persons merged and split.

One record at a time (Gibbs) seldom takes a pair of records from one person to another: between
lies a state in which the pair is torn. Merging and splitting persons in one step crosses that.
Loops are written out where the compiler would take seconds over a slice.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from slachtoffermonitor.link.doubt._kernels.potential import Floats, Ties, Whole, log_potential

__all__ = ["walk"]

# In a proposal an impossible place counts as nearly impossible, so that both ways can be drawn.
_FLOOR = -1e4


class _State(NamedTuple):
    """A partition of records as linked lists: `head` by person, `following` by place."""

    records: Whole
    person: Whole
    head: Whole
    following: Whole
    score: Floats


@njit(cache=True, error_model="numpy")
def _members(state: _State, person: int, without: int) -> Whole:
    """List the records of a person by their places, one of them left out (-1: none)."""
    size = 0
    place = state.head[person]
    while place >= 0:
        size += place != without
        place = state.following[place]
    found = np.empty(size, dtype=np.int64)
    index = 0
    place = state.head[person]
    while place >= 0:
        if place != without:
            found[index] = place
            index += 1
        place = state.following[place]
    return found


@njit(cache=True, error_model="numpy")
def _put(state: _State, person: int, places: Whole, score: float) -> None:
    """Make the person consist of these places."""
    state.head[person] = -1
    for index in range(places.size):
        place = places[index]
        state.following[place] = state.head[person]
        state.head[person] = place
        state.person[place] = person
    state.score[person] = score


@njit(cache=True, error_model="numpy")
def _nobody(state: _State) -> int:
    """Find a person without records."""
    for person in range(state.head.size):
        if state.head[person] < 0:
            return person
    return -1


@njit(cache=True, error_model="numpy")
def _with(places: Whole, place: int) -> Whole:
    joined = np.empty(places.size + 1, dtype=np.int64)
    for index in range(places.size):
        joined[index] = places[index]
    joined[places.size] = place
    return joined


@njit(cache=True, error_model="numpy")
def _reach(ties: Ties, state: _State, places: Whole) -> float:
    """Give the log potential of the places as one person."""
    records = np.empty(places.size, dtype=np.int64)
    for index in range(places.size):
        records[index] = state.records[places[index]]
    return log_potential(ties, records)


@njit(cache=True, error_model="numpy")
def _move(ties: Ties, state: _State, place: int, where: Whole, rng: np.random.Generator) -> None:
    """Draw the person of one record anew: one that it has ties with, or one of its own."""
    left = _members(state, state.person[place], place)
    score = _reach(ties, state, left)
    if score == -np.inf:  # the others are one person only through this record
        return
    _put(state, state.person[place], left, score)
    record = state.records[place]
    begin, end = ties.near_start[record], ties.near_start[record + 1]
    persons = np.empty(end - begin + 1, dtype=np.int64)
    reached = np.zeros(end - begin + 1)
    gain = np.zeros(end - begin + 1)
    persons[0] = _nobody(state)
    count, most = 1, 0.0
    for slot in range(begin, end):
        person = state.person[where[ties.near_other[slot]]]
        seen = False
        for index in range(count):
            seen = seen or persons[index] == person
        if seen:
            continue
        persons[count] = person
        reached[count] = _reach(ties, state, _with(_members(state, person, -1), place))
        gain[count] = reached[count] - state.score[person]
        most = max(most, gain[count])
        count += 1
    total = 0.0
    for index in range(count):
        total += math.exp(gain[index] - most)
    threshold = rng.random() * total
    chosen = 0
    while chosen < count - 1 and threshold >= math.exp(gain[chosen] - most):
        threshold -= math.exp(gain[chosen] - most)
        chosen += 1
    joined = _with(_members(state, persons[chosen], -1), place)
    _put(state, persons[chosen], joined, reached[chosen])


@njit(cache=True, error_model="numpy")
def _log_share(lead: float) -> float:
    """Give log(1 / (1 + exp(-lead)))."""
    return -math.log1p(math.exp(-lead)) if lead > -500.0 else lead


@njit(cache=True, error_model="numpy")
def _allocate(  # noqa: PLR0917 - compiled code takes no keyword-only arguments
    ties: Ties, state: _State, side: Whole, order: Whole, drawn: bool, rng: np.random.Generator
) -> float:
    """Divide the places of `order` over two persons in turn; give the log chance of the division.

    `side` says of each place 1 or 2: beforehand for the first two places of `order`, and for all
    when nothing is `drawn` and only the chance is asked.
    """
    log_chance = 0.0
    one, two = np.full(1, order[0]), np.full(1, order[1])
    score_one = score_two = 0.0
    for index in range(2, order.size):
        place = order[index]
        with_one, with_two = _with(one, place), _with(two, place)
        reach_one = max(_reach(ties, state, with_one), _FLOOR)
        reach_two = max(_reach(ties, state, with_two), _FLOOR)
        lead = (reach_one - score_one) - (reach_two - score_two)
        if drawn:
            side[place] = 1 if math.log(1.0 - rng.random()) < _log_share(lead) else 2
        if side[place] == 1:
            log_chance += _log_share(lead)
            one, score_one = with_one, reach_one
        else:
            log_chance += _log_share(-lead)
            two, score_two = with_two, reach_two
    return log_chance


@njit(cache=True, error_model="numpy")
def _in_order(state: _State, first: int, second: int, rng: np.random.Generator) -> Whole:
    """List the places of one or two persons: the two given places first, the others shuffled."""
    one, two = state.person[first], state.person[second]
    of_one = _members(state, one, first)
    of_two = of_one if one == two else _members(state, two, second)
    order = np.empty(2 + of_one.size + of_two.size, dtype=np.int64)
    order[0], order[1] = first, second
    size = 2
    for index in range(of_one.size):
        if of_one[index] != second:
            order[size] = of_one[index]
            size += 1
    if one != two:
        for index in range(of_two.size):
            order[size] = of_two[index]
            size += 1
    order = order[:size]
    for last in range(order.size - 1, 2, -1):
        pick = 2 + int(rng.random() * (last - 1))
        order[last], order[pick] = order[pick], order[last]
    return order


@njit(cache=True, error_model="numpy")
def _of_side(order: Whole, side: Whole, wanted: int) -> Whole:
    found = np.empty(0, dtype=np.int64)
    for index in range(order.size):
        if side[order[index]] == wanted:
            found = _with(found, order[index])
    return found


@njit(cache=True, error_model="numpy")
def _merge_or_split(
    ties: Ties, state: _State, first: int, second: int, rng: np.random.Generator
) -> None:
    """Propose to join the persons of two places, or to divide the one that has both.

    Source: Jain & Neal (2004), JCGS 13(1); Dahl (2005), sequentially-allocated merge-split sampler.
    """
    one, two = state.person[first], state.person[second]
    split = one == two
    order = _in_order(state, first, second, rng)
    side = np.zeros(state.person.size, dtype=np.int64)
    for index in range(order.size):
        side[order[index]] = 1 if state.person[order[index]] == one else 2
    side[second] = 2
    log_chance = _allocate(ties, state, side, order, split, rng)
    part_one, part_two = _of_side(order, side, 1), _of_side(order, side, 2)
    whole = _reach(ties, state, order)
    score_one, score_two = _reach(ties, state, part_one), _reach(ties, state, part_two)
    if min(whole, score_one, score_two) == -np.inf:
        return
    ratio = whole - score_one - score_two + log_chance
    if math.log(1.0 - rng.random()) >= (-ratio if split else ratio):
        return
    if split:
        _put(state, one, part_one, score_one)
        _put(state, _nobody(state), part_two, score_two)
    else:
        _put(state, one, order, whole)
        state.head[two] = -1
        state.score[two] = 0.0


@njit(cache=True, error_model="numpy")
def _start(ties: Ties, records: Whole, label: Whole, where: Whole) -> _State:
    """Set the walk out from the partition that `label` gives."""
    size = records.size
    state = _State(records, np.full(size, -1), np.full(size, -1), np.full(size, -1), np.zeros(size))
    for place in range(size):
        person = where[label[records[place]]]
        state.person[place] = person
        state.following[place] = state.head[person]
        state.head[person] = place
    for person in range(size):
        state.score[person] = _reach(ties, state, _members(state, person, -1))
    return state


@njit(cache=True, error_model="numpy")
def walk(  # noqa: PLR0917 - compiled code takes no keyword-only arguments
    ties: Ties,
    records: Whole,
    label: Whole,
    where: Whole,
    sweeps: int,
    rng: np.random.Generator,
) -> None:
    """Walk over partitions of one component and write where it ended into `label`.

    A sweep moves every record once and proposes as many mergers and splits. `label` names a record
    of each person, also at the start; `where` gives each record's place among the `records`.
    """
    state = _start(ties, records, label, where)
    for _ in range(sweeps):
        for place in range(records.size):
            _move(ties, state, place, where, rng)
            first = int(rng.random() * records.size)
            begin = ties.near_start[records[first]]
            near = ties.near_start[records[first] + 1] - begin
            if near:
                second = where[ties.near_other[begin + int(rng.random() * near)]]
                _merge_or_split(ties, state, first, second, rng)
    for place in range(records.size):
        label[records[place]] = records[state.head[state.person[place]]]
