"""Singling out: a description, taken from the synthetic records, that fits one person alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.attack.microdata.codes import Release
from slachtoffermonitor.disclose.attack.microdata.outcome import MicrodataRisk, risk_of

__all__ = ["singling_out"]

_Ints = NDArray[np.int32]
_TRIES = 20


def singling_out(
    release: Release, *, attacks: int, columns: int, confidence: float, draw: np.random.Generator
) -> MicrodataRisk:
    """How often does what is unique among the synthetic records fit one person alone?

    The attacker takes a synthetic record and some of its columns whose values occur once in the
    synthetic records, and claims that exactly one person is so. Guessing takes values at random.
    """
    number = min(columns, len(release.columns))
    guesses = _guesses(release, attacks, number, draw)
    blind = [
        (chosen, np.array([draw.integers(release.sizes[one]) for one in chosen], dtype=np.int32))
        for chosen, _ in guesses
    ]
    return risk_of(
        "singling-out",
        f"{number} columns",
        attacked=(_alone(release.members, guesses), len(guesses)),
        control=(_alone(release.strangers, guesses), len(guesses)),
        naive=(_alone(release.members, blind), len(blind)),
        confidence=confidence,
    )


def _guesses(
    release: Release, attacks: int, number: int, draw: np.random.Generator
) -> list[tuple[NDArray[np.int64], _Ints]]:
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[NDArray[np.int64], _Ints]] = {}
    for _ in range(attacks * _TRIES):
        if len(found) == attacks:
            break
        chosen = np.sort(draw.choice(len(release.columns), number, replace=False))
        values = release.synthetic[draw.integers(len(release.synthetic))][chosen]
        if _fits(release.synthetic, chosen, values) == 1:
            key = (tuple(chosen.tolist()), tuple(values.tolist()))
            found[key] = (chosen, values)
    return list(found.values())


def _alone(rows: _Ints, guesses: list[tuple[NDArray[np.int64], _Ints]]) -> int:
    return sum(_fits(rows, chosen, values) == 1 for chosen, values in guesses)


def _fits(rows: _Ints, chosen: NDArray[np.int64], values: _Ints) -> int:
    return int((rows[:, chosen] == values).all(axis=1).sum())
