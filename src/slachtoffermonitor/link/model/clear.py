"""The model for records that tell who somebody is in clear text."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from slachtoffermonitor.link.model.design import BlockingRule, Comparison, Level, ModelDesign

__all__ = ["clear_design"]

_ELSE: Final = "ELSE"
# One name crosses letter by letter, the other nearly so.
_SWAPPED: Final = (
    "given_l <> given_r AND surname_l <> surname_r AND "
    "(given_l = surname_r AND jaro_winkler_similarity(surname_l, given_r) >= 0.85 OR "
    "surname_l = given_r AND jaro_winkler_similarity(given_l, surname_r) >= 0.85)"
)
_CHANGED_PLACES: Final = Level("changed places with the surname", _SWAPPED, 0.01, 1e-6)
_INITIAL: Final = Level(
    "initial only",
    "least(length(given_l), length(given_r)) = 1 AND given_l[1] = given_r[1]",
    0.02,
    0.002,
)


def _name(
    column: str, u: float, *, also_missing: str = "", only_given: tuple[Level, ...] = ()
) -> Comparison:
    alike = f"jaro_winkler_similarity({column}_l, {column}_r)"
    return Comparison(
        name=column,
        uses=("given", "surname", f"{column}_tokens", f"{column}_key"),
        missing=f"{column}_l IS NULL OR {column}_r IS NULL{also_missing}",
        levels=(
            Level("same", f"{column}_l = {column}_r", 0.80, u, "bearers"),
            *only_given,
            Level("one letter or sound apart", f"{alike} >= 0.92", 0.08, u, "slip"),
            Level(
                "shares a word", f"list_has_any({column}_tokens_l, {column}_tokens_r)", 0.03, 2 * u
            ),
            Level("alike", f"{alike} >= 0.82 OR {column}_key_l = {column}_key_r", 0.04, 4 * u),
            Level("different", _ELSE, 0.04, 1 - 8 * u),
        ),
        frequency=column,
        grouped=True,
    )


def _equal(column: str, m: float, u: float) -> Comparison:
    return Comparison(
        name=column,
        uses=(column,),
        missing=f"{column}_l IS NULL OR {column}_r IS NULL",
        levels=(
            Level("same", f"{column}_l = {column}_r", m, u),
            Level("different", _ELSE, 1 - m, 1 - u),
        ),
    )


_SAME_YEAR: Final = "birth_year_l = birth_year_r"
_TWO_PARTS_SAME: Final = (
    f"({_SAME_YEAR} AND (birth_month_l = birth_month_r OR birth_day_l = birth_day_r))"
    " OR birth_anniversary_l = birth_anniversary_r"
)
_COMPARISONS: Final = (
    _name("given", 0.005, only_given=(_CHANGED_PLACES, _INITIAL)),
    _name("surname", 0.002, also_missing=f" OR ({_SWAPPED})"),  # told once, by the given name
    Comparison(
        name="birth",
        uses=("birth_full", "birth_year", "birth_month", "birth_day", "birth_anniversary"),
        missing="birth_year_l IS NULL OR birth_year_r IS NULL",
        levels=(
            Level("same date", "birth_full_l = birth_full_r", 0.80, 1e-4),
            Level(
                "day and month swapped",
                f"{_SAME_YEAR} AND birth_month_l = birth_day_r AND birth_day_l = birth_month_r",
                0.01,
                1e-5,
            ),
            Level("two of year, month and day the same", _TWO_PARTS_SAME, 0.03, 4e-3),
            Level(
                "same year, day not known",
                f"{_SAME_YEAR} AND (birth_full_l IS NULL OR birth_full_r IS NULL)",
                0.12,
                5e-3,
            ),
            Level("same year, other day", _SAME_YEAR, 0.01, 0.04),
            Level("one year apart", "abs(birth_year_l - birth_year_r) = 1", 0.02, 0.08),
            Level("different", _ELSE, 0.01, 0.87),
        ),
    ),
    _equal("sex", 0.98, 0.55),
    _equal("citizenship", 0.95, 0.2),
    _equal("municipality", 0.6, 0.1),
    _equal("contact", 0.8, 1e-3),
)
# Different in all of these is never one person, whatever else agrees: sisters, and people housed
# by one exploiter, share a surname, a telephone and a town.
_NEVER_ALL_DIFFERENT: Final = ("given", "birth")
# Each rule survives another kind of error; the number of pairs of each grows with the size of its
# blocks, not with the square of the register.
_BLOCKING_RULES: Final = (
    BlockingRule(("birth_key",)),
    BlockingRule(("given_key", "surname_key")),
    BlockingRule(("name_sorted",)),
    BlockingRule(("surname_key", "birth_year")),
    BlockingRule(("given_key", "birth_year", "citizenship")),
    BlockingRule(("given_key", "birth_anniversary")),
    BlockingRule(("contact",)),
)
_GUARD: Final = ("birth_year", "birth_month", "birth_day")


def clear_design(features: Collection[str]) -> ModelDesign:
    """Give the model for the features that are there.

    Args:
        features: names of the features that at least one record has.

    """
    there = set(features)
    comparisons = tuple(each for each in _COMPARISONS if there.issuperset(each.uses))
    names = {each.name for each in comparisons}
    return ModelDesign(
        name="clear",
        comparisons=comparisons,
        blocking_rules=tuple(rule for rule in _BLOCKING_RULES if there.issuperset(rule.columns)),
        groups=tuple(name for name in ("citizenship", "sex") if name in names),
        never_all_different=_NEVER_ALL_DIFFERENT if names.issuperset(_NEVER_ALL_DIFFERENT) else (),
        guard=_GUARD if there.issuperset(_GUARD) else (),
    )
