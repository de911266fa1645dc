"""The methods of protection, each taking a linked set to the counts that may be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.disclose.cellkey import condition_keys, perturbation_table
from slachtoffermonitor.disclose.feasible import Need, completed
from slachtoffermonitor.disclose.ledger import Older
from slachtoffermonitor.disclose.linked import LinkedSet
from slachtoffermonitor.disclose.noise import noisy_counts, sensitivity
from slachtoffermonitor.disclose.rounding import round_linked
from slachtoffermonitor.disclose.rules import Rules
from slachtoffermonitor.disclose.suppression import suppress
from slachtoffermonitor.disclose.tables import Table
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Answer", "protect_counts"]

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What may be shown of each cell (NaN: nothing), and how that came about.

    `shown` gives the same per table and count column. `proven` is True where the method has
    already been attacked. `published` marks the cells that the tables show or hide.
    """

    method: str
    parameters: Mapping[str, int | float | str]
    counts: _Floats = field(repr=False)
    published: NDArray[np.bool_]
    shown: Sequence[Mapping[str, pl.Series]] = field(repr=False)
    figures: Mapping[str, float]
    proven: bool = False
    epsilon: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Work:
    tables: Sequence[Table]
    linked: LinkedSet
    need: Need
    rules: Rules
    older: Older
    secret: bytes
    watch: Callable[[str], None]


def protect_counts(
    tables: Sequence[Table],
    linked: LinkedSet,
    need: Need,
    *,
    rules: Rules,
    older: Older,
    secret: bytes,
    watch: Callable[[str], None],
) -> Answer:
    """Which counts may be shown, by the method of the rules?"""
    work = _Work(
        tables=tables,
        linked=linked,
        need=need,
        rules=rules,
        older=older,
        secret=secret,
        watch=watch,
    )
    if linked.value.size == 0:
        return _answer(work, np.empty(0), {}, {}, proven=True)
    return _METHODS[rules.method](work)


def _hide_and_round(work: _Work) -> Answer:
    value, rules = np.nan_to_num(work.linked.value), work.rules
    small = (value >= 1) & (value < rules.minimum)
    near = pl.Series(value / rules.base).round().to_numpy() * rules.base
    counts = np.where(small, np.nan, near)
    parameters = {"minimum": rules.minimum, "base": rules.base}
    return _answer(work, counts, parameters, {}, proven=bool(work.linked.row_low.size == 0))


def _suppress(work: _Work) -> Answer:
    older, rules = work.older, work.rules
    found = suppress(
        work.linked,
        work.need,
        seed=rules.seed,
        seconds=rules.seconds,
        older=(older.low, older.high),
        watch=work.watch,
    )
    counts = np.where(found.hidden, np.nan, work.linked.value)
    # no "minimum": a hidden count need not be small, so that no page may call it "fewer than"
    parameters = {"threshold": rules.minimum, "sliding": rules.width}
    figures = {
        "price": found.price,
        "bound": found.bound,
        "gap": found.gap,
        "unsafe": float(work.need.cells.size),
        "unproven": float(found.unproven),
        "seconds": found.seconds,
    }
    return _answer(work, counts, parameters, figures, proven=found.unproven == 0)


def _round(work: _Work) -> Answer:
    rules = work.rules
    found = round_linked(
        work.linked,
        completed(work.linked, seed=rules.seed),
        base=rules.base,
        seed=rules.seed,
        seconds=rules.seconds,
        fixed=_as_before(work),
        watch=work.watch,
    )
    parameters = {"base": found.within + 1, "multiple": rules.base}
    figures = {
        "further": float(found.further),
        "bound": found.bound,
        "seconds": found.seconds,
    }
    return _answer(work, found.counts, parameters, figures)


def _as_before(work: _Work) -> tuple[NDArray[np.int64], _Floats] | None:
    """Give the counts that were rounded before to the same base, and are still the same."""
    before, truth = work.older.rounded, work.linked.value
    same = (before % work.rules.base == 0) & (np.abs(before - truth) < work.rules.base)
    cells = np.flatnonzero(same & work.linked.seen)
    return (cells, before[cells]) if cells.size else None


