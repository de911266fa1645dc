"""What an attack found, and what attackers may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.gathering.shape import REGISTER, REPORT, in_shape
from slachtoffermonitor.link.private._preparing import prepared
from slachtoffermonitor.link.private.columns import EXACT
from slachtoffermonitor.vocabulary import code_list

__all__ = ["BESIDE", "AttackOutcome", "Field", "known_rows", "outcome", "strata"]

Field = Literal["given", "surname", "birth_year", "citizenship", "municipality"]
# Readable columns beside the tokens, by which an attacker tells groups of people apart.
BESIDE: Final = ("citizenship_group", "sex")
_ELSEWHERE: Final = "ONB"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackOutcome:
    """How many records an attack told the truth about, and how many a plain guess would have.

    Attributes:
        attack: `dictionary`, `frequency` or `pattern`.
        field: what was guessed: a given name, a surname, a year of birth, …
        records: with a value to be found.
        guessed: of those, the ones about which the attacker says something.
        right: of those, the ones that are true.
        chance: share of the records that is found by naming the most frequent value of each group
            of people, without looking at any token.

    """

    attack: Literal["dictionary", "frequency", "pattern"]
    field: str
    records: int
    guessed: int
    right: int
    chance: float

    @property
    def rate(self) -> float:
        """Give the share of records whose value was found."""
        return self.right / self.records if self.records else 0.0


def known_rows(frame: pl.DataFrame, field: str) -> pl.DataFrame:
    """Give what is known of each row in clear text: `value` as it is tokenised, and `group`.

    Args:
        frame: with the columns of `records.Notification` or `records.PopulationEntry`.
        field: see `Field`.

    Raises:
        InputError: columns are missing, or no tokens are made of the field.

    """
    token = f"{field}_token"
    if token not in EXACT:
        allowed = ", ".join(sorted(name[:-6] for name in EXACT if name.endswith("_token")))
        raise InputError(
            Problem(what="no tokens are made of this field", found=field, allowed=allowed)
        )
    shape = REPORT if REPORT.key in frame.columns else REGISTER
    features = prepared(in_shape(frame, shape, None, file="what the attacker knows"))
    (part,) = EXACT[token][1]
    return features.select(
        value=pl.col(part).cast(pl.String),
        citizenship_group=_groups(features["citizenship"]),
        sex=pl.col("sex").fill_null(_ELSEWHERE),
        birth_year=pl.col("birth_year").cast(pl.String),
        none=pl.lit(""),
    )


def _groups(citizenship: pl.Series) -> pl.Series:
    countries = code_list("countries")
    groups = {
        code: str(each.attributes.get("group", _ELSEWHERE)) for code, each in countries.items()
    }
    return citizenship.replace_strict(groups, default=_ELSEWHERE, return_dtype=pl.String)


def strata(rows: pl.DataFrame, beside: Sequence[str]) -> pl.Series:
    """Name the group of each row: those alike in all columns that stay readable."""
    first = pl.repeat("", pl.len())
    return rows.select(pl.concat_str(first, *beside, separator="|").alias("group")).to_series()


def outcome(
    attack: Literal["dictionary", "frequency", "pattern"],
    field: str,
    *,
    guesses: pl.Series,
    truth: pl.DataFrame,
    reference: pl.DataFrame,
) -> AttackOutcome:
    """Count what was guessed rightly.

    Args:
        attack, field: see `AttackOutcome`.
        guesses: one per record, null for none.
        truth: `value` and `group` of each record.
        reference: `value` and `group` of the rows that the attacker knows.

    """
    best = (
        reference.drop_nulls("value")
        .group_by("group", "value")
        .len()
        .sort("len", "value", descending=[True, False])
        .unique("group", keep="first", maintain_order=True)
        .select("group", plain="value")
    )
    both = (
        truth.select("value", "group")
        .with_columns(guess=guesses)
        .join(best, on="group", how="left")
        .drop_nulls("value")
    )
    right = pl.col("guess") == pl.col("value")
    found = both.select(
        guessed=pl.col("guess").is_not_null().sum(),
        right=right.sum(),
        plain=(pl.col("plain") == pl.col("value")).sum(),
    )
    return AttackOutcome(
        attack=attack,
        field=field,
        records=both.height,
        guessed=int(found["guessed"][0]),
        right=int(found["right"][0]),
        chance=float(found["plain"][0]) / both.height if both.height else 0.0,
    )
