"""Hierarchical log-linear models and the notation in which they are written.

A term is a set of lists, kept as a bitmask (list i from 0 is bit i); term 0 is the intercept. A
model is hierarchical: with a term it holds every subset of it. It is written by its maximal
interactions in brackets, the lists numbered from 1 in column order: `[12,3]`. With more than nine
lists names are joined by colons: `[police:shelter,border]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import or_

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["HierarchicalModel"]

_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class HierarchicalModel:
    """Which lists may depend on each other; always with the main effect of every list.

    Attributes:
        size: the number of lists.
        terms: all terms as bitmasks in increasing order, from 0 (the intercept), closed under
            taking subsets. A subset is always before what holds it.

    """

    size: int
    terms: tuple[int, ...]

    @classmethod
    def closure(cls, size: int, interactions: Iterable[int] = ()) -> HierarchicalModel:
        """Make the smallest hierarchical model with these interactions and all main effects."""
        terms = {0, *(1 << i for i in range(size))}
        for interaction in interactions:
            subset = interaction
            while subset:
                terms.add(subset)
                subset = (subset - 1) & interaction
        return cls(size=size, terms=tuple(sorted(terms)))

    @classmethod
    def full(cls, size: int, order: int) -> HierarchicalModel:
        """Make the model with every interaction of up to `order` lists."""
        groups = (sum(1 << i for i in group) for group in combinations(range(size), order))
        return cls.closure(size, groups)

    @classmethod
    def parse(cls, text: str, lists: Sequence[str]) -> HierarchicalModel:
        """Read the notation: `[12,3]`, or `[A:B,C]` by name.

        Raises:
            InputError: not the notation, an unknown list, or a list that is not in the model.

        """
        inside = text.strip()
        if not (inside.startswith("[") and inside.endswith("]")):
            raise _notation_problem(text, lists)
        interactions = [_interaction(part.strip(), text, lists) for part in inside[1:-1].split(",")]
        absent = [name for i, name in enumerate(lists) if not reduce(or_, interactions) >> i & 1]
        if absent:
            raise InputError(
                Problem(
                    what="the model leaves out a list; every list has at least its main effect",
                    found=f"{text} without {', '.join(absent)}",
                    allowed=cls.closure(len(lists), interactions).notation(lists),
                )
            )
        return cls.closure(len(lists), interactions)

    @property
    def order(self) -> int:
        """The number of lists in the largest interaction."""
        return max(term.bit_count() for term in self.terms)

    @property
    def maximal(self) -> tuple[int, ...]:
        """The terms that no other term of the model holds, largest first."""
        return tuple(
            sorted(
                (
                    term
                    for term in self.terms
                    if term and not any(term & other == term != other for other in self.terms)
                ),
                key=lambda term: (-term.bit_count(), members(term)),
            )
        )

    @property
    def array(self) -> NDArray[np.int64]:
        """The terms as the kernels take them."""
        return np.array(self.terms, dtype=np.int64)

    def notation(self, lists: Sequence[str]) -> str:
        """Write the model: by numbers up to nine lists, by name above."""
        return "[" + ",".join(term_notation(term, lists) for term in self.maximal) + "]"

    def with_term(self, term: int) -> HierarchicalModel:
        """Add a term and all its subsets."""
        return self.closure(self.size, [*self.terms, term])

    def without_term(self, term: int) -> HierarchicalModel:
        """Take out a term and all terms that hold it."""
        return HierarchicalModel(
            size=self.size, terms=tuple(other for other in self.terms if other & term != term)
        )


def members(term: int) -> tuple[int, ...]:
    """List the lists of a term, numbered from 1."""
    return tuple(i + 1 for i in range(term.bit_length()) if term >> i & 1)


def term_notation(term: int, lists: Sequence[str]) -> str:
    """Write one term: `12`, or `A:B` with more than nine lists."""
    if len(lists) <= _DIGITS:
        return "".join(map(str, members(term)))
    return ":".join(lists[i - 1] for i in members(term))


def term_names(term: int, lists: Sequence[str]) -> str:
    """Write one term by the names of its lists."""
    return ":".join(lists[i - 1] for i in members(term))


def _interaction(part: str, text: str, lists: Sequence[str]) -> int:
    """Read one maximal interaction as a bitmask."""
    if len(lists) <= _DIGITS and part.isascii() and part.isdigit():
        numbers = [int(digit) for digit in part]
    else:
        names = [name.strip() for name in part.split(":")]
        numbers = [lists.index(name) + 1 if name in lists else 0 for name in names]
    if not numbers or len(set(numbers)) < len(numbers):
        raise _notation_problem(text, lists)
    if not all(1 <= number <= len(lists) for number in numbers):
        raise _notation_problem(text, lists)
    return sum(1 << (number - 1) for number in numbers)


def _notation_problem(text: str, lists: Sequence[str]) -> InputError:
    example = HierarchicalModel.closure(len(lists), [3]).notation(lists)
    how = (
        f"lists numbered 1 to {len(lists)} in column order, maximal interactions in brackets"
        if len(lists) <= _DIGITS
        else "names of lists joined by colons, maximal interactions in brackets"
    )
    return InputError(
        Problem(what="is not a model", found=text, allowed=f"{how}, such as {example}")
    )
