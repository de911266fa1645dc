"""How tokens are made: what both sides of a linkage must have in common, written in every file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Final, Literal, get_args

import numpy as np

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["TOKEN_VERSION", "Salt", "TokenParameters"]

# Raised whenever the preparation of names or the making of tokens changes in the least.
TOKEN_VERSION: Final = 2
Salt = Literal["none", "sex"]
_LIMITS: Final = {"bits": (64, 4096), "hash_functions": (1, 64)}
_LARGEST_EPSILON: Final = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenParameters:
    """What a register agrees on before anybody makes tokens; the defaults are measured.

    Tokens of different parameters are not comparable, and are refused together.

    Attributes:
        bits: length of a Bloom filter.
        hash_functions: how many bits each pair of letters, and each first letter, sets.
        balanced: each filter is followed by its complement and shuffled by a keyed order, so that
            all have the same number of ones and none tells how long a name is.
        epsilon: randomised response: every bit is flipped with probability
            1 / (1 + exp(epsilon / hash_functions)), so that whether one pair of letters occurs in
            a name is protected with this epsilon; None flips nothing.
        salt: the pairs of letters are keyed together with this attribute of the record, so that
            one name gives other filters for people who differ in it. Names of records that differ
            in it, or lack it, cannot be compared. The year of birth as a salt would hide more, and
            was left out: reports could then not be linked well (see `docs/link-private.md`).

    """

    bits: int = 1024
    hash_functions: int = 32
    balanced: bool = False
    epsilon: float | None = 42.0
    salt: Salt = "none"

    def __post_init__(self) -> None:
        """Refuse what no filter can be made of.

        Raises:
            InputError: with every problem.

        """
        problems = [
            Problem(
                what=f"the parameter '{name}' cannot be used",
                found=str(getattr(self, name)),
                allowed=f"{low} to {high}",
            )
            for name, (low, high) in _LIMITS.items()
            if not low <= getattr(self, name) <= high
        ]
        if self.bits % 8:
            problems.append(
                Problem(
                    what="the parameter 'bits' cannot be used",
                    found=str(self.bits),
                    allowed="multiples of 8",
                )
            )
        if self.epsilon is not None and not 0 < self.epsilon <= _LARGEST_EPSILON:
            problems.append(
                Problem(
                    what="the parameter 'epsilon' cannot be used",
                    found=str(self.epsilon),
                    allowed=f"above 0, up to {_LARGEST_EPSILON:g}",
                )
            )
        if self.salt not in get_args(Salt):
            problems.append(
                Problem(
                    what="the parameter 'salt' cannot be used",
                    found=str(self.salt),
                    allowed=", ".join(get_args(Salt)),
                )
            )
        if problems:
            raise InputError(problems)

    @property
    def flipped(self) -> float:
        """Give the probability that a bit is flipped.

        Source: Alaggan, Gambs and Kermarrec (2012), BLIP: non-interactive differentially-private
        similarity computation on Bloom filters, SSS 2012, theorem 1.
        """
        if self.epsilon is None:
            return 0.0
        return float(1 / (1 + np.exp(self.epsilon / self.hash_functions)))

    @property
    def stored_bits(self) -> int:
        """Give the length of a filter as it is stored."""
        return 2 * self.bits if self.balanced else self.bits

    def to_text(self) -> str:
        """Write the version and the parameters in one line, the same for the same parameters."""
        return json.dumps({"version": TOKEN_VERSION, **asdict(self)}, sort_keys=True)

    @classmethod
    def from_text(cls, text: str, *, file: str = "") -> TokenParameters:
        """Read what `to_text` wrote.

        Raises:
            InputError: it is of another version, or not readable.

        """
        try:
            written = dict(json.loads(text))
        except (ValueError, TypeError) as error:
            raise InputError(
                Problem(what="the parameters of the tokens cannot be read", file=file)
            ) from error
        version = written.pop("version", None)
        if version != TOKEN_VERSION:
            raise InputError(
                Problem(
                    what="the tokens are of a version that is not known",
                    file=file,
                    found=str(version),
                    allowed=f"version {TOKEN_VERSION}",
                )
            )
        if set(written) != {each.name for each in fields(cls)}:
            raise InputError(Problem(what="the parameters of the tokens cannot be read", file=file))
        return cls(**written)
