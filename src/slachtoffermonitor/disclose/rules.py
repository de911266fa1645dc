"""House rules of disclosure control: what is unsafe, how it is protected, what is promised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["METHODS", "Method", "Rules"]

Method = Literal["minimum-and-rounding", "suppression", "rounding", "cell-key", "noise"]
METHODS: tuple[Method, ...] = get_args(Method)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """House rules of disclosure control; the defaults are ours, not those of a statistics office.

    Unsafe is: a count from 1 to `minimum` - 1; with `zeros` a count of 0; a count of which the
    `dominance_units` largest contributions are more than the share `dominance_share` (n, k); a
    count of which all but the two largest contributions are less than the share `p_ratio` of the
    largest (p%); in a `sensitive` dimension a category with more than the share `group_share` of
    its total, since it tells of everybody there what they are. Dimensions in `public` are known
    of everybody: a table of those alone needs no protection. A minimum of 10, a base of 5,
    dominance (2, 0.9) and p 0.1 are the defaults of the open output checker ACRO.

    `method` says how unsafe counts are protected. Promised is that a reader who has all tables
    cannot tell an unsafe count closer than an interval of width `sliding` (by default
    `base` - 1, so that at least `base` values stay possible), reaching at least `lower` below and
    `upper` above the truth.

    `variance` and `furthest` shape the noise of cell keys, `epsilon` is what one table costs of
    the budget under differential privacy. `seconds` limits the whole work.
    """

    minimum: int = 10
    base: int = 5
    method: Method = "minimum-and-rounding"
    zeros: bool = False
    dominance_units: int = 2
    dominance_share: float = 0.9
    p_ratio: float = 0.1
    group_share: float = 0.9
    sensitive: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    lower: int = 0
    upper: int = 0
    sliding: int | None = None
    variance: float = 4.0
    furthest: int = 8
    epsilon: float = 1.0
    budget: float = 4.0
    seed: int = 19
    seconds: float = 300.0
    joint_limit: int = 4_000

    def __post_init__(self) -> None:
        """Refuse rules under which nothing would be protected."""
        problems = [
            Problem(what=what, found=str(found), allowed=allowed)
            for holds, what, found, allowed in self._limits()
            if not holds
        ]
        if problems:
            raise InputError(problems)

    @property
    def width(self) -> int:
        """How wide the interval of an unsafe count stays at least."""
        return self.base - 1 if self.sliding is None else self.sliding

    def _limits(self) -> Iterator[tuple[bool, str, object, str]]:
        yield (
            self.method in METHODS,
            "unknown method of protection",
            self.method,
            ", ".join(METHODS),
        )
        yield self.minimum >= 2, "the minimum count protects nobody", self.minimum, "2 or more"
        yield (
            self.base >= 1 and self.minimum % max(self.base, 1) == 0,
            "the rounding base does not fit the minimum count",
            self.base,
            f"a divisor of {self.minimum}, or a small count could come back",
        )
        yield (
            min(self.lower, self.upper, self.width) >= 0,
            "a protection interval is negative",
            f"lower {self.lower}, upper {self.upper}, sliding {self.width}",
            "0 or more",
        )
        yield (
            self.method not in ("rounding", "minimum-and-rounding") or self.width < self.base,
            "rounding cannot keep an interval of this width",
            self.width,
            f"less than the base, {self.base}",
        )
        for name in ("dominance_share", "p_ratio", "group_share"):
            share = getattr(self, name)
            yield 0 < share <= 1, f"{name} is no share", share, "above 0, at most 1"
        yield self.dominance_units >= 1, "dominance of no unit", self.dominance_units, "1 or more"
        yield (
            0 < self.variance <= self.furthest**2,
            "the noise of cell keys cannot have this variance",
            self.variance,
            f"above 0, at most {self.furthest**2}",
        )
        yield self.epsilon > 0, "epsilon is not above 0", self.epsilon, "above 0"
        yield self.seconds > 0, "no time to work in", self.seconds, "above 0 seconds"
