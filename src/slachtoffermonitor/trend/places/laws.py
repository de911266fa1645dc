"""Two kinds of numbers that places are compared on: counts against expected ones, and shares.

Each knows what chance does to a place when all places are alike, and what it does when places
truly differ. The ratio of a place is its number over what is expected of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln, xlogy
from scipy.stats import beta, binom, gamma, poisson

__all__ = ["Law", "Rates", "Shares"]

Floats = NDArray[np.float64]


class Law(Protocol):
    """What chance does to the numbers of places."""

    @property
    def counts(self) -> Floats:
        """What was counted in each place."""

    @property
    def expected(self) -> Floats:
        """What is expected in each place, if all are alike."""

    @property
    def variance(self) -> Floats:
        """The variance of each count, if all are alike."""

    @property
    def widest(self) -> float:
        """The largest spread between places that can be."""

    def limits(self, at: Floats, tail: float) -> Floats:
        """Give the ratio below which chance stays with this probability, at expected numbers."""

    def tails(self) -> tuple[Floats, Floats]:
        """Give the chances of fewer, and of as many, in each place."""

    def log_likelihood(self, spread: float) -> float:
        """Judge how well it fits that the ratios of places vary with this standard deviation."""

    def shrunk(self, spread: float, level: float) -> tuple[Floats, Floats, Floats]:
        """Give what is to be believed of the ratio of each place, with limits."""

    def drawn(self, chance: np.random.Generator, replicates: int) -> Floats:
        """Draw the counts anew, all places alike and their total as it is."""


def _interpolated(quantile: Floats, up_to: Floats, one_less: Floats, tail: float) -> Floats:
    """Put a limit between two whole counts, so that funnels are smooth (Spiegelhalter, 2005)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(up_to > one_less, (up_to - tail) / (up_to - one_less), 0.0)
    found: Floats = quantile - part
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rates:
    """Counts against what was expected of each place; true ratios vary as a gamma law."""

    counts: Floats
    expected: Floats

    @property
    def variance(self) -> Floats:
        """The variance of a Poisson count is its mean."""
        return self.expected

    @property
    def widest(self) -> float:
        """A spread of five times the average is beyond any pair of places."""
        return 5.0

    def limits(self, at: Floats, tail: float) -> Floats:
        """Give exact Poisson limits of the ratio."""
        quantile = poisson.ppf(tail, at)
        up_to, one_less = poisson.cdf(quantile, at), poisson.cdf(quantile - 1, at)
        return np.maximum(0.0, _interpolated(quantile, up_to, one_less, tail)) / at

    def tails(self) -> tuple[Floats, Floats]:
        """Give the Poisson chances of fewer, and of as many."""
        return (
            poisson.cdf(self.counts - 1, self.expected),
            poisson.pmf(self.counts, self.expected),
        )

    def log_likelihood(self, spread: float) -> float:
        """Judge a spread by the negative binomial law of the counts."""
        if spread == 0:
            return float(poisson.logpmf(self.counts, self.expected).sum())
        shape = 1 / spread**2
        whole = self.counts + shape
        found = (
            gammaln(whole)
            - gammaln(shape)
            - gammaln(self.counts + 1)
            + shape * np.log(shape)
            + xlogy(self.counts, self.expected)
            - whole * np.log(shape + self.expected)
        )
        return float(found.sum())

    def shrunk(self, spread: float, level: float) -> tuple[Floats, Floats, Floats]:
        """Pull each ratio to 1 by as much as chance can have moved it (Clayton & Kaldor, 1987)."""
        if spread == 0:
            ones = np.ones(len(self.counts))
            return ones, ones, ones
        shape = 1 / spread**2
        believed = gamma(self.counts + shape, scale=1 / (self.expected + shape))
        tail = (1 - level) / 2
        return believed.mean(), believed.ppf(tail), believed.ppf(1 - tail)

    def drawn(self, chance: np.random.Generator, replicates: int) -> Floats:
        """Draw counts given their total."""
        share = self.expected / self.expected.sum()
        found: Floats = chance.multinomial(int(self.counts.sum()), share, replicates).astype(float)
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shares:
    """Parts of a whole in each place; true shares vary as a beta law."""

    counts: Floats
    whole: Floats

    @property
    def share(self) -> float:
        """The share in all places together."""
        return float(self.counts.sum() / self.whole.sum())

    @property
    def expected(self) -> Floats:
        """The whole of each place times the share of all."""
        return self.whole * self.share

    @property
    def variance(self) -> Floats:
        """The binomial variance."""
        return self.expected * (1 - self.share)

    @property
    def widest(self) -> float:
        """Shares cannot differ more than all or nothing."""
        return 0.999 * float(np.sqrt((1 - self.share) / self.share))

    def limits(self, at: Floats, tail: float) -> Floats:
        """Give exact binomial limits of the ratio; a whole between two numbers is rounded."""
        whole = np.maximum(1, np.round(at / self.share))
        quantile = binom.ppf(tail, whole, self.share)
        up_to, one_less = (binom.cdf(quantile - less, whole, self.share) for less in (0, 1))
        found = np.maximum(0.0, _interpolated(quantile, up_to, one_less, tail))
        return np.asarray(found / (whole * self.share), dtype=np.float64)

    def tails(self) -> tuple[Floats, Floats]:
        """Give the binomial chances of fewer, and of as many."""
        return (
            binom.cdf(self.counts - 1, self.whole, self.share),
            binom.pmf(self.counts, self.whole, self.share),
        )

    def _beta(self, spread: float) -> tuple[float, float]:
        variance = (spread * self.share) ** 2
        strength = self.share * (1 - self.share) / variance - 1
        return self.share * strength, (1 - self.share) * strength

    def log_likelihood(self, spread: float) -> float:
        """Judge a spread by the beta-binomial law of the counts."""
        if spread == 0:
            return float(binom.logpmf(self.counts, self.whole, self.share).sum())
        one, other = self._beta(spread)
        choose = (
            gammaln(self.whole + 1)
            - gammaln(self.counts + 1)
            - gammaln(self.whole - self.counts + 1)
        )
        found = (
            choose
            + betaln(self.counts + one, self.whole - self.counts + other)
            - betaln(one, other)
        )
        return float(found.sum())

    def shrunk(self, spread: float, level: float) -> tuple[Floats, Floats, Floats]:
        """Pull each share to that of all by as much as chance can have moved it."""
        if spread == 0:
            ones = np.ones(len(self.counts))
            return ones, ones, ones
        one, other = self._beta(spread)
        believed = beta(self.counts + one, self.whole - self.counts + other)
        tail = (1 - level) / 2
        found = (believed.mean(), believed.ppf(tail), believed.ppf(1 - tail))
        return found[0] / self.share, found[1] / self.share, found[2] / self.share

    def drawn(self, chance: np.random.Generator, replicates: int) -> Floats:
        """Draw counts given their total."""
        wholes, total = self.whole.astype(np.int64), int(self.counts.sum())
        drawn = chance.multivariate_hypergeometric(wholes, total, replicates, method="marginals")
        return np.asarray(drawn, dtype=np.float64)
