"""Variants of an estimate: other lists, other models, other rules for choosing one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np

from slachtoffermonitor.estimate.bayes import average_graphs
from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.closed import closed_population_models
from slachtoffermonitor.estimate.loglinear.enumeration import can_enumerate
from slachtoffermonitor.estimate.loglinear.search import Search
from slachtoffermonitor.estimate.robustness.selection import RULES, Selection, answer, filled_lists
from slachtoffermonitor.ground import InputError, Number, Text

__all__ = [
    "Kind",
    "Variant",
    "heterogeneity_variants",
    "list_variants",
    "model_variants",
    "prior_variants",
    "rule_variants",
]

Kind = Literal[
    "criterion", "order", "model", "leave_out", "merge", "drop_small", "heterogeneity", "prior"
]

_MOST_ORDER = 4
_SHOWN = 20
_NOTHING_SOUND = Text("No model has an estimate that exists and is unique.")
_INDEPENDENT = Text("With two lists left the model can only be independence: a yardstick.")
_YARDSTICK = Text("Independence of all lists: a yardstick.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One other way to the same number.

    Attributes:
        kind: `criterion`, `order`, `model`, `leave_out`, `merge`, `drop_small`,
            `heterogeneity` or `prior`.
        change: what is different from the estimate that is judged.
        observed: persons in the table of this variant.
        estimate: persons seen and unseen; None when no model is sound.
        interval: 95% limits, the model taken as true; None where there is none.
        model: the chosen model, its numbers standing for `lists`.
        lists: the lists of this variant.
        counts: the verdict counts it. Yardsticks and bounds are shown only.
        note: why there is no estimate, or why it does not count.

    """

    kind: Kind
    change: Text
    observed: int
    estimate: float | None = None
    interval: tuple[float, float] | None = None
    model: str = ""
    lists: tuple[str, ...] = ()
    counts: bool = True
    note: Text | None = None


def list_variants(
    table: CaptureTable, selection: Selection, *, small: float = 0.05
) -> Iterator[Variant]:
    """Leave out each list, merge each pair, leave out the small lists together.

    Args:
        table: the persons per capture history.
        selection: how a model is chosen, for every variant in the same way.
        small: a list with fewer than this share of the persons observed is small.

    """
    if table.size < 3:
        return
    for name in table.lists:
        change = Text("without {list}", {"list": name})
        yield _on_lists("leave_out", change, selection, table, out=(name,))
    for first, second in combinations(table.lists, 2):
        change = Text("{first} and {second} as one list", {"first": first, "second": second})
        yield _on_lists("merge", change, selection, table, merged=(first, second))
    counts, histories = table.counts, np.arange(1 << table.size)
    tiny = tuple(
        name
        for i, name in enumerate(table.lists)
        if counts[(histories >> i) & 1 == 1].sum() < small * table.observed
    )
    if tiny and len(tiny) <= table.size - 2:
        change = Text("without the small lists ({lists})", {"lists": ", ".join(tiny)})
        yield _on_lists("drop_small", change, selection, table, out=tiny)


def rule_variants(
    table: CaptureTable, selection: Selection, known: Search | None = None
) -> Iterator[Variant]:
    """Choose the model by every other rule, and admit interactions of every other order.

    Args:
        table: the persons per capture history.
        selection: the rule and order to depart from.
        known: a search of the table's filled lists, whose fits are used again.

    """
    size = filled_lists(table).size
    for rule in RULES:
        if rule == selection.rule or (
            rule == "average" and not can_enumerate(size, min(selection.max_order, size - 1))
        ):
            continue
        change = Text("model chosen by {rule}", {"rule": Text(_RULE_NAMES[rule])})
        yield _of(_row("criterion", change, table), table, replace(selection, rule=rule), known)
    if selection.rule == "stepwise" and selection.step_by == "p":  # pairs alone, at any order
        return
    for order in range(1, min(size - 1, _MOST_ORDER) + 1):
        if order == min(selection.max_order, size - 1):
            continue
        change = Text(
            "interactions of up to {order} lists"
            if order > 1
            else "no interactions: all lists independent",
            {"order": Number(order)},
        )
        row = _of(_row("order", change, table), table, replace(selection, max_order=order))
        yield row if order > 1 else replace(row, counts=False, note=row.note or _YARDSTICK)


