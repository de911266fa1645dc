"""The records whose person is not certain, and what is known of each pair of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from slachtoffermonitor.link.doubt._kernels.potential import Floats, Marks, Ties, Whole
from slachtoffermonitor.link.engine import Evidence, LearnedModel, prior_odds

Levels = Mapping[str, npt.NDArray[np.int8]]

__all__ = ["Uncertain", "find_uncertain"]

_LN2: Final = float(np.log(2.0))
# A reviewed pair counts as so many nats: nothing that agrees or differs weighs as much.
_VERDICT: Final = 500.0
_IMPOSSIBLE: Final = -800.0  # bits
# Pairs below the first do not hold records together; in a component that stays large, nor below
# the next.
_HOLDS: Final = (0.001, 0.005, 0.02)
_LARGE: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Uncertain:
    """All components of records with their ties, ready to draw partitions from.

    Attributes:
        ties: see `Ties`.
        left, right: the records of each pair, in the order of the ties.
        columns: comparison → its column of `ties.weight`; column 0 is the prior.
        levels: comparison → level reached by each pair, in the order of the ties.
        models: what was learned, one for each kind of pair.
        kind: of each pair, its place in `models`.
        probability: of each pair, as the linkage has it.
        begins, records: component c consists of `records[begins[c]:begins[c + 1]]`.
        where: of each record, its place in its component.
        component: of each record, its number.

    """

    ties: Ties
    left: Whole
    right: Whole
    columns: Mapping[str, int]
    levels: Levels
    models: tuple[LearnedModel, ...]
    kind: Whole
    probability: Floats
    begins: Whole
    records: Whole
    where: Whole
    component: Whole


def find_uncertain(evidence: Evidence, threshold: float) -> Uncertain:
    """Set up what partitions are drawn from.

    Every feature gets a column of its own, except that the comparisons whose weight hangs on the
    value (names) share the column of what is left of the pair's evidence.

    Args:
        evidence: of the linkage.
        threshold: contradicting birth dates are allowed in pairs from this probability on.

    """
    pairs = pl.concat([evidence.pairs, evidence.unmet_pairs, evidence.weak_pairs])
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    models = tuple(evidence.learned.values())
    kind = _kinds(evidence, pairs)
    levels = {each.name: pairs[each.name].to_numpy() for each in evidence.design.comparisons}
    columns = _columns(evidence)
    probability = pairs["match_probability"].to_numpy()
    size = evidence.records.height
    component = _components(left, right, probability, size)
    begins, records, where = _listed(component)
    start, other, pair = _rows(left, right, component)
    near = probability >= _HOLDS[0]
    near_start, near_other, _ = _rows(left[near], right[near], component)
    ties = Ties(
        start=start,
        other=other,
        pair=pair,
        near_start=near_start,
        near_other=near_other,
        weight=_weights(pairs, models, columns, levels, kind),
        apart=_apart(pairs),
        accepted=probability >= threshold,  # a verdict makes it 1
        known=_known(left, right, size, levels, columns),
        table=_tables(evidence),
        born=_births(evidence),
        unmet=_unmet(models, columns),
    )
    return Uncertain(
        ties=ties,
        left=left,
        right=right,
        columns=columns,
        levels=levels,
        models=models,
        kind=kind,
        probability=probability,
        begins=begins,
        records=records,
        where=where,
        component=component,
    )


def _kinds(evidence: Evidence, pairs: pl.DataFrame) -> Whole:
    """Say of each pair by which learned model it was weighed."""
    kinds = pl.DataFrame(
        [(left, right, place) for place, (left, right) in enumerate(evidence.learned)],
        schema={"left_is": pl.String, "right_is": pl.String, "kind": pl.Int64},
        orient="row",
    )
    joined = pairs.select("left_is", "right_is").join(
        kinds, on=["left_is", "right_is"], how="left", maintain_order="left"
    )
    return joined["kind"].to_numpy().astype(np.int64)


def _columns(evidence: Evidence) -> dict[str, int]:
    """Give each comparison its column; those that hang on the value share column 1."""
    columns: dict[str, int] = {}
    following = 2
    for each in evidence.design.comparisons:
        if each.frequency is not None or each.grouped:
            columns[each.name] = 1
        else:
            columns[each.name] = following
            following += 1
    return columns


def _weights(
    pairs: pl.DataFrame,
    models: Sequence[LearnedModel],
    columns: Mapping[str, int],
    levels: Levels,
    kind: Whole,
) -> Floats:
    """Split the evidence of each pair over the prior and the features, in nats."""
    weight = np.zeros((pairs.height, _width(columns)))
    for place, model in enumerate(models):
        here = kind == place
        weight[here, 0] = np.log(prior_odds(model))
        for name, column in columns.items():
            if column != 1:
                by_level = np.log(model.m[name] / model.u[name][0])
                weight[here, column] += np.append(by_level, 0.0)[levels[name][here]]
    evidence = np.clip(pairs["bits"].to_numpy() * _LN2, -_VERDICT, _VERDICT)
    weight[:, 1] = evidence - weight[:, 2:].sum(axis=1)
    weight[pairs["verdict"].fill_null(value=False).to_numpy(), 0] = _VERDICT
    return weight


def _width(columns: Mapping[str, int]) -> int:
    return max(columns.values(), default=1) + 1


def _apart(pairs: pl.DataFrame) -> Marks:
    """Mark the pairs that are never one person: refused in review, or impossible."""
    never = pl.col("verdict").not_().fill_null(pl.col("bits") < _IMPOSSIBLE)
    apart: Marks = pairs.select(never).to_series().to_numpy()
    return apart


def _known(
    left: Whole,
    right: Whole,
    size: int,
    levels: Levels,
    columns: Mapping[str, int],
) -> Marks:
    """Say which features each record tells: those that were compared in some pair of it."""
    known = np.zeros((size, _width(columns)), dtype=np.bool_)
    known[:, 0] = True
    for name, column in columns.items():
        told = levels[name] >= 0
        known[left[told], column] = True
        known[right[told], column] = True
    return known


def _tables(evidence: Evidence) -> Whole:
    """Number the tables in which nobody stands twice; -1 for the others."""
    records = evidence.records
    number = records["table"].rank("dense").cast(pl.Int64)
    table = np.where(records["duplicate_free"].to_numpy(), number.to_numpy(), -1)
    return table.astype(np.int64)


def _births(evidence: Evidence) -> Whole:
    """Code the parts of the birth date; month and day share one code, as they may be swapped."""
    guard = evidence.design.guard
    born = np.full((evidence.records.height, 3), -1, dtype=np.int64)
    if not guard:
        return born
    parts = evidence.records.select(pl.col(guard).cast(pl.String))
    size = parts.height
    year = parts[guard[0]].rank("dense").cast(pl.Int64).fill_null(-1)
    both = pl.concat([parts[guard[1]].alias("part"), parts[guard[2]].alias("part")])
    code = both.rank("dense").cast(pl.Int64).fill_null(-1).to_numpy()
    born[:, 0], born[:, 1], born[:, 2] = year.to_numpy(), code[:size], code[size:]
    return born


def _unmet(models: Sequence[LearnedModel], columns: Mapping[str, int]) -> Floats:
    """Weigh pairs that met in no block as if each feature differed."""
    unmet = np.zeros(_width(columns))
    unmet[0] = -np.inf
    for name, column in columns.items():
        for model in models[:1]:
            unmet[column] += min(0.0, float(np.log(model.m[name][0] / model.u[name][0, 0])))
    return unmet


def _components(left: Whole, right: Whole, probability: Floats, size: int) -> Whole:
    """Number the component of each record; one that is too large is cut at its weakest ties."""
    component = np.zeros(size, dtype=np.int64)
    large = np.ones(size, dtype=np.bool_)
    for holds in _HOLDS:
        tied = (probability >= holds) & large[left]
        links = coo_array((tied[tied], (left[tied], right[tied])), shape=(size, size))
        _, found = connected_components(links, directed=False)
        several = np.where(large, found + size, component)
        component = np.unique(several, return_inverse=True)[1].astype(np.int64)
        large = np.bincount(component)[component] > _LARGE
    return component


def _listed(component: Whole) -> tuple[Whole, Whole, Whole]:
    """List the records of each component that has more than one."""
    order = np.argsort(component, kind="stable")
    counts = np.bincount(component)
    records = order[counts[component[order]] > 1].astype(np.int64)
    begins = np.append(0, np.cumsum(counts[counts > 1])).astype(np.int64)
    where = np.zeros(component.size, dtype=np.int64)
    where[records] = np.arange(records.size) - np.repeat(begins[:-1], np.diff(begins))
    return begins, records, where


def _rows(left: Whole, right: Whole, component: Whole) -> tuple[Whole, Whole, Whole]:
    """Write the pairs within components as sorted rows by record."""
    number = np.flatnonzero(component[left] == component[right])
    one = np.append(left[number], right[number])
    two = np.append(right[number], left[number])
    order = np.lexsort((two, one))
    start = np.append(0, np.cumsum(np.bincount(one, minlength=component.size)))
    pair = np.append(number, number)[order]
    return start.astype(np.int64), two[order].astype(np.int64), pair.astype(np.int64)
