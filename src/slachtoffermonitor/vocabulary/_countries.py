"""Countries (ISO 3166-1) with dated membership of the European Union, and citizenship groups.

Names come from Unicode's CLDR by Babel, codes from pycountry; membership, and whose citizens the
inhabitants of a territory are, are dated facts in `data/facts/eu_membership.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import polars as pl
import pycountry
from babel import Locale

from slachtoffermonitor.ground import LANGUAGES
from slachtoffermonitor.vocabulary._codes import Code, CodeList

__all__ = ["COUNTRIES", "citizenship_group", "citizenship_group_expr", "country_list"]

COUNTRIES = "countries"
_OWN, _EU, _OTHER, _UNKNOWN = "NL", "EU", "NIET_EU", "ONB"
_DEFINITIONS = {
    "nl": "Land of gebied met de ISO 3166-code {alpha_3}.",
    "en": "Country or territory with the ISO 3166 code {alpha_3}.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Membership:
    country: str
    since: date
    until: date | None


@cache
def _facts() -> Mapping[str, Any]:
    path = files("slachtoffermonitor.vocabulary").joinpath("data", "facts", "eu_membership.toml")
    return MappingProxyType(tomllib.loads(path.read_text(encoding="utf-8")))


@cache
def _memberships() -> Mapping[str, _Membership]:
    return MappingProxyType(
        {
            row["country"]: _Membership(
                country=row["country"], since=row["valid_from"], until=row.get("valid_to")
            )
            for row in _facts()["members"]
        }
    )


def _citizenship_of(country: str) -> str:
    """Whose citizens are the inhabitants (of Curaçao: the Netherlands; of Spain: Spain)?"""
    territories: Mapping[str, str] = _facts()["territories"]
    return territories.get(country, country)


@cache
def country_list() -> CodeList:
    """Build the list of countries; its attribute `group` holds for today's Union.

    For a date in the past ask `citizenship_group`.
    """
    names = {language: Locale(language).territories for language in LANGUAGES}
    alpha_3 = {country.alpha_2: country.alpha_3 for country in pycountry.countries}
    alpha_3 |= _facts()["beside_iso"]["alpha_3"]
    entries = {
        alpha_2: Code(
            code=alpha_2,
            label=MappingProxyType({key: names[key][alpha_2] for key in LANGUAGES}),
            definition=MappingProxyType(
                {key: _DEFINITIONS[key].format(alpha_3=alpha_3[alpha_2]) for key in LANGUAGES}
            ),
            attributes=MappingProxyType(
                {"alpha_3": alpha_3[alpha_2], "group": _group(alpha_2, date.max)}
            ),
        )
        for alpha_2 in sorted(alpha_3)
    }
    return CodeList(
        name=COUNTRIES,
        version=_facts()["version"],
        title=MappingProxyType({"nl": "Landen en gebieden", "en": "Countries and territories"}),
        source=_facts()["source"],
        parent_list=COUNTRIES,
        entries=MappingProxyType(entries),
    )


def _group(country: str, on: date) -> str:
    state = _citizenship_of(country)
    if state == _OWN:
        return _OWN
    membership = _memberships().get(state)
    if membership is None or on < membership.since:
        return _OTHER
    return _EU if membership.until is None or on <= membership.until else _OTHER


def citizenship_group(country: str | None, on: date) -> str:
    """Is a citizen of the country, on the date, Dutch, of another EU country, or of neither?

    Use the date on which the person was registered: a British victim of 2019 stays an EU citizen
    in the figures of 2019.

    Returns:
        A code of `citizenship_groups`: NL, EU, NIET_EU; ONB when no country is known.

    Raises:
        InputError: no such country.

    Example:
        >>> citizenship_group("GB", date(2020, 1, 31)), citizenship_group("GB", date(2020, 2, 1))
        ('EU', 'NIET_EU')

    """
    if country is None:
        return _UNKNOWN
    return _group(country_list()[country].code, on)


def citizenship_group_expr(column: str, on_column: str) -> pl.Expr:
    """Give `citizenship_group` as a Polars expression over a column of countries and of dates.

    Assumes:
        `column` holds codes of `countries`; `on_column` holds dates.

    Returns:
        Strings named after `column`: NL, EU, NIET_EU; ONB where the country is null, or where it
        depends on a date that is null; null where the code is no country.

    """
    country, on = pl.col(column), pl.col(on_column)
    states = {code: _citizenship_of(code) for code in country_list()}
    memberships = _memberships()
    in_union = pl.lit(False)
    for membership in memberships.values():
        inside = on >= membership.since
        if membership.until is not None:
            inside = inside & (on <= membership.until)
        members = [code for code, state in states.items() if state == membership.country]
        in_union = pl.when(country.is_in(members)).then(inside).otherwise(in_union)
    own = [code for code, state in states.items() if state == _OWN]
    return (
        pl.when(country.is_null())
        .then(pl.lit(_UNKNOWN))
        .when(country.is_in(own))
        .then(pl.lit(_OWN))
        .when(~country.is_in(list(states)))
        .then(pl.lit(None, dtype=pl.String))
        .when(in_union.is_null())
        .then(pl.lit(_UNKNOWN))
        .when(in_union)
        .then(pl.lit(_EU))
        .otherwise(pl.lit(_OTHER))
        .alias(column)
    )
