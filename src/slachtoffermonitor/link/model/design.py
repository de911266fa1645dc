"""A linkage model as data: what is compared between two records, and which pairs are compared.

The model is that of Fellegi and Sunter (1969): each comparison falls into one of a few levels, and
each level weighs log2(m/u), where m is how often a level occurs among pairs of the same person and
u among pairs of different persons. The weights in a design are where learning starts from, and
what is used when there are too few reports to learn from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

__all__ = ["BlockingRule", "Comparison", "Level", "ModelDesign", "PairWeight"]


@dataclass(frozen=True, slots=True)
class Level:
    """One level of agreement: its SQL condition and its starting weights.

    A condition speaks of the columns of both records, as `given_l` and `given_r`. How likely
    chance is may hang on the value: `bearers` reach the level by bearing it, and a `slip` also
    when bearers of it slip in writing; `exchanged` when somebody else bears the two values the
    other way round.
    """

    label: str
    condition: str
    m: float
    u: float
    chance: Literal["all values alike", "bearers", "slip", "exchanged"] = "all values alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One feature of a person, its levels from most to least agreeing; the last is `ELSE`.

    Attributes:
        name: of the comparison; the level reached stands in a column of this name.
        uses: the features that the conditions speak of.
        missing: the SQL condition under which the feature says nothing.
        levels: from most to least agreeing; reached levels are numbered from 0, the last.
        frequency: the feature whose rarity weighs agreement: it says more when few bear it.
        grouped: chance agreement is asked separately of people of the same group
            (`ModelDesign.groups`), who share a stock of names.
        exchanged_with: the comparison whose value may stand in the place of this one; both are
            weighed by frequency.

    """

    name: str
    uses: tuple[str, ...]
    missing: str
    levels: tuple[Level, ...]
    frequency: str | None = None
    grouped: bool = False
    exchanged_with: str | None = None

    @property
    def rarity(self) -> str:
        """Name the column with the share of others that bear the value."""
        return f"{self.name}_rarity"

    @property
    def exchange(self) -> str:
        """Name the column with the share of others that bear this and the exchanged value."""
        return f"{self.name}_exchange"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairWeight:
    """What a pair keeps of how rare the values of its records are.

    Attributes:
        name: of the column of the pair.
        of_both: the least or the greatest of both records; one that is not known is left out.
        column: of a record.
        comparison: that it weighs.
        levels: those of the comparison at which it is looked at.

    """

    name: str
    of_both: Literal["least", "greatest"]
    column: str
    comparison: str
    levels: tuple[int, ...]

    def sql(self, left: str, right: str) -> str:
        """Write it as an expression of the columns of both records."""
        return f"{self.of_both}({left}, {right})"


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """Compare two records when all these features are equal and known.

    Where that brings too many records together, the features of `narrower` must be equal too, one
    after the other, until a block is small enough; what stays too large is left to other rules.
    """

    columns: tuple[str, ...]
    narrower: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        """Write the rule as a condition on two records, `l` and `r`."""
        return " AND ".join(f"l.{column} = r.{column}" for column in self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDesign:
    """All that the engine needs to know of a kind of input; it knows nothing of names or tokens.

    Attributes:
        name: of the design, shown in results.
        comparisons: what is compared.
        blocking_rules: a pair is compared when at least one holds.
        groups: comparisons that together say whether two records draw from one stock of values.
        never_all_different: a pair that is different in all of these comparisons is never one
            person, whatever else agrees;
        unless_same: but for these, which are given to one person only, such as a document.
        guard: the features of year, month and day of birth; people who contradict one another in
            two of them are not brought together by a chain. Empty: no guard.
        macros: SQL run once on each connection, such as `CREATE MACRO dice(a, b) AS …`.
        derived: features computed once per table by the database: name to SQL expression.

    """

    name: str
    comparisons: tuple[Comparison, ...]
    blocking_rules: tuple[BlockingRule, ...]
    groups: tuple[str, ...] = ()
    never_all_different: tuple[str, ...] = ()
    unless_same: tuple[str, ...] = ()
    guard: tuple[str, ...] = ()
    macros: tuple[str, ...] = ()
    derived: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def weighed_by_frequency(self) -> tuple[Comparison, ...]:
        """Give the comparisons in which agreement on a rare value weighs more."""
        return tuple(each for each in self.comparisons if each.frequency is not None)

    @property
    def record_weights(self) -> tuple[str, ...]:
        """Name the columns of a record that say how rare its values are."""
        return (
            *(each.rarity for each in self.weighed_by_frequency),
            *(each.exchange for each in self.comparisons if each.exchanged_with is not None),
        )

    @property
    def pair_weights(self) -> tuple[PairWeight, ...]:
        """Say what a pair keeps of how rare the values of its records are."""
        return tuple(kept for each in self.comparisons for kept in _pair_weights(each))

    def comparison(self, name: str) -> Comparison:
        """Give the comparison of this name."""
        return next(each for each in self.comparisons if each.name == name)


def _pair_weights(comparison: Comparison) -> Iterator[PairWeight]:
    def weight(name: str, of_both: Literal["least", "greatest"], column: str) -> PairWeight:
        chances = ("exchanged",) if column == comparison.exchange else ("bearers", "slip")
        highest = len(comparison.levels) - 1
        at = [n for n, level in enumerate(comparison.levels) if level.chance in chances]
        return PairWeight(
            name=name,
            of_both=of_both,
            column=column,
            comparison=comparison.name,
            levels=tuple(highest - n for n in at),
        )

    if comparison.frequency is not None:
        yield weight(comparison.rarity, "greatest", comparison.rarity)
    if comparison.exchanged_with is not None:
        yield weight(f"{comparison.exchange}_least", "least", comparison.exchange)
        yield weight(f"{comparison.exchange}_most", "greatest", comparison.exchange)
