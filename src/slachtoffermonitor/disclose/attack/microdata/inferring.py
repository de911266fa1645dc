"""Inference: what somebody keeps secret, guessed from the synthetic records nearest to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.attack.microdata.codes import Release, differences
from slachtoffermonitor.disclose.attack.microdata.outcome import MicrodataRisk, risk_of

__all__ = ["inference"]

_Ints = NDArray[np.int32]
_CHUNK = 250


def inference(
    release: Release, secret: str, *, attacks: int, confidence: float, draw: np.random.Generator
) -> MicrodataRisk:
    """How often is the secret right that most of the nearest synthetic records have?

    The attacker knows all other columns. Guessing takes one of the values at random.
    """
    place = release.columns.index(secret)
    number = min(attacks, len(release.members))
    members, strangers = (
        rows[draw.choice(len(rows), number, replace=False)]
        for rows in (release.members, release.strangers)
    )
    right = [
        _right(rows, release.synthetic, place, release.sizes[place])
        for rows in (
            members,
            strangers,
        )
    ]
    blind = draw.integers(release.sizes[place], size=number)
    return risk_of(
        "inference",
        secret,
        attacked=(right[0], number),
        control=(right[1], number),
        naive=(int((blind == members[:, place]).sum()), number),
        confidence=confidence,
    )


def _right(targets: _Ints, synthetic: _Ints, place: int, size: int) -> int:
    known = np.delete(np.arange(targets.shape[1]), place)
    values = np.eye(size, dtype=np.float32)[synthetic[:, place]]
    found = 0
    for start in range(0, len(targets), _CHUNK):
        part = targets[start : start + _CHUNK]
        apart = differences(part[:, known], synthetic[:, known])
        nearest = apart == apart.min(axis=1, keepdims=True)
        votes = nearest.astype(np.float32) @ values
        found += int((votes.argmax(axis=1) == part[:, place]).sum())
    return found
