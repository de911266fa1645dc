"""The cut-off of the hidden number: the chance that it stays below, given the classes."""

import math

from numba import njit

__all__ = ["NO_LIMIT", "log_within"]

NO_LIMIT = 2**62
_SMALLEST = 1e-12
_FRACTION_STEPS = 10_000
_FRACTION_ERROR = 1e-14


@njit(cache=True, nogil=True)
def _log_beta_fraction(a: float, b: float, x: float) -> float:
    """Give the log of the regularised incomplete beta function, for x below its mean.

    Lentz's method for the continued fraction 8.17.22 of the Digital Library of Mathematical
    Functions.
    """
    front = a * math.log(x) + b * math.log1p(-x) - math.log(a)
    front += math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    upper = 1.0
    lower = 1.0 / (1.0 - (a + b) * x / (a + 1.0))
    fraction = lower
    for m in range(1, _FRACTION_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        lower = 1.0 / (1.0 + even * lower)
        upper = 1.0 + even / upper
        fraction *= lower * upper
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        lower = 1.0 / (1.0 + odd * lower)
        upper = 1.0 + odd / upper
        fraction *= lower * upper
        if abs(lower * upper - 1.0) < _FRACTION_ERROR:
            break
    return front + math.log(fraction)


@njit(cache=True, nogil=True)
def log_within(unseen: float, observed: int, largest: int) -> float:
    """Give the log chance of at most so many hidden persons, given the chance to be on no list.

    With the prior 1 / population the hidden number is then negative binomial.
    """
    if unseen <= 0.0:
        return 0.0
    a, b = float(observed), largest + 1.0
    if 1.0 - unseen > (a + 1.0) / (a + b + 2.0):
        beyond = _log_beta_fraction(b, a, unseen)
        return math.log1p(-math.exp(min(beyond, -_SMALLEST)))
    return _log_beta_fraction(a, b, 1.0 - unseen)
