"""Reliability, checked on the table itself: a known list hidden, lists added one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.robustness.selection import Answer, Selection, answer
from slachtoffermonitor.ground import InputError, Problem, Text

__all__ = ["HiddenList", "Trajectory", "TrajectoryStep", "hide_each_list", "trace_trajectories"]

_NO_ANSWER = Text("The other lists do not overlap enough on it for any model to be sound.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenList:
    """One list hidden: what the other lists make of its size, beside its size.

    Attributes:
        name: the list.
        size: persons on it: the truth.
        alone: of these, the persons on no other list: the truth about the hidden cell.
        estimate: its size as the other lists estimate it; None when no model is sound.
        interval: 95% limits, the model taken as true.
        model: the chosen model, its numbers standing for `lists`.
        lists: the other lists with persons of this list on them.
        reason: why there is no estimate.

    """

    name: str
    size: int
    alone: int
    estimate: float | None = None
    interval: tuple[float, float] | None = None
    model: str = ""
    lists: tuple[str, ...] = ()
    reason: Text | None = None

    @property
    def recovered(self) -> bool | None:
        """Whether the interval holds the known size; None without an estimate."""
        if self.interval is None:
            return None
        low, high = self.interval
        return low <= self.size <= high

    @property
    def factor(self) -> float | None:
        """The ξ that was true here: persons truly on no other list ÷ the estimate of them."""
        if self.estimate is None:
            return None
        hidden = self.estimate - (self.size - self.alone)
        return self.alone / hidden if hidden > 0 else None


def hide_each_list(
    table: CaptureTable, selection: Selection | None = None
) -> tuple[HiddenList, ...]:
    """Would this way of choosing a model have found the size of a list that we do know?

    Each list in turn is taken as the whole population. Among the persons on it, the other lists'
    capture histories estimate how many are on none of them, which is known. A method that fails
    here cannot be trusted where nobody can look; a method that passes may still fail there,
    because the persons whom no list found may differ from those whom one list found.

    Args:
        table: the persons per capture history; three lists or more.
        selection: how models are chosen; BIC up to order 2 when not given.

    Returns:
        One per list with persons on it, in column order; nothing with fewer than three lists.

    Source: Binette & Steorts (2022), Journal of the Royal Statistical Society A, "On the
    reliability of multiple systems estimation for the quantification of modern slavery".

    Example:
        >>> import numpy as np
        >>> counts = np.array([0, 60, 50, 20, 70, 30, 25, 12])
        >>> hidden = hide_each_list(CaptureTable.of_counts(("A", "B", "C"), counts))
        >>> [(each.name, each.size, round(each.estimate)) for each in hidden]
        [('A', 122, 112), ('B', 107, 99), ('C', 137, 129)]

    """
    if table.size < 3:
        return ()
    return tuple(
        found
        for place in range(table.size)
        if (found := _hide(table, place, selection or Selection())) is not None
    )


def _hide(table: CaptureTable, place: int, selection: Selection) -> HiddenList | None:
    """Take the persons on one list as the population of the others."""
    counts = table.counts
    histories = np.arange(counts.size)
    on = histories[(histories >> place) & 1 == 1]
    size = int(counts[on].sum())
    if not size:
        return None
    rest = (on & ((1 << place) - 1)) | ((on >> (place + 1)) << place)
    seen = np.zeros(counts.size // 2, dtype=np.int64)
    seen[rest] = counts[on]
    alone, name = int(seen[0]), table.lists[place]
    seen[0] = 0
    found: Answer | None = None
    try:
        others = (*table.lists[:place], *table.lists[place + 1 :])
        found = answer(CaptureTable.of_counts(others, seen), selection)
    except InputError:
        return HiddenList(name=name, size=size, alone=alone, reason=_NO_ANSWER)
    return HiddenList(
        name=name,
        size=size,
        alone=alone,
        estimate=found.estimate,
        interval=found.interval,
        model=found.model,
        lists=found.lists,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrajectoryStep:
    """The estimate from the first lists of an order.

    Attributes:
        added: the list that came in at this step.
        lists: number of lists in use.
        observed: persons seen by at least one of them.
        estimate: persons seen and unseen; None when no model is sound.
        interval: 95% limits, the model taken as true.

    """

    added: str
    lists: int
    observed: int
    estimate: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """The estimates along one order of the lists; `steps` begin with two lists."""

    order: tuple[str, ...]
    steps: tuple[TrajectoryStep, ...]


def trace_trajectories(
    table: CaptureTable,
    selection: Selection | None = None,
    *,
    orders: Sequence[Sequence[str]] | None = None,
) -> tuple[Trajectory, ...]:
    """Does the estimate settle as lists are added, or does every list bring another answer?

    An estimate that still moves at the last list would move again with the next one. That it has
    settled proves little: all lists may miss the same persons.

    Args:
        table: the persons per capture history.
        selection: how models are chosen; BIC up to order 2 when not given.
        orders: orders of all lists; when not given the largest list first, the smallest first,
            and the columns as they stand.

    Raises:
        InputError: an order that does not hold every list once.

    Source: in the manner of Binette & Steorts (2022), Journal of the Royal Statistical Society A,
    who look at trajectories of estimates instead of a bootstrap; here along lists.

    """
    chosen = _orders(table) if orders is None else tuple(map(tuple, orders))
    for order in chosen:
        if sorted(order) != sorted(table.lists):
            raise InputError(
                Problem(
                    what="an order of the lists does not hold every list once",
                    found=", ".join(order),
                    allowed=", ".join(table.lists),
                )
            )
    known: dict[frozenset[str], tuple[int, Answer | None]] = {}
    return tuple(
        Trajectory(
            order=order,
            steps=tuple(
                _step(table, order[:number], selection or Selection(), known)
                for number in range(2, table.size + 1)
            ),
        )
        for order in chosen
    )


def _orders(table: CaptureTable) -> tuple[tuple[str, ...], ...]:
    """Give the orders by size, down and up, and that of the columns, each once."""
    counts, histories = table.counts, np.arange(1 << table.size)
    sizes = [int(counts[(histories >> i) & 1 == 1].sum()) for i in range(table.size)]
    by_size = tuple(table.lists[i] for i in sorted(range(table.size), key=lambda i: -sizes[i]))
    return tuple(dict.fromkeys((by_size, tuple(reversed(by_size)), table.lists)))


def _step(
    table: CaptureTable,
    lists: tuple[str, ...],
    selection: Selection,
    known: dict[frozenset[str], tuple[int, Answer | None]],
) -> TrajectoryStep:
    """Estimate from these lists alone, in the order of the columns."""
    key = frozenset(lists)
    if key not in known:
        known[key] = _estimate(table, key, selection)
    observed, found = known[key]
    return TrajectoryStep(
        added=lists[-1],
        lists=len(lists),
        observed=observed,
        estimate=found.estimate if found else None,
        interval=found.interval if found else None,
    )


def _estimate(
    table: CaptureTable, lists: frozenset[str], selection: Selection
) -> tuple[int, Answer | None]:
    observed = 0
    try:
        part = table.marginal([name for name in table.lists if name in lists])
        observed = part.observed
        return observed, answer(part, selection)
    except InputError:
        return observed, None
