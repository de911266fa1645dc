"""Every hierarchical model up to an order, as the kernels read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate.model import HierarchicalModel
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Candidates", "can_enumerate", "candidates", "check_order"]

LIMIT = 40_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Models in one flat array of terms.

    Attributes:
        size: the number of lists.
        terms: the terms of all models one after the other (int64).
        offsets: where each model begins in `terms`, and the end (int64, models + 1).

    """

    size: int
    terms: NDArray[np.int64]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, models: Sequence[HierarchicalModel]) -> Candidates:
        """Pack models; all must have the same number of lists."""
        return cls(
            size=models[0].size,
            terms=np.concatenate([model.array for model in models]),
            offsets=np.cumsum([0, *(len(model.terms) for model in models)], dtype=np.int64),
        )

    def __len__(self) -> int:
        """Count the models."""
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> HierarchicalModel:
        """Give one model."""
        terms = self.terms[self.offsets[index] : self.offsets[index + 1]]
        return HierarchicalModel(size=self.size, terms=tuple(terms.tolist()))

    @property
    def parameters(self) -> NDArray[np.int64]:
        """The number of parameters of each model, those at minus infinity included."""
        return np.diff(self.offsets)

    @property
    def words(self) -> NDArray[np.uint64]:
        """Each model as a word whose bit k says that term k is in it; zeros above 6 lists."""
        if self.size > 6:
            return np.zeros(len(self), dtype=np.uint64)
        bits = np.left_shift(np.uint64(1), self.terms.astype(np.uint64))
        return np.bitwise_or.reduceat(bits, self.offsets[:-1])


def check_order(size: int, max_order: int) -> None:
    """Refuse an order that does not fit the number of lists.

    Raises:
        InputError: it is below 1, or not below the number of lists.

    """
    if not 1 <= max_order < size:
        raise InputError(
            Problem(
                what="the order of interaction does not fit the number of lists",
                found=f"order {max_order} with {size} lists",
                allowed=f"1 to {size - 1}",
            )
        )


def can_enumerate(size: int, max_order: int) -> bool:
    """Tell whether every model is looked at: up to 5 lists, or 6 lists at order 2."""
    return size <= 5 or max_order == 1 or (max_order == 2 and 2 ** comb(size, 2) <= LIMIT)


@lru_cache(maxsize=16)
def candidates(size: int, max_order: int) -> Candidates:
    """Enumerate every hierarchical model with all main effects and terms of up to `max_order`.

    Raises:
        InputError: there are too many to look at each.

    Example:
        >>> len(candidates(4, 3)), len(candidates(5, 4)), len(candidates(6, 2))
        (113, 6893, 32768)

    """
    check_order(size, max_order)
    if not can_enumerate(size, max_order):
        raise InputError(
            Problem(
                what="there are too many models to look at each of them",
                found=f"{size} lists, order {max_order}",
                allowed="up to 5 lists, or 6 lists at order 2",
            )
        )
    if max_order == 1:
        return Candidates.of([HierarchicalModel.closure(size)])
    words = sorted(_down_sets(size, max_order), key=lambda word: (word.bit_count(), word))
    bits = np.unpackbits(
        np.array(words, dtype="<u8").view(np.uint8).reshape(len(words), 8),
        axis=1,
        bitorder="little",
    )
    model, term = np.nonzero(bits)
    lengths = np.bincount(model, minlength=len(words))
    return Candidates(
        size=size,
        terms=term.astype(np.int64),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
    )


def _down_sets(size: int, max_order: int) -> Iterator[int]:
    """Give each model as a word whose bit k says that term k is in it."""
    main = 1 | sum(1 << (1 << i) for i in range(size))
    yield from _extend(main, size, 2, max_order)


def _extend(word: int, size: int, order: int, max_order: int) -> Iterator[int]:
    """Add every choice of interactions of this order, and then of higher orders."""
    if order > max_order:
        yield word
        return
    allowed = [
        term
        for term in (sum(1 << i for i in group) for group in combinations(range(size), order))
        if all(word >> (term ^ (1 << i)) & 1 for i in range(size) if term >> i & 1)
    ]
    for choice in range(1 << len(allowed)):
        chosen = sum(1 << term for k, term in enumerate(allowed) if choice >> k & 1)
        # Without an interaction of this order there is none of a higher one.
        yield from (_extend(word | chosen, size, order + 1, max_order) if chosen else iter((word,)))
