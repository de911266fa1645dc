"""The model for records that tell who somebody is in clear text."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from slachtoffermonitor.link.model.comparing import ELSE, equal, mark, unknown
from slachtoffermonitor.link.model.design import BlockingRule, Comparison, Level, ModelDesign
from slachtoffermonitor.link.model.places import ADDRESS, HOUSE_NUMBER, PLACE, POSTCODE

__all__ = ["clear_design"]

# One name crosses letter by letter, the other nearly so.
_SWAPPED: Final = (
    "given_l <> given_r AND surname_l <> surname_r AND "
    "(given_l = surname_r AND jaro_winkler_similarity(surname_l, given_r) >= 0.85 OR "
    "surname_l = given_r AND jaro_winkler_similarity(given_l, surname_r) >= 0.85)"
)
_CHANGED_PLACES: Final = Level("changed places with the surname", _SWAPPED, 0.01, 1e-6, "exchanged")


def _near(one: str, other: str) -> str:
    """Say how alike two names are, an initial being nearly the name."""
    return (
        f"(CASE WHEN least(length({one}), length({other})) = 1 AND {one}[1] = {other}[1] "
        f"THEN 0.85 ELSE jaro_winkler_similarity({one}, {other}) END)"
    )


# Who takes a surname for a given name knows no better how to spell it. First letters are quick to
# compare, and nearly always one of the two is right.
_CROSSWISE: Final = f"{_near('given_l', 'surname_r')} + {_near('surname_l', 'given_r')}"
_STRAIGHT: Final = f"{_near('given_l', 'given_r')} + {_near('surname_l', 'surname_r')}"
_SWAPPED_WITH_SLIPS: Final = (
    "(given_l[1] = surname_r[1] OR surname_l[1] = given_r[1]) AND "
    f"{_CROSSWISE} >= 1.6 AND {_CROSSWISE} >= {_STRAIGHT} + 0.3"
)
_CHANGED_PLACES_WITH_SLIPS: Final = Level(
    "changed places with the surname, with slips", _SWAPPED_WITH_SLIPS, 0.005, 1e-5
)
_TOLD_BY_GIVEN: Final = f" OR ({_SWAPPED}) OR ({_SWAPPED_WITH_SLIPS})"
_INITIAL: Final = Level(
    "initial only",
    "least(length(given_l), length(given_r)) = 1 AND given_l[1] = given_r[1]",
    0.02,
    0.002,
)
# Kuba for Jakub; Alex for Alexander and Bayo for Adebayo without a list.
_SHORT_FORM: Final = Level(
    "short form of the other",
    "len(given_forms_l) + len(given_forms_r) > 2 AND list_has_any(given_forms_l, given_forms_r) OR "
    "least(length(given_l), length(given_r)) >= 3 AND "
    "(starts_with(given_l, given_r) OR starts_with(given_r, given_l) OR "
    "ends_with(given_l, given_r) OR ends_with(given_r, given_l))",
    0.02,
    0.003,
)


def _name(column: str, u: float, *, both: bool) -> Comparison:
    """Compare a name; with `both` names there, they may have changed places: told once."""
    given = column == "given"
    alike = f"jaro_winkler_similarity({column}_l, {column}_r)"
    near = Level("one letter or sound apart", f"{alike} >= 0.92", 0.08, u, "slip")
    word = Level(
        "shares a word",
        f"list_has_any({column}_tokens_l, {column}_tokens_r)",
        0.03,
        2 * u,
    )
    return Comparison(
        name=column,
        uses=(
            *(("given", "surname") if both else (column,)),
            f"{column}_tokens",
            f"{column}_key",
            *(["given_forms"] if given else []),
        ),
        missing=unknown(column) + (_TOLD_BY_GIVEN if both and not given else ""),
        levels=(
            Level("same", f"{column}_l = {column}_r", 0.80, u, "bearers"),
            *([_CHANGED_PLACES, _CHANGED_PLACES_WITH_SLIPS] if both and given else []),
            *([_INITIAL] if given else []),
            near,
            word,
            *([_SHORT_FORM] if given else []),
            Level(
                "alike",
                f"{alike} >= 0.82 OR {column}_key_l = {column}_key_r",
                0.04,
                4 * u,
            ),
            Level("different", ELSE, 0.04, 1 - 8 * u),
        ),
        frequency=column,
        grouped=True,
        exchanged_with="surname" if both and given else None,
    )


_SAME_YEAR: Final = "birth_year_l = birth_year_r"
_TWO_PARTS_SAME: Final = (
    f"({_SAME_YEAR} AND (birth_month_l = birth_month_r OR birth_day_l = birth_day_r))"
    " OR birth_anniversary_l = birth_anniversary_r"
)
_BIRTH: Final = Comparison(
    name="birth",
    uses=(
        "birth_full",
        "birth_year",
        "birth_month",
        "birth_day",
        "birth_anniversary",
        "birth_first_year",
        "birth_last_year",
    ),
    missing=unknown("birth_last_year"),
    levels=(
        Level("same date", "birth_full_l = birth_full_r", 0.80, 1e-4),
        Level(
            "day and month swapped",
            f"{_SAME_YEAR} AND birth_month_l = birth_day_r AND birth_day_l = birth_month_r",
            0.01,
            1e-5,
        ),
        Level(
            "one digit wrong, or two swapped",
            f"({_TWO_PARTS_SAME}) AND damerau_levenshtein(birth_full_l, birth_full_r) <= 1",
            0.02,
            1e-3,
        ),
        Level("two of year, month and day the same", _TWO_PARTS_SAME, 0.02, 4e-3),
        Level(
            "same year, day not known",
            f"{_SAME_YEAR} AND (birth_full_l IS NULL OR birth_full_r IS NULL)",
            0.11,
            5e-3,
        ),
        Level(
            "age fits the year of birth",
            f"({unknown('birth_year')}) AND birth_first_year_l <= birth_last_year_r "
            "AND birth_first_year_r <= birth_last_year_l",
            0.01,
            5e-3,
        ),
        Level("same year, other day", _SAME_YEAR, 0.01, 0.04),
        Level(
            "one year apart",
            "abs(birth_last_year_l - birth_last_year_r) = 1",
            0.02,
            0.08,
        ),
        Level("different", ELSE, 0.01, 0.86),
    ),
)
_COMPARISONS: Final = (
    _BIRTH,
    equal("sex", 0.98, 0.55),
    equal("citizenship", 0.95, 0.2),
    PLACE,
    mark("contact", 0.8, 1e-3),
    mark("document", 0.85, 1e-4),
    ADDRESS,
    HOUSE_NUMBER,
    POSTCODE,
    equal("region", 0.9, 0.3),
)
# Different in all of these is never one person, whatever else agrees: sisters, and people housed
# by one exploiter, share a surname, a telephone and a town.
_NEVER_ALL_DIFFERENT: Final = ("given", "birth")
# Each rule survives another kind of error. The first features of a rule are enough where few
# records share them; the others narrow it where many do.
_BLOCKING_RULES: Final = (
    BlockingRule(("document",), ("birth_year",)),
    BlockingRule(("contact",), ("sex", "birth_year")),
    BlockingRule(("birth_key",), ("sex", "citizenship")),
    BlockingRule(("sounds_sorted",), ("birth_year", "citizenship", "municipality")),
    BlockingRule(("name_sorted",), ("birth_year", "citizenship", "municipality")),
    BlockingRule(("surname_key",), ("birth_year", "sex", "citizenship", "birth_month")),
    BlockingRule(("given_key",), ("birth_year", "citizenship", "birth_month", "birth_day")),
    BlockingRule(("surname_key", "municipality"), ("citizenship", "sex", "birth_year")),
    BlockingRule(("given_key", "municipality"), ("citizenship", "birth_year")),
    BlockingRule(("surname_key", "birth_anniversary"), ("sex",)),
    BlockingRule(("given_key", "birth_anniversary"), ("citizenship",)),
    BlockingRule(("postcode",), ("house_number", "sex", "birth_year")),
    BlockingRule(("address",), ("house_number", "birth_year")),
    BlockingRule(("birth_anniversary",), ("sex", "citizenship", "municipality")),
    BlockingRule(("birth_year", "municipality"), ("sex", "citizenship", "birth_month")),
)
_GUARD: Final = ("birth_year", "birth_month", "birth_day")


def clear_design(features: Collection[str]) -> ModelDesign:
    """Give the model for the features that are there.

    Args:
        features: names of the features that at least one record has.

    """
    there = set(features)
    both = {"given", "surname"} <= there
    names_and_more = (
        _name("given", 0.005, both=both),
        _name("surname", 0.002, both=both),
        *_COMPARISONS,
    )
    comparisons = tuple(each for each in names_and_more if there.issuperset(each.uses))
    names = {each.name for each in comparisons}
    rules = [
        BlockingRule(rule.columns, tuple(name for name in rule.narrower if name in there))
        for rule in _BLOCKING_RULES
        if there.issuperset(rule.columns)
    ]
    return ModelDesign(
        name="clear",
        comparisons=comparisons,
        blocking_rules=tuple(rules),
        groups=tuple(name for name in ("citizenship", "sex") if name in names),
        never_all_different=_NEVER_ALL_DIFFERENT if names.issuperset(_NEVER_ALL_DIFFERENT) else (),
        unless_same=tuple(name for name in ("document",) if name in names),
        guard=_GUARD if there.issuperset(_GUARD) else (),
    )
