"""Whether the tables of a set agree with one another before anything is computed from them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from slachtoffermonitor.disclose.linked.system import LinkedSet
from slachtoffermonitor.ground import Problem

__all__ = ["disagreements"]

_SHOWN = 20
_NEAR = 1e-6


def disagreements(linked: LinkedSet) -> Iterator[Problem]:
    """Where do margins not add up? One problem per margin, the tables named, no count shown."""
    known = ~np.isnan(linked.value)
    filled = np.where(known, linked.value, 0.0)
    complete = np.asarray(abs(linked.matrix) @ (~known).astype(float)) == 0
    sums = np.asarray(linked.matrix @ filled)
    off = complete & ((sums < linked.row_low - _NEAR) | (sums > linked.row_high + _NEAR))
    rows = np.flatnonzero(off)
    for row in rows[:_SHOWN]:
        start, end = linked.matrix.indptr[row], linked.matrix.indptr[row + 1]
        cells, weights = linked.matrix.indices[start:end], linked.matrix.data[start:end]
        parent = int(cells[np.argmax(weights)])
        condition = ", ".join(f"{k} {v}" for k, v in linked.conditions(parent).items()) or "total"
        yield Problem(
            what="a margin is not the sum of its parts",
            found=f"{condition} (tables {', '.join(linked.tables_of(cells.tolist()))})",
            allowed="the sum of its parts, in every table; a combination without a row counts 0",
        )
    if rows.size > _SHOWN:
        yield Problem(what=f"and {rows.size - _SHOWN} more margins do not add up")
