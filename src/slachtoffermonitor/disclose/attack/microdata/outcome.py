"""What an attack on synthetic records found, with its uncertainty.

Source: Giomi, Boenisch, Wehmeyer and Tasnádi (2023), A unified framework for quantifying privacy
risk in synthetic data, PoPETs 2023(2), 312-328; Wilson (1927), Probable inference, the law of
succession, and statistical inference, JASA 22, 209-212.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

__all__ = ["MicrodataRisk", "RiskKind", "risk_of", "wilson"]

RiskKind = Literal["singling-out", "linkability", "inference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MicrodataRisk:
    """How much more an attacker learns of the people in the records than of people who are not.

    `attacked`, `control` and `naive` are rates of success: on records that the synthesis was made
    of, on records that it never saw, and of guessing without it. `risk` from `low` to `high` is the
    part of what could still be learnt after the control that the attack learns. `weak` is True
    where the attack is no better than guessing: such an attack proves nothing.
    """

    kind: RiskKind
    target: str
    attacks: int
    attacked: float
    control: float
    naive: float
    risk: float
    low: float
    high: float
    weak: bool

    def stands(self, limit: float) -> bool:
        """Is it certain, at the level of the interval, that the risk is above the limit?"""
        return self.low > limit


def wilson(successes: int, attacks: int, confidence: float = 0.95) -> tuple[float, float]:
    """Between which rates does the true one lie?

    Example:
        >>> low, high = wilson(0, 100)
        >>> round(low, 6), round(high, 3)
        (0.0, 0.037)

    """
    if attacks == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share, weight = successes / attacks, z * z / attacks
    centre = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * math.sqrt(share * (1 - share) / attacks + weight / (4 * attacks))
    return max(0.0, centre - half), min(1.0, centre + half)


def risk_of(
    kind: RiskKind,
    target: str,
    *,
    attacked: tuple[int, int],
    control: tuple[int, int],
    naive: tuple[int, int],
    confidence: float = 0.95,
) -> MicrodataRisk:
    """What risk do these successes, each out of a number of attacks, amount to?"""
    (first, first_half), (second, second_half) = (
        _middle(successes, attacks, confidence) for successes, attacks in (attacked, control)
    )
    guess, _ = _middle(*naive, confidence)
    room = max(1 - second, 1e-9)
    risk = (first - second) / room
    half = math.hypot(first_half / room, second_half * (1 - first) / room**2)
    rates = [found / max(tried, 1) for found, tried in (attacked, control, naive)]
    return MicrodataRisk(
        kind=kind,
        target=target,
        attacks=attacked[1],
        attacked=rates[0],
        control=rates[1],
        naive=rates[2],
        risk=max(0.0, min(1.0, risk)),
        low=max(0.0, min(1.0, risk - half)),
        high=max(0.0, min(1.0, risk + half)),
        weak=first - first_half <= guess,
    )


def _middle(successes: int, attacks: int, confidence: float) -> tuple[float, float]:
    low, high = wilson(successes, attacks, confidence)
    return (low + high) / 2, (high - low) / 2
