"""The columns of a table of tokens, and from which prepared features each token is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import polars as pl

__all__ = [
    "EXACT",
    "FILTERS",
    "FORMS",
    "KINDS",
    "MARKS",
    "SALTED",
    "STATISTICS",
    "TOKENS",
    "TokenKind",
    "TokenTable",
    "is_tokenised",
]

TokenKind = Literal["notifications", "population"]

# Bloom filters: column, the field that keys them, and the feature in them.
# Given name and surname share a key, so that it can be seen when they have changed places.
FILTERS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "given_filter": ("name_filter", "whole_given"),
        "surname_filter": ("name_filter", "surname"),
        "contact_filter": ("contact_filter", "contact"),
        "document_filter": ("document_filter", "document"),
        "address_filter": ("address_filter", "address"),
    }
)
# The full names that a given name may be short for: tokens of each, side by side.
FORMS: Final = "given_forms"
# Exact tokens: column, the field that keys them, and the features together in them.
# Given name and surname share a key, so that it can be seen when they have changed places.
# The last ones are of several features: two records are compared when one of these is equal, and
# made of several they are too rare to be known by their frequency, unlike the sound of a surname.
EXACT: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "given_token": ("name", ("whole_given",)),
        "surname_token": ("name", ("surname",)),
        **{
            f"{name}_token": (name, (name,))
            for name in (
                "birth_year",
                "birth_month",
                "birth_day",
                "sex",
                "citizenship",
                "municipality",
                "contact",
                "document",
                "address",
                "house_number",
                "postcode",
                "region",
            )
        },
        **{
            f"block_{name}": (f"block_{name}", parts)
            for name, parts in {
                "birth": ("birth_key",),
                "names": ("name_sorted",),
                "sounds": ("sounds_sorted",),
                "surname_year": ("surname_key", "birth_year"),
                "surname_day": ("surname_key", "birth_anniversary"),
                "surname_place": ("surname_key", "municipality"),
                "given_year": ("given_key", "birth_year"),
                "given_day": ("given_key", "birth_anniversary"),
                "given_place": ("given_key", "municipality"),
            }.items()
        },
    }
)
# Keyed together with the salt, as the frequency of these could tell a name.
SALTED: Final = frozenset({"given_token", "surname_token"})
# Readable codes that may stay, for tables: see docs/link-private.md for the reasons.
STATISTICS: Final = ("age_band", "citizenship_group", "sex")
MARKS: Final = ("key_id", "token_parameters")
TOKENS: Final[Mapping[str, type[pl.DataType]]] = MappingProxyType(
    {
        **dict.fromkeys((*FILTERS, FORMS), pl.Binary),
        **dict.fromkeys(EXACT, pl.Int64),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTable:
    """A kind of table of tokens: its column of ids, and the columns that stay readable."""

    kind: TokenKind
    id_column: str
    readable: Mapping[str, type[pl.DataType]]

    @property
    def schema(self) -> dict[str, type[pl.DataType]]:
        """Give the columns and their types, in order."""
        return {**self.readable, **dict.fromkeys(MARKS, pl.String), **TOKENS}


KINDS: Final[Mapping[str, TokenTable]] = MappingProxyType(
    {
        "notifications": TokenTable(
            kind="notifications",
            id_column="notification_id",
            readable={
                "notification_id": pl.String,
                "reporter": pl.String,
                "reported_on": pl.Date,
                "main_form": pl.String,
                "forms": pl.String,
                "route": pl.String,
                **dict.fromkeys(STATISTICS, pl.String),
            },
        ),
        "population": TokenTable(
            kind="population", id_column="person_id", readable={"person_id": pl.String}
        ),
    }
)


def is_tokenised(frame: pl.DataFrame) -> bool:
    """Is this a table of tokens, whole or damaged?"""
    return bool(set(frame.columns) & {*MARKS, *TOKENS})