_RULE_NAMES = {
    "bic": "BIC",
    "aic": "AIC",
    "aicc": "AICc",
    "stepwise": "stepwise p-values",
    "average": "averaging over all models",
}


def model_variants(search: Search, lists: tuple[str, ...], delta: float) -> Iterator[Variant]:
    """Give the models within `delta` of the best: the 20 best, the lowest and the highest."""
    values = search.fits.criterion(search.criterion)[list(search.ranking)]
    near = np.array(search.ranking)[values <= values[0] + delta]
    hidden = search.fits.hidden[near]
    ends = {int(near[hidden.argmin()]), int(near[hidden.argmax()])}
    shown = near[:_SHOWN].tolist()
    for index in [*shown, *sorted(ends - set(shown))]:
        fit = search.fits[int(index)]
        behind = fit.criterion(search.criterion) - float(values[0])
        notation = fit.model.notation(lists)
        yield Variant(
            kind="model",
            change=Text(
                "model {model}, {behind} behind the best",
                {"model": notation, "behind": Number(behind, "0.0")},
            ),
            observed=fit.observed,
            estimate=fit.estimate,
            model=notation,
            lists=lists,
        )


def heterogeneity_variants(table: CaptureTable) -> Iterator[Variant]:
    """Give the classical closed-population models: yardsticks, never part of the verdict.

    Source: `closed_population_models`.
    """
    for model in closed_population_models(filled_lists(table), ordered=False):
        yield Variant(
            kind="heterogeneity",
            change=Text("heterogeneity model {name}", {"name": model.name}),
            observed=table.observed,
            estimate=model.abundance,
            interval=model.interval,
            model=model.name,
            lists=table.lists,
            counts=False,
            note=model.notices[0] if model.notices else None,
        )


def prior_variants(table: CaptureTable, weights: Sequence[float]) -> Iterator[Variant]:
    """Average over decomposable graphs with other prior weights per cell; never in the verdict.

    Args:
        table: the persons per capture history, on 6 lists at most.
        weights: prior persons per cell; see `average_graphs`, which is its source.

    Raises:
        InputError: more than 6 lists with persons, or a weight not above zero.

    """
    used = filled_lists(table)
    for weight in weights:
        posterior = average_graphs(used, delta=weight, draws=4)
        yield Variant(
            kind="prior",
            change=Text(
                "graphs averaged, prior weight {weight} per cell",
                {"weight": Number(weight, "0.0###")},
            ),
            observed=table.observed,
            estimate=posterior.estimate,
            interval=posterior.intervals["95"],
            model=posterior.models[0].model,
            lists=used.lists,
            counts=False,
            note=posterior.notices[0] if posterior.notices else None,
        )


def _on_lists(
    kind: Kind,
    change: Text,
    selection: Selection,
    table: CaptureTable,
    *,
    out: tuple[str, ...] = (),
    merged: tuple[str, ...] = (),
) -> Variant:
    """Estimate from the table without some lists, or with some as one."""
    try:
        other = table.merge_lists({"+".join(merged): merged}) if merged else table.drop_lists(out)
    except InputError:  # nobody is on the lists that are left
        return replace(_row(kind, change, table), observed=0, note=_NOTHING_SOUND)
    row = _of(_row(kind, change, other), other, selection)
    few = len(row.lists) == 2
    return replace(row, counts=False, note=_INDEPENDENT) if few else row


def _row(kind: Kind, change: Text, table: CaptureTable) -> Variant:
    return Variant(kind=kind, change=change, observed=table.observed)


def _of(
    row: Variant, table: CaptureTable, selection: Selection, known: Search | None = None
) -> Variant:
    """Fill a row with the estimate of its table, or with why there is none."""
    try:
        found = answer(table, selection, known)
    except InputError:
        return replace(row, note=_NOTHING_SOUND)
    return replace(
        row,
        estimate=found.estimate,
        interval=found.interval,
        model=found.model,
        lists=found.lists,
    )
