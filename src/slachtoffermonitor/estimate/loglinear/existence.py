"""Whether a model has a maximum on this table, whether it is unique, and if not, why.

The extended maximum puts at minus infinity each parameter whose lists have no person together.
The other parameters are finite when no direction exists along which the likelihood goes on
rising: none that leaves every cell with persons as it is and empties cells without (Fienberg &
Rinaldo 2012). The answer depends on which cells are empty, never on how full the others are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate._kernels import polyhedron
from slachtoffermonitor.estimate._kernels.lattice import sufficient_statistics
from slachtoffermonitor.estimate._kernels.polyhedron import EXISTS, IDENTIFIABLE, OVERFLOW
from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.model import HierarchicalModel, term_names, term_notation
from slachtoffermonitor.ground import Text

__all__ = ["ModelCheck", "check_model", "decide"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCheck:
    """Whether a model can be fitted to a table, and what in the table stands in the way.

    Attributes:
        model: the model, in notation.
        exists: the extended maximum likelihood estimate exists.
        identifiable: it is unique.
        minus_infinity: terms without any person on all their lists, in notation; their
            parameters are at minus infinity, which is no failure.
        reason: why the model fails, or that it does not, in words.
        lists: names of the lists that the failure runs through.
        cells: the empty capture histories that cause it, by the names of their lists.

    """

    model: str
    exists: bool
    identifiable: bool
    minus_infinity: tuple[str, ...]
    reason: Text
    lists: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the object of `--check-model --json`."""
        return {
            "model": self.model,
            "exists": self.exists,
            "identifiable": self.identifiable,
            "minus_infinity": list(self.minus_infinity),
            "reason": self.reason.in_language("en"),
            "lists": list(self.lists),
            "cells": list(self.cells),
        }


def check_model(table: CaptureTable, model: HierarchicalModel | str) -> ModelCheck:
    """Decide exactly whether the maximum of a model exists and is unique on this table.

    A model that fails has no estimate: software that fits it anyway reports whatever its
    iterations stopped at.

    Assumes: nothing; the decision is made in whole numbers.

    Raises:
        InputError: the text is not a model of the table's lists.

    Source: Fienberg & Rinaldo (2012), Annals of Statistics 40(2); Chan, Silverman & Vincent
    (2021), JASA 116(535), sections 3 and 4.
    Checked against: MultipleSystemsEstimation 1.2.0, tests/reference/mse; scipy's HiGHS.

    Example:
        >>> import polars as pl
        >>> rows = {"A": [1, 0, 0, 1], "B": [0, 1, 0, 1], "C": [0, 0, 1, 0]}
        >>> frame = pl.DataFrame({**rows, "count": [40, 30, 20, 6]})
        >>> check_model(CaptureTable.from_counts(frame), "[12,13,23]").identifiable
        False

    """
    if isinstance(model, str):
        model = HierarchicalModel.parse(model, table.lists)
    counts = table.counts.astype(np.float64)
    answer = decide(model, counts)
    exists, identifiable = bool(answer & EXISTS), bool(answer & IDENTIFIABLE)
    margins = sufficient_statistics(counts)
    finite, filled, empty = polyhedron.split_cells(model.array, margins, counts)
    reason = Text("The estimate of this model exists and is unique.")
    terms: set[int] = set()
    cells: list[int] = []
    if not exists:
        terms, cells = _what_diverges(finite, filled, empty)
        reason = Text(
            "The estimate does not exist: with nobody seen in the empty cells {cells}, the "
            "likelihood goes on rising while the terms {terms} run away to infinity.",
            _named(terms, cells, table.lists),
        )
    elif not identifiable:
        terms = _what_is_confounded(finite, np.concatenate([filled, empty]))
        removed = [term for term in model.terms if margins[term] <= 0]
        cells = [
            cell for cell in range(1, counts.size) if any(cell & term == term for term in removed)
        ]
        reason = Text(
            "The estimate is not unique: no table of these lists can tell the terms {terms} apart."
            if not cells
            else "The estimate is not unique: once the cells {cells} are fitted as zero, the terms "
            "{terms} can no longer be told apart.",
            _named(terms, cells, table.lists),
        )
    held = 0
    for term in terms:
        held |= term
    return ModelCheck(
        model=model.notation(table.lists),
        exists=exists,
        identifiable=identifiable,
        minus_infinity=tuple(
            term_notation(term, table.lists) for term in model.terms if margins[term] <= 0
        ),
        reason=reason,
        lists=tuple(name for i, name in enumerate(table.lists) if held >> i & 1),
        cells=tuple(term_names(cell, table.lists) for cell in cells),
    )


def decide(model: HierarchicalModel, counts: NDArray[np.float64]) -> int:
    """Give the verdict as bits (see `polyhedron`), in unbounded whole numbers where needed."""
    margins = sufficient_statistics(counts)
    answer = int(polyhedron.verdict(model.array, margins, counts))
    if not answer & OVERFLOW:
        return answer
    finite, filled, empty = polyhedron.split_cells(model.array, margins, counts)
    basis, _ = _null_space(polyhedron.design_rows(filled, finite))
    slopes = polyhedron.design_rows(empty, finite).astype(object) @ basis.T
    slopes = slopes[(slopes != 0).any(axis=1)] if slopes.size else slopes
    _, rank = _null_space(slopes)
    exists = not (slopes.size and _recession(slopes)[0])
    return EXISTS * exists | IDENTIFIABLE * (rank == len(basis))


def _null_space(rows: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """Run the kernel as plain Python on unbounded integers."""
    basis, rank, _ = polyhedron.null_space(rows.astype(object), math.inf)
    return basis, rank


def _recession(slopes: NDArray[Any]) -> tuple[bool, NDArray[Any]]:
    found, weights, _ = polyhedron.recession(slopes.astype(object), math.inf)
    return bool(found), weights


def _what_diverges(
    finite: NDArray[np.int64], filled: NDArray[np.int64], empty: NDArray[np.int64]
) -> tuple[set[int], list[int]]:
    """Find all cells that some direction empties, and the terms that move along it.

    Each round takes the cells that one direction empties out of the table and asks again, until
    no direction is left: what stays is the face on which the data lie.
    """
    basis, _ = _null_space(polyhedron.design_rows(filled, finite))
    terms: set[int] = set()
    cells: list[int] = []
    left = empty
    while True:
        slopes = polyhedron.design_rows(left, finite).astype(object) @ basis.T
        if not slopes.size:
            break
        found, weights = _recession(slopes)
        if not found:
            break
        direction = weights @ basis
        falls = (slopes @ weights).astype(object) < 0
        terms.update(int(term) for term, moves in zip(finite, direction, strict=True) if moves)
        cells.extend(int(cell) for cell in left[falls.astype(bool)])
        left = left[~falls.astype(bool)]
    return terms, sorted(cells)


def _what_is_confounded(finite: NDArray[np.int64], cells: NDArray[np.int64]) -> set[int]:
    """Give the terms in some combination that no cell that is left can see."""
    basis, _ = _null_space(polyhedron.design_rows(cells, finite))
    return {int(term) for term, used in zip(finite, (basis != 0).any(axis=0), strict=True) if used}


def _named(terms: set[int], cells: list[int], lists: tuple[str, ...]) -> dict[str, str]:
    return {
        "terms": ", ".join(term_names(term, lists) or "(intercept)" for term in sorted(terms)),
        "cells": ", ".join(term_names(cell, lists) for cell in cells),
    }