def _perturb(work: _Work) -> Answer:
    rules, linked, began = work.rules, work.linked, monotonic()
    table = perturbation_table(variance=rules.variance, furthest=rules.furthest)
    value = np.nan_to_num(linked.value).astype(np.int64)
    counts = table.perturb(value, _cell_keys(work)).astype(float)
    parameters = {"variance": rules.variance, "furthest": rules.furthest}
    return _answer(work, counts, parameters, {"seconds": monotonic() - began})


def _cell_keys(work: _Work) -> _Floats:
    """Give the key of each cell: from its records where the table has it, else from what it is."""
    if not work.secret:
        raise InputError(
            Problem(
                what="cell keys need a secret",
                allowed="text that stays inside and is the same in every edition",
            )
        )
    linked = work.linked
    names = [
        f"{keys_of}\t" + "\t".join(f"{k}={v}" for k, v in sorted(linked.conditions(cell).items()))
        for cell, keys_of in enumerate(_population_of(linked))
    ]
    keys = condition_keys(names, work.secret)
    number = 0
    for table in work.tables:
        for column in (one for one in table.columns if one.role == "count"):
            given = [
                one.name
                for one in table.columns
                if one.role == "key" and one.rests_on in ("", column.name)
            ]
            if given:
                here = linked.appearances.filter(pl.col("piece") == number)
                rows = table.frame[given[0]].to_numpy()
                keys[here["cell"].to_numpy()] = rows[here["row"].to_numpy()]
            number += 1
    return np.asarray(keys)


def _population_of(linked: LinkedSet) -> list[str]:
    names = list(dict.fromkeys(piece.population for piece in linked.pieces))
    return [name for name, keys in zip(names, linked.keys, strict=True) for _ in range(keys.height)]


def _add_noise(work: _Work) -> Answer:
    linked, rules, began = work.linked, work.rules, monotonic()
    seen = np.flatnonzero(linked.seen)
    value = np.nan_to_num(linked.value).astype(np.int64)
    made = noisy_counts(value[seen], epsilon=rules.epsilon, reach=sensitivity(linked.pieces))
    counts = np.full(value.size, np.nan)
    counts[seen] = made.counts
    parameters = {"epsilon": rules.epsilon, "scale": made.scale}
    return _answer(work, counts, parameters, {"seconds": monotonic() - began}, epsilon=made.epsilon)


_METHODS: dict[str, Callable[[_Work], Answer]] = {
    "minimum-and-rounding": _hide_and_round,
    "suppression": _suppress,
    "rounding": _round,
    "cell-key": _perturb,
    "noise": _add_noise,
}


def _answer(
    work: _Work,
    counts: _Floats,
    parameters: Mapping[str, int | float | str],
    figures: Mapping[str, float],
    *,
    proven: bool = False,
    epsilon: float = 0.0,
) -> Answer:
    linked = work.linked
    shown, number = [], 0
    for table in work.tables:
        columns = {}
        for column in (one for one in table.columns if one.role == "count"):
            here = linked.appearances.filter(pl.col("piece") == number).sort("row")
            of_rows = pl.Series(counts[here["cell"].to_numpy()], dtype=pl.Float64)
            nothing = table.frame[column.name].is_null()
            whole = of_rows.fill_nan(None).cast(pl.Int64)
            columns[column.name] = whole.set(nothing, None) if nothing.any() else whole
            number += 1
        shown.append(columns)
    value = np.nan_to_num(linked.value)
    hidden = linked.seen & np.isnan(counts)
    change = np.abs(np.nan_to_num(counts) - value)[linked.seen & ~hidden]
    return Answer(
        method=work.rules.method,
        parameters=parameters,
        counts=counts,
        published=linked.seen,
        shown=shown,
        figures={
            "suppressed": float(hidden.sum()),
            "suppressed_counts": float(value[hidden].sum()),
            "absolute_change": float(change.sum()),
            "relative_change": float(change.sum() / max(value[linked.seen & ~hidden].sum(), 1.0)),
            "total_counts": float(value[linked.seen].sum()),
            **figures,
        },
        proven=proven,
        epsilon=epsilon,
    )
