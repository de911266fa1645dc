"""Replicates of an estimate by group: other tables, on each of which the terms are chosen anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate.groups._loglinear.fitting import GroupFit
from slachtoffermonitor.estimate.groups.cells import GroupCells

__all__ = ["GroupReplicates", "Resampling", "repeat_by_group"]

Floats = NDArray[np.float64]
Resampling = Literal["multinomial", "parametric"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupReplicates:
    """Estimates on other tables.

    Attributes:
        seen: float64, replicates × groups: the persons seen, missing covariates filled in by the
            replicate's model.
        hidden: float64, replicates × groups.
        models: the chosen terms.
        refused: tables without a sound model; they have no row.

    """

    seen: Floats
    hidden: Floats
    models: tuple[tuple[int, ...], ...]
    refused: int


def repeat_by_group(
    fit: GroupFit,
    choose: Callable[[GroupCells], GroupFit | None],
    replicates: int,
    *,
    resampling: Resampling,
    rng: np.random.Generator,
) -> GroupReplicates:
    """Choose and fit again on other tables.

    Args:
        fit: the estimate.
        choose: from persons to the chosen model; None when none is sound.
        replicates: number of tables.
        resampling: `multinomial` draws as many persons out of those seen; `parametric` draws the
            estimated population from the model, and hides who is on no list.
        rng: source of chance.

    """
    draw = _from_table if resampling == "multinomial" else _from_model
    seen, hidden, models = [], [], []
    for _ in range(replicates):
        found = choose(draw(fit, rng))
        if found is None:
            continue
        # A trace of the estimate's own means, for persons whom the replicate gives no place.
        means = found.means + 1e-12 * fit.means
        seen.append(fit.cells.completed(means).sum(axis=0))
        hidden.append(found.hidden)
        models.append(found.design.terms)
    width = (len(models), fit.hidden.size)
    return GroupReplicates(
        seen=np.array(seen).reshape(width),
        hidden=np.array(hidden).reshape(width),
        models=tuple(models),
        refused=replicates - len(models),
    )


def _from_table(fit: GroupFit, rng: np.random.Generator) -> GroupCells:
    """Draw as many persons out of those seen."""
    cells = fit.cells
    parts = [cells.counts, *(part.counts for part in cells.partial)]
    flat = np.concatenate([part.ravel() for part in parts])
    drawn = rng.multinomial(round(float(flat.sum())), flat / flat.sum()).astype(np.float64)
    return cells.with_counts(_cut(drawn, parts))


def _from_model(fit: GroupFit, rng: np.random.Generator) -> GroupCells:
    """Draw the estimated population from the model; covariates go missing as they did.

    Source: Buckland & Garthwaite (1991), Biometrics 47(1).
    """
    cells = fit.cells
    completed = cells.completed(fit.means)
    scale = np.divide(fit.means, completed, out=np.zeros_like(completed), where=completed > 0)
    parts = [np.where(completed > 0, cells.counts * scale, fit.means)]
    for part, expected in cells.shares(fit.means):
        factor = np.divide(
            part.counts, expected, out=np.zeros_like(expected), where=part.counts > 0
        )
        parts.append((fit.means * (factor @ part.member.T) * scale) @ part.member)
    flat = np.concatenate([*(part.ravel() for part in parts), [fit.hidden.sum()]])
    drawn = rng.multinomial(round(float(flat.sum())), flat / flat.sum()).astype(np.float64)
    return cells.with_counts(_cut(drawn[:-1], parts))


def _cut(flat: Floats, like: list[Floats]) -> list[Floats]:
    """Cut a row of numbers into arrays of these shapes."""
    ends = np.cumsum([part.size for part in like])[:-1]
    return [
        piece.reshape(part.shape) for piece, part in zip(np.split(flat, ends), like, strict=True)
    ]
