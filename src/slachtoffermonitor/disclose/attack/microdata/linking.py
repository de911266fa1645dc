"""Linkability: two halves of what is known of somebody, joined through the synthetic records."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.attack.microdata.codes import Release, differences
from slachtoffermonitor.disclose.attack.microdata.outcome import MicrodataRisk, risk_of

__all__ = ["linkability"]

_Ints = NDArray[np.int32]
_CHUNK = 250


def linkability(
    release: Release, *, attacks: int, confidence: float, draw: np.random.Generator
) -> MicrodataRisk:
    """How often do both halves of somebody's columns lead to one and the same synthetic record?

    The attacker knows half of the columns from one file and the other half from another, looks in
    each for the nearest synthetic record (where several are as near, the first in an order that is
    the same for both), and links the halves when it is the same one.
    """
    order = draw.permutation(len(release.columns))
    halves = order[: len(order) // 2], order[len(order) // 2 :]
    number = min(attacks, len(release.members))
    members, strangers = (
        rows[draw.choice(len(rows), number, replace=False)]
        for rows in (release.members, release.strangers)
    )
    # ties are broken alike for both halves: an attacker who did not would miss links
    first = draw.permutation(len(release.synthetic)) / len(release.synthetic)
    linked = [_linked(rows, release.synthetic, halves, first) for rows in (members, strangers)]
    blind = int((draw.integers(len(release.synthetic), size=number) == 0).sum())
    names = " | ".join(
        ", ".join(release.columns[one] for one in sorted(half.tolist())) for half in halves
    )
    return risk_of(
        "linkability",
        names,
        attacked=(linked[0], number),
        control=(linked[1], number),
        naive=(blind, number),
        confidence=confidence,
    )


def _linked(
    targets: _Ints,
    synthetic: _Ints,
    halves: tuple[NDArray[np.int64], NDArray[np.int64]],
    first: NDArray[np.float64],
) -> int:
    found = 0
    for start in range(0, len(targets), _CHUNK):
        part = targets[start : start + _CHUNK]
        nearest = []
        for half in halves:
            apart = differences(part[:, half], synthetic[:, half])
            nearest.append((apart + first).argmin(axis=1))
        found += int((nearest[0] == nearest[1]).sum())
    return found
