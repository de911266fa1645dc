"""Notifications in the fields of the Human Trafficking Case Data Standard, for exchange.

Source: Human Trafficking Case Data Standard, HTCDS v2.0 (24 December 2021), CC BY 4.0.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from slachtoffermonitor.vocabulary import age_band_expr, code_list

__all__ = ["to_htcds"]

_TARGET = "htcds_2_0"
_CODED: Mapping[str, str] = {
    "reporter": "reporters",
    "sex": "sexes",
    "forms": "forms",
    "recruiter_relation": "recruiter_relations",
    "platforms": "platforms",
}
_CONSENT = ("TOEST_ZELF", "TOEST_OUDER", "TOEST_VOOGD")
_HERE = "NL"


def to_htcds(notifications: pl.DataFrame) -> pl.DataFrame:
    """How do notifications read in the fields of HTCDS 2.0? One row in, one row out.

    What goes wrong if misused: names, dates of birth and contact fragments are left out, and a row
    is still about one person; give it only to who may have it. What the standard cannot hold is
    lost: a kind of criminal exploitation becomes `Other` and `ForcedLabour`. Where a platform is
    known, it is not known whether for recruiting or exploiting, so it stands in both fields.

    Args:
        notifications: a checked frame of `Notification`.

    Returns:
        Strings, several values joined by semicolons, blank where nothing is known; but
        `vic_AgeWhenTrafficked`, `ext_YearOfRegistration` and `ext_MonthsOfExploitation` are
        Int64, and `con_Consent` is Boolean. The four `ext_` columns have no place in the standard:
        year and age band at registration, country of exploitation, months of exploitation.

    """
    fields = {
        field: expression
        for column, codes in _CODED.items()
        for field, expression in _mapped(column, codes).items()
    }
    start, end = pl.col("exploited_from"), pl.col("exploited_until")
    columns = {
        "vic_TraffickingStatus": pl.lit("PossibleVictimOfTrafficking"),
        "prs_Citizenship": pl.col("citizenship").fill_null(""),
        **fields,
        "vic_AgeWhenTrafficked": _age_on("exploited_from"),
        "con_Consent": pl.col("basis").is_in(_CONSENT),
        "ext_YearOfRegistration": pl.col("reported_on").dt.year().cast(pl.Int64),
        "ext_AgeBandAtRegistration": pl.col("_age_band").fill_null("ONB"),
        "ext_CountryOfExploitation": pl.when(pl.col("route") == "BINNENLAND")
        .then(pl.lit(_HERE))
        .otherwise(pl.lit("")),
        "ext_MonthsOfExploitation": (
            (end.dt.year() - start.dt.year()) * 12 + end.dt.month() - start.dt.month()
        ).cast(pl.Int64),
    }
    aged = notifications.with_columns(_age=_age_on("reported_on")).with_columns(
        age_band_expr("_age", "age_bands").alias("_age_band")
    )
    return aged.select(expression.alias(name) for name, expression in columns.items())


def _age_on(day: str) -> pl.Expr:
    """Count birthdays up to a day; by the year of birth alone where no date is known."""
    on, born = pl.col(day), pl.col("birth_date")
    early = _day_of_year(on) < _day_of_year(born)
    exact = on.dt.year() - born.dt.year() - early.cast(pl.Int32)
    return pl.coalesce(exact, on.dt.year() - pl.col("birth_year")).cast(pl.Int64)


def _day_of_year(day: pl.Expr) -> pl.Expr:
    return day.dt.month().cast(pl.Int16) * 100 + day.dt.day().cast(pl.Int16)


def _mapped(column: str, codes: str) -> dict[str, pl.Expr]:
    """Give each field of the standard that the codes of the column lead to."""
    by_field: dict[str, dict[str, list[str]]] = {}
    for code, one in code_list(codes).items():
        for mapped in one.mappings.get(_TARGET, ()):
            field, _, value = mapped.partition(":")
            by_field.setdefault(field, {}).setdefault(code, []).append(value)
    held = pl.col(column).fill_null("").str.split(";")
    return {
        field: held.list.eval(
            pl.element().replace_strict(
                {code: ";".join(values) for code, values in known.items()},
                default="",
                return_dtype=pl.String,
            )
        )
        .list.join(";")
        .str.split(";")
        .list.unique(maintain_order=True)
        .list.eval(pl.element().filter(pl.element() != ""))
        .list.join(";")
        for field, known in by_field.items()
    }
