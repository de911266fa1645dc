"""The model for records that are known by their tokens only.

How alike two names are is told by the bits that their filters share. What filters cannot tell, the
exact tokens do: that names sound alike, changed places, or are a short form and its full name.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from slachtoffermonitor.link.model import BlockingRule, Comparison, Level, ModelDesign
from slachtoffermonitor.link.model.comparing import ELSE, unknown
from slachtoffermonitor.link.private.parameters import TokenParameters

__all__ = ["private_design"]

_GRAMS_OF_A_NAME: Final = 9
_CLOSE: Final = 0.8
_ALIKE: Final = 0.6
_SOMEWHAT: Final = 0.4
_WHOLE: Final = 0.9
_NAMES: Final = ("given", "surname")
_FIELDS: Final = (*_NAMES, "contact", "document", "address")

_OTHER_NAMES: Final = "given_token_l <> given_token_r AND surname_token_l <> surname_token_r"
_SWAPPED: Final = f"{_OTHER_NAMES} AND block_names_l = block_names_r"
_CHANGED_PLACES: Final = Level("changed places with the surname", _SWAPPED, 0.01, 1e-6, "exchanged")
# One name crosses letter by letter, the other with slips.
_CROSSWISE: Final = (
    "alike(given_bits_l, surname_bits_r, given_ones_l, surname_ones_r)"
    " + alike(surname_bits_l, given_bits_r, surname_ones_l, given_ones_r)"
)
_STRAIGHT: Final = (
    "alike(given_bits_l, given_bits_r, given_ones_l, given_ones_r)"
    " + alike(surname_bits_l, surname_bits_r, surname_ones_l, surname_ones_r)"
)
_SWAPPED_WITH_SLIPS: Final = (
    f"{_OTHER_NAMES}"
    " AND (given_token_l = surname_token_r OR surname_token_l = given_token_r"
    " OR block_sounds_l = block_sounds_r)"
    f" AND {_CROSSWISE} >= 1.6 AND {_CROSSWISE} >= {_STRAIGHT} + 0.3"
)
_CHANGED_PLACES_WITH_SLIPS: Final = Level(
    "changed places with the surname, with slips", _SWAPPED_WITH_SLIPS, 0.005, 1e-5
)
_TOLD_BY_GIVEN: Final = f" OR ({_SWAPPED}) OR ({_SWAPPED_WITH_SLIPS})"
_SHORT_FORM: Final = Level(
    "short form of the other", "list_has_any(given_forms_l, given_forms_r)", 0.02, 0.002
)
# That both sound alike is known of the two names together, or of one with another feature.
_SOUNDS: Final = {
    "given": ("block_sounds", "block_given_year", "block_given_day", "block_given_place"),
    "surname": ("block_sounds", "block_surname_year", "block_surname_day", "block_surname_place"),
}


def _alike(field: str) -> str:
    return f"alike({_sides(field)})"


def _within(field: str) -> str:
    return f"within({_sides(field)})"


def _sides(field: str) -> str:
    return f"{field}_bits_l, {field}_bits_r, {field}_ones_l, {field}_ones_r"


def _name(name: str, u: float) -> Comparison:
    token, given = f"{name}_token", name == "given"
    sounds = " OR ".join(f"{block}_l = {block}_r" for block in _SOUNDS[name])
    return Comparison(
        name=name,
        uses=(
            token,
            *(["surname_token", "given_forms"] if given else ["given_token"]),
            "block_names",
            *_SOUNDS[name],
            *(f"{each}_{part}" for each in _NAMES for part in ("bits", "ones")),
        ),
        # That the names have changed places is told once, by the given name.
        missing=unknown(token) + ("" if given else _TOLD_BY_GIVEN),
        levels=(
            Level("same", f"{token}_l = {token}_r", 0.80, u, "bearers"),
            *([_CHANGED_PLACES, _CHANGED_PLACES_WITH_SLIPS] if given else []),
            Level("one letter or sound apart", f"{_alike(name)} >= 0.88", 0.05, u, "slip"),
            *([_SHORT_FORM] if given else []),
            Level("very alike", f"{_alike(name)} >= 0.78", 0.03, 2 * u),
            Level("alike", f"{_alike(name)} >= 0.68", 0.03, 3 * u),
            Level("shares a word", f"{_within(name)} >= {_WHOLE}", 0.01, 2 * u),
            Level("half alike", f"{_alike(name)} >= 0.58 OR {sounds}", 0.02, 4 * u),
            Level("somewhat alike", f"{_alike(name)} >= 0.46", 0.01, 6 * u),
            Level("different", ELSE, 0.04, 1 - 20 * u),
        ),
        frequency=token,
        grouped=True,
        exchanged_with="surname" if given else None,
    )


def _equal(name: str, m: float, u: float, *, by_rarity: bool = False) -> Comparison:
    column = f"{name}_token"
    return Comparison(
        name=name,
        uses=(column,),
        missing=unknown(column),
        levels=(
            Level(
                "same",
                f"{column}_l = {column}_r",
                m,
                u,
                "bearers" if by_rarity else "all values alike",
            ),
            Level("different", ELSE, 1 - m, 1 - u),
        ),
        frequency=column if by_rarity else None,
    )


def _mark(name: str, m: float, u: float) -> Comparison:
    """Compare a number that is given to one person: a telephone, a document, or the end of it."""
    column = f"{name}_token"
    return Comparison(
        name=name,
        uses=(column, f"{name}_bits", f"{name}_ones"),
        missing=unknown(column),
        levels=(
            Level("same", f"{column}_l = {column}_r", m, u),
            Level(
                "part of the other, or one sign apart",
                f"{_alike(name)} >= {_ALIKE} OR {_within(name)} >= {_WHOLE}",
                0.05,
                10 * u,
            ),
            Level("different", ELSE, 0.95 - m, 1 - 11 * u),
        ),
    )


_SAME_YEAR, _SAME_MONTH, _SAME_DAY = (
    f"birth_{part}_token_l = birth_{part}_token_r" for part in ("year", "month", "day")
)
_GUARD: Final = ("birth_year_token", "birth_month_token", "birth_day_token")
_BIRTH: Final = Comparison(
    name="birth",
    uses=(*_GUARD, "block_birth"),
    missing=unknown("birth_year_token"),
    levels=(
        Level("same date", f"{_SAME_YEAR} AND {_SAME_MONTH} AND {_SAME_DAY}", 0.80, 1e-4),
        Level("day and month swapped", "block_birth_l = block_birth_r", 0.01, 1e-5),
        Level(
            "two of year, month and day the same",
            f"({_SAME_YEAR} AND ({_SAME_MONTH} OR {_SAME_DAY})) OR ({_SAME_MONTH} AND {_SAME_DAY})",
            0.03,
            4e-3,
        ),
        Level(
            "same year, day not known",
            f"{_SAME_YEAR} AND (birth_day_token_l IS NULL OR birth_day_token_r IS NULL)",
            0.12,
            5e-3,
        ),
        Level("same year, other day", _SAME_YEAR, 0.01, 0.04),
        Level("different", ELSE, 0.03, 0.95),
    ),
)
_ADDRESS: Final = Comparison(
    name="address",
    uses=("address_token", "address_bits", "address_ones"),
    missing=unknown("address_token"),
    levels=(
        Level("same words", "address_token_l = address_token_r", 0.60, 1e-5),
        Level("alike", f"{_alike('address')} >= {_CLOSE}", 0.10, 1e-4),
        Level("shares half of the words", f"{_alike('address')} >= {_ALIKE}", 0.10, 5e-3),
        Level("shares a word", f"{_alike('address')} >= {_SOMEWHAT}", 0.05, 0.1),
        Level("different", ELSE, 0.15, 0.89),
    ),
)
_COMPARISONS: Final = (
    _name("given", 0.005),
    _name("surname", 0.002),
    _BIRTH,
    _equal("sex", 0.98, 0.55),
    _equal("citizenship", 0.95, 0.2),
    _equal("municipality", 0.6, 0.1, by_rarity=True),  # many live in Amsterdam
    _mark("contact", 0.8, 1e-3),
    _mark("document", 0.85, 1e-4),
    _ADDRESS,
    _equal("house_number", 0.75, 0.02),
    _equal("postcode", 0.65, 1e-3),
    _equal("region", 0.9, 0.3),
)
_NEVER_ALL_DIFFERENT: Final = ("given", "birth")
# As in clear mode, but the sound of one name never stands alone.
_RULES: Final = (
    BlockingRule(("document_token",), ("birth_year_token",)),
    BlockingRule(("contact_token",), ("sex_token", "birth_year_token")),
    BlockingRule(("block_birth",), ("sex_token", "citizenship_token")),
    BlockingRule(
        ("block_sounds",), ("birth_year_token", "citizenship_token", "municipality_token")
    ),
    BlockingRule(("block_names",), ("birth_year_token", "citizenship_token", "municipality_token")),
    BlockingRule(("block_surname_year",), ("sex_token", "citizenship_token", "birth_month_token")),
    BlockingRule(
        ("block_given_year",), ("citizenship_token", "birth_month_token", "birth_day_token")
    ),
    BlockingRule(("block_surname_place",), ("citizenship_token", "sex_token", "birth_year_token")),
    BlockingRule(("block_given_place",), ("citizenship_token", "birth_year_token")),
    BlockingRule(("block_surname_day",), ("sex_token",)),
    BlockingRule(("block_given_day",), ("citizenship_token",)),
    BlockingRule(("postcode_token",), ("house_number_token", "sex_token", "birth_year_token")),
    BlockingRule(("address_token",), ("house_number_token", "birth_year_token")),
    BlockingRule(
        ("birth_month_token", "birth_day_token"),
        ("sex_token", "citizenship_token", "municipality_token"),
    ),
    BlockingRule(
        ("birth_year_token", "municipality_token"),
        ("sex_token", "citizenship_token", "birth_month_token"),
    ),
)


def private_design(parameters: TokenParameters, features: Collection[str]) -> ModelDesign:
    """Give the model for tokens made with these parameters.

    Args:
        parameters: how the tokens were made.
        features: names of the columns of tokens that at least one record has.

    """
    there = set(features)
    fields = [
        field
        for field in _FIELDS
        if f"{field}_filter" in there
        or (field in _NAMES and not there.isdisjoint(f"{name}_token" for name in _NAMES))
    ]
    derived = {
        name: sql
        for field in fields
        for name, sql in (
            (f"{field}_bits", f"{field}_filter::BIT"),
            (f"{field}_ones", f"bit_count({field}_filter::BIT)"),
        )
    }
    # A comparison is led by its first feature; what else it speaks of may be unknown throughout.
    comparisons = tuple(each for each in _COMPARISONS if each.uses[0] in there)
    names = {each.name for each in comparisons}
    return ModelDesign(
        name="private",
        comparisons=comparisons,
        blocking_rules=tuple(
            BlockingRule(rule.columns, tuple(name for name in rule.narrower if name in there))
            for rule in _RULES
            if there.issuperset(rule.columns)
        ),
        groups=tuple(name for name in ("citizenship", "sex") if name in names),
        never_all_different=_NEVER_ALL_DIFFERENT if names.issuperset(_NEVER_ALL_DIFFERENT) else (),
        unless_same=tuple(name for name in ("document",) if name in names),
        guard=_GUARD if there.issuperset(_GUARD) else (),
        macros=_macros(parameters),
        derived=derived,
    )


def _macros(parameters: TokenParameters) -> tuple[str, ...]:
    """Write how alike two filters are, with what flipped bits add on average taken off.

    Of two filters with n and m ones and c in common, made by flipping each bit of the true ones
    with chance p, the expected true numbers are (n - p L) / (1 - 2p) and
    (c - p (n + m) + p² L) / (1 - 2p)², for L bits.
    """
    p, length = parameters.flipped, parameters.stored_bits
    common = f"(bit_count(a & b) - {p} * (n + m) + {p * p * length})"
    if parameters.balanced:
        # All filters have equally many ones: differing bits are held against a usual name.
        usual = parameters.bits * (
            1 - (1 - 1 / parameters.bits) ** (_GRAMS_OF_A_NAME * parameters.hash_functions)
        )
        differing = f"(bit_count(xor(a, b)) - {2 * p * (1 - p) * length}) / {(1 - 2 * p) ** 2}"
        alike = f"1 - {differing} / {4 * usual}"
        return (
            f"CREATE MACRO alike(a, b, n, m) AS {alike}",
            "CREATE MACRO within(a, b, n, m) AS 0",  # of balanced filters, not to be seen
        )
    dice = f"2 * {common} / ({1 - 2 * p} * (n + m - {2 * p * length}))"
    share = f"{common} / ({1 - 2 * p} * (least(n, m) - {p * length}))"
    return (
        f"CREATE MACRO alike(a, b, n, m) AS {dice}",
        f"CREATE MACRO within(a, b, n, m) AS {share}",
    )
