"""What is compared between two records, and which pairs are compared at all.

The model is that of Fellegi and Sunter (1969): each comparison falls into one of a few levels, and
each level weighs log2(m/u), where m is how often a level occurs among pairs of the same person and
u among pairs of different persons. The weights written here are where learning starts from, and
what is used when there are too few reports to learn from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

__all__ = [
    "BLOCKING_RULES",
    "COMPARISONS",
    "NEVER_ALL_DIFFERENT",
    "Comparison",
    "Level",
    "settings",
]


@dataclass(frozen=True, slots=True)
class Level:
    """One level of agreement: its SQL condition and its starting weights.

    How likely chance is may hang on the name: `bearers` reach the level by bearing it, and a
    `slip` also when bearers of it slip in writing.
    """

    label: str
    condition: str
    m: float
    u: float
    chance: Literal["all names alike", "bearers", "slip"] = "all names alike"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One feature of a person, its levels from most to least agreeing; the last is `ELSE`.

    With `rarity`, agreement weighs more for a value that few bear, and chance agreement is asked
    separately of people of the same citizenship and sex: they share a stock of names.
    """

    name: str
    missing: str
    levels: tuple[Level, ...]
    rarity: bool = False


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
        column,
        f"{column}_l IS NULL OR {column}_r IS NULL{also_missing}",
        (
            Level("same", f"{column}_l = {column}_r", 0.80, u, "bearers"),
            *only_given,
            Level("one letter or sound apart", f"{alike} >= 0.92", 0.08, u, "slip"),
            Level(
                "shares a word", f"list_has_any({column}_tokens_l, {column}_tokens_r)", 0.03, 2 * u
            ),
            Level(
                "alike",
                f"{alike} >= 0.82 OR {column}_key_l = {column}_key_r",
                0.04,
                4 * u,
            ),
            Level("different", _ELSE, 0.04, 1 - 8 * u),
        ),
        rarity=True,
    )


def _equal(column: str, m: float, u: float) -> Comparison:
    return Comparison(
        column,
        f"{column}_l IS NULL OR {column}_r IS NULL",
        (
            Level("same", f"{column}_l = {column}_r", m, u),
            Level("different", _ELSE, 1 - m, 1 - u),
        ),
    )


_SAME_YEAR: Final = "birth_year_l = birth_year_r"
_TWO_PARTS_SAME: Final = (
    f"({_SAME_YEAR} AND (birth_month_l = birth_month_r OR birth_day_l = birth_day_r))"
    " OR birth_anniversary_l = birth_anniversary_r"
)
COMPARISONS: Final = (
    _name("given", 0.005, only_given=(_CHANGED_PLACES, _INITIAL)),
    _name("surname", 0.002, also_missing=f" OR ({_SWAPPED})"),  # told once, by the given name
    Comparison(
        "birth",
        "birth_year_l IS NULL OR birth_year_r IS NULL",
        (
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
NEVER_ALL_DIFFERENT: Final = ("given", "birth")

# A pair is compared when at least one rule holds. Each rule survives another kind of error; the
# number of pairs of each grows with the size of its blocks, not with the square of the register.
BLOCKING_RULES: Final = (
    "l.birth_key = r.birth_key",
    "l.given_key = r.given_key AND l.surname_key = r.surname_key",
    "l.name_sorted = r.name_sorted",
    "l.surname_key = r.surname_key AND l.birth_year = r.birth_year",
    "l.given_key = r.given_key AND l.birth_year = r.birth_year AND l.citizenship = r.citizenship",
    "l.given_key = r.given_key AND l.birth_anniversary = r.birth_anniversary",
    "l.contact = r.contact",
)


def settings(link_type: str) -> dict[str, object]:
    """Write the model as Splink settings."""
    return {
        "link_type": link_type,
        "unique_id_column_name": "record",
        "comparisons": [_comparison(each) for each in COMPARISONS],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": rule} for rule in BLOCKING_RULES
        ],
        "retain_matching_columns": True,  # only so does Splink give the level reached
        "additional_columns_to_retain": [
            f"{each.name}_rarity" for each in COMPARISONS if each.rarity
        ],
    }


def _comparison(comparison: Comparison) -> Mapping[str, object]:
    missing = {
        "sql_condition": comparison.missing,
        "label_for_charts": "not known",
        "is_null_level": True,
    }
    levels = [_level(each) for each in comparison.levels]
    return {"output_column_name": comparison.name, "comparison_levels": [missing, *levels]}


def _level(level: Level) -> Mapping[str, object]:
    return {
        "sql_condition": level.condition,
        "label_for_charts": level.label,
        "m_probability": level.m,
        "u_probability": level.u,
    }
