"""Terms of a model on lists × covariates, by name and as bitmasks.

Factors are numbered: the lists first, then the covariates. A term is a set of factors, kept as a
bitmask; a model holds with a term every subset of it, the intercept (0) and all main effects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Factors", "Terms"]

Terms = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """The lists and covariates of a model.

    Attributes:
        lists: names of the lists.
        covariates: names of the covariates.

    """

    lists: tuple[str, ...]
    covariates: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a name that is both a list and a covariate."""
        both = set(self.lists) & set(self.covariates)
        if both:
            raise InputError(
                Problem(what="a list and a covariate have the same name", found=", ".join(both))
            )

    @property
    def names(self) -> tuple[str, ...]:
        """All names, lists first."""
        return (*self.lists, *self.covariates)

    def closure(self, interactions: Iterable[int] = ()) -> Terms:
        """Make the smallest hierarchical model with these terms and all main effects."""
        terms = {0, *(1 << i for i in range(len(self.names)))}
        for interaction in interactions:
            subset = interaction
            while subset:
                terms.add(subset)
                subset = (subset - 1) & interaction
        return tuple(sorted(terms))

    def parse(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Read terms such as `police:year`.

        Raises:
            InputError: a name that is no list or covariate, a name twice in a term, or a term
                with all lists, whose parameter no table can tell from the hidden number.

        """
        problems, masks = [], []
        for text in texts:
            parts = [part.strip() for part in text.split(":")]
            if not set(parts) <= set(self.names) or len(set(parts)) < len(parts):
                problems.append(
                    Problem(
                        what="is not a term of the model",
                        found=text,
                        allowed="names joined by ':' out of " + ", ".join(self.names),
                    )
                )
            elif set(self.lists) <= set(parts):
                problems.append(
                    Problem(
                        what="a term with all lists cannot be told from the hidden number",
                        found=text,
                        allowed="terms that leave at least one list out",
                    )
                )
            else:
                masks.append(sum(1 << self.names.index(part) for part in parts))
        if problems:
            raise InputError(problems)
        return tuple(masks)

    def name(self, term: int) -> str:
        """Write a term by the names of its factors, joined by colons."""
        return ":".join(name for i, name in enumerate(self.names) if term >> i & 1)

    def interactions(self, terms: Terms) -> tuple[str, ...]:
        """Write the interactions of a model, the smaller ones first."""
        found = [term for term in terms if term.bit_count() > 1]
        return tuple(self.name(term) for term in sorted(found, key=lambda t: (t.bit_count(), t)))

    def of_order(self, order: int, most_lists: int) -> Iterator[int]:
        """List the terms of so many factors with at most so many lists, and not all lists."""
        lists = (1 << len(self.lists)) - 1
        most = min(most_lists, len(self.lists) - 1)
        for group in combinations(range(len(self.names)), order):
            term = sum(1 << i for i in group)
            if (term & lists).bit_count() <= most:
                yield term
