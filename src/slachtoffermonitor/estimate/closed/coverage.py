"""Estimates by sample coverage: how much of each list do the other lists cover?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.closed._designs import captures
from slachtoffermonitor.estimate.closed._intervals import SizeEstimate, log_normal_interval
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["SampleCoverage", "sample_coverage"]

_ENOUGH = 0.55
_STEP = 1e-30
_RANGE = 1e-9  # a smaller denominator is zero but for rounding

Method = Literal["independent", "high_coverage", "low_coverage"]
Complex = NDArray[np.complex128]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCoverage:
    """What the overlap of the lists says about the size of the population.

    Attributes:
        coverage: the share of the lists' persons who are on another list too, averaged over the
            lists: Ĉ, from 0 to 1.
        independent: the estimate that presumes independent lists; None when no lists overlap.
        high_coverage: the estimate that allows each pair of lists its own dependence; None when
            no lists overlap or the lists depend on each other too strongly for it.
        low_coverage: the same in one step from `independent`: with positive dependence a lower
            bound; None when no lists overlap.
        recommended: `high_coverage` when the coverage is 55% or more and the standard error is
            below a third of the estimate, else `low_coverage`; None when no lists overlap.

    """

    coverage: float
    independent: SizeEstimate | None
    high_coverage: SizeEstimate | None
    low_coverage: SizeEstimate | None
    recommended: Literal["high_coverage", "low_coverage"] | None


def sample_coverage(table: CaptureTable) -> SampleCoverage:
    """How many persons are there, judged by how much the lists cover each other?

    With low coverage (registers of trafficking: often below 15%) `high_coverage` is worth
    nothing: its denominator nears zero and the number explodes. Then only `low_coverage` stands,
    and it bounds the number from below as long as the lists depend on each other positively.
    With negative dependence it bounds nothing.

    Assumes: dependence of lists works through pairs; nobody enters or leaves; persons were
    linked without error.

    Returns:
        The coverage and three estimates; standard errors by the delta method on a multinomial
        table, 95% intervals with the logarithm of the hidden number as normal. The originals
        bootstrap their standard errors, so these differ from printed ones.

    Raises:
        InputError: fewer than three lists, or a list without persons (drop it first).

    Source: Chao & Lee (1992), JASA 87 (coverage); Chao & Tsay (1998), JASA 93 (three lists);
    Tsay & Chao (2001), Journal of Applied Statistics 28(1) (any number of lists); Chao, Tsay,
    Lin, Shau & Chao (2001), Statistics in Medicine 20(20) (which estimate to use when).
    Checked against: the hepatitis A (three lists) and diabetes (four lists) examples of the last.

    Example:
        >>> import numpy as np
        >>> counts = np.array([0, 69, 55, 21, 63, 17, 18, 28])
        >>> found = sample_coverage(CaptureTable.of_counts(("P", "Q", "E"), counts))
        >>> round(found.coverage, 3), round(found.low_coverage.abundance)
        (0.513, 508)

    """
    on = captures(table.size)
    counts = table.counts[1:].astype(np.float64)
    _require_usable(table, counts @ on)
    sums = _Sums(on)
    values = sums.of(counts)
    coverage = float(sums.coverage(values).real)
    if coverage <= 0:
        return SampleCoverage(
            coverage=0.0,
            independent=None,
            high_coverage=None,
            low_coverage=None,
            recommended=None,
        )
    high = sums.estimate(counts, "high_coverage")
    trusted = high is not None and high.standard_error < high.abundance / 3.0
    return SampleCoverage(
        coverage=coverage,
        independent=sums.estimate(counts, "independent"),
        high_coverage=high,
        low_coverage=sums.estimate(counts, "low_coverage"),
        recommended="high_coverage" if trusted and coverage >= _ENOUGH else "low_coverage",
    )


def _require_usable(table: CaptureTable, sizes: NDArray[np.float64]) -> None:
    problems = []
    if table.size < 3:
        problems.append(
            Problem(
                what="sample coverage needs lists that can depend on each other",
                found=f"{table.size} lists",
                allowed="3 lists or more",
            )
        )
    problems += [
        Problem(what="the list has no persons; drop it first", column=name)
        for name, size in zip(table.lists, sizes, strict=True)
        if size == 0
    ]
    if problems:
        raise InputError(problems)


class _Sums:
    """The sums over cells that the estimates need: all are linear in the counts.

    Per list the persons on it alone and on it at all; per pair of lists the persons on both, and
    those on one of the pair and on no list outside it (twice when on both of the pair).
    """

    def __init__(self, on: NDArray[np.bool_]) -> None:
        seen = on.sum(axis=1)
        self._lists = on.shape[1]
        pairs = list(combinations(range(self._lists), 2))
        self._first = np.array([i for i, _ in pairs])
        self._second = np.array([j for _, j in pairs])
        both = on[:, self._first] & on[:, self._second]
        inside = on[:, self._first].astype(np.float64) + on[:, self._second]
        close = np.where(inside == seen[:, None], inside, 0.0)
        alone = on & (seen == 1)[:, None]
        self._sums = np.hstack([alone, on, both, close, np.ones((len(on), 1))]).astype(np.float64)

    def of(self, counts: NDArray[np.float64]) -> Complex:
        """Give the sums of these counts."""
        return (counts @ self._sums).astype(np.complex128)

    def coverage(self, sums: Complex) -> np.complex128:
        """One less the mean over the lists of the share of persons on that list alone."""
        alone, sizes = sums[: self._lists], sums[self._lists : 2 * self._lists]
        return np.complex128(1.0 - (alone / sizes).mean())

    def estimate(self, counts: NDArray[np.float64], method: Method) -> SizeEstimate | None:
        """Estimate the size with its standard error; None when the method breaks down."""
        sums = self.of(counts)
        abundance = float(self._size(sums, method).real)
        seen = float(counts.sum())
        if not np.isfinite(abundance) or abundance < seen:
            return None
        nudged = sums + 1j * _STEP * np.eye(sums.size)
        slopes = np.array([self._size(row, method).imag / _STEP for row in nudged])
        # The size grows in proportion with the counts, so the multinomial variance is this.
        variance = float(counts @ (self._sums @ slopes) ** 2) - abundance
        error = sqrt(max(variance, 0.0))
        return SizeEstimate(
            abundance=abundance,
            standard_error=error,
            interval=log_normal_interval(seen, abundance - seen, error),
        )

    def _size(self, sums: Complex, method: Method) -> np.complex128:
        lists, pairs = self._lists, self._first.size
        sizes = sums[lists : 2 * lists]
        both, close = sums[2 * lists : 2 * lists + pairs], sums[2 * lists + pairs : -1]
        coverage = self.coverage(sums)
        independent = (sums[-1] - sums[:lists].mean()) / coverage
        weights = close / (lists * coverage)
        overlap = both / (sizes[self._first] * sizes[self._second])
        if method == "independent":
            return np.complex128(independent)
        if method == "high_coverage":
            left = 1.0 - (weights * overlap).sum()
            if left.real < _RANGE:
                return np.complex128(np.nan)
            return np.complex128((independent - weights.sum()) / left)
        step = independent + (weights * (independent * overlap - 1.0)).sum()
        return np.complex128(independent + (weights * (step * overlap - 1.0)).sum())
