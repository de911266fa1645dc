"""Membership: was somebody in the records that the synthesis was made of?

Source: Stadler, Oprisanu and Troncoso (2022), Synthetic data: anonymisation groundhog day, USENIX
Security 31; Humphries and others (2023), Investigating membership inference attacks under data
dependencies, CSF 36; van Breugel and others (2023), Membership inference attacks against synthetic
data through overfitting detection, AISTATS (the density ratio).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.attack.microdata.codes import Release, differences
from slachtoffermonitor.disclose.attack.microdata.outcome import wilson

__all__ = ["Membership", "membership"]

_Ints = NDArray[np.int32]
_Floats = NDArray[np.float64]
_CHUNK = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """How well members are told from people who are not in the records.

    `found` is the rate of members that are called members, `mistaken` that of others. `advantage`
    is the difference, from `low` to `high`. `epsilon_low` is the smallest epsilon that the rates
    allow; differential privacy promises that it lies below `epsilon_promised` (None: nothing was
    promised). `advantage_promised` is the largest advantage that the promise allows.
    """

    attacks: int
    found: float
    mistaken: float
    advantage: float
    low: float
    high: float
    epsilon_low: float
    epsilon_promised: float | None
    advantage_promised: float

    @property
    def broken(self) -> bool:
        """Do the rates contradict what was promised?"""
        promised = self.epsilon_promised
        return promised is not None and self.epsilon_low > promised


def membership(
    release: Release,
    *,
    attacks: int,
    confidence: float,
    draw: np.random.Generator,
    epsilon: float | None = None,
    delta: float = 0.0,
) -> Membership:
    """How well does nearness to the synthetic records tell who was in the records?

    Two scores: how few columns differ from the nearest synthetic record; and how many synthetic
    records are that near, against how many of a third of the strangers are. Which score and which
    threshold tell most is learnt from half of the targets, and judged on the other half.
    """
    third = len(release.strangers) // 3
    reference, rest = release.strangers[:third], release.strangers[third:]
    number = min(attacks, len(rest), len(release.members)) // 2 * 2
    members = release.members[draw.choice(len(release.members), number, replace=False)]
    strangers = rest[draw.choice(len(rest), number, replace=False)]
    ours = _scores(members, release.synthetic, reference)
    others = _scores(strangers, release.synthetic, reference)
    half = number // 2
    score, bar = max(
        ((one, bar) for one in range(ours.shape[1]) for bar in np.unique(ours[:half, one])),
        key=lambda pair: _advantage(ours[:half], others[:half], *pair),
    )
    found = int((ours[half:, score] >= bar).sum())
    mistaken = int((others[half:, score] >= bar).sum())
    intervals = [wilson(one, number - half, confidence) for one in (found, mistaken)]
    return _outcome((found, mistaken), number - half, intervals, epsilon, delta)


def _advantage(ours: _Floats, others: _Floats, score: int, bar: float) -> float:
    return float((ours[:, score] >= bar).mean() - (others[:, score] >= bar).mean())


def _scores(targets: _Ints, synthetic: _Ints, reference: _Ints) -> _Floats:
    found = []
    for start in range(0, len(targets), _CHUNK):
        part = targets[start : start + _CHUNK]
        apart, beside = differences(part, synthetic), differences(part, reference)
        nearest = apart.min(axis=1)
        as_near = np.maximum(nearest, 1)[:, None]
        here = (apart <= as_near).mean(axis=1) + 1 / len(synthetic)
        there = (beside <= as_near).mean(axis=1) + 1 / len(reference)
        found.append(np.stack([-nearest.astype(np.float64), np.log(here / there)], axis=1))
    return np.concatenate(found)


def _outcome(
    counts: tuple[int, int],
    number: int,
    intervals: list[tuple[float, float]],
    epsilon: float | None,
    delta: float,
) -> Membership:
    (found, mistaken), (first, second) = counts, intervals
    advantage = (found - mistaken) / number
    half = math.hypot((first[1] - first[0]) / 2, (second[1] - second[0]) / 2)
    bounds = [
        (first[0] - delta) / second[1],
        (1 - second[1] - delta) / (1 - first[0]) if first[0] < 1 else 0.0,
    ]
    allowed = 1.0
    if epsilon is not None:
        allowed = math.tanh(epsilon / 2) + 2 * delta / (math.exp(epsilon) + 1)
    return Membership(
        attacks=number,
        found=found / number,
        mistaken=mistaken / number,
        advantage=advantage,
        low=max(-1.0, advantage - half),
        high=min(1.0, advantage + half),
        epsilon_low=max(0.0, math.log(max([1.0, *bounds]))),
        epsilon_promised=epsilon,
        advantage_promised=allowed,
    )
