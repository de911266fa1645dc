"""From records of the register to the CTDC schema."""

from __future__ import annotations

import polars as pl

from slachtoffermonitor.disclose.synthetic.fields import BLANK, ctdc_attributes, ctdc_fields
from slachtoffermonitor.vocabulary import age_band_expr, code_list, duration_band_expr

__all__ = ["to_ctdc"]

_HERE = "NLD"
_FLAGS = ("exploitation", "recruiterRelation")


def to_ctdc(records: pl.DataFrame) -> pl.DataFrame:
    """What do notifications, or persons, say in the CTDC schema? One row in, one row out.

    What goes wrong if misused: the promise of differential privacy is about one row. Give one row
    for each person: persons, or the first notification of each. What CTDC cannot hold is lost (the
    kind of criminal exploitation, for one); what a register here does not record (means of
    control, sectors) is left out.

    Args:
        records: a checked frame of `Notification` or of `Person`.

    Returns:
        Strings; blank is "". Age is that on the day of the report, by the year of birth where the
        date is not known. The country of exploitation is known only where the route is domestic.

    """
    reported = "reported_on" if "reported_on" in records.columns else "first_reported_on"
    months = "exploited_from" in records.columns
    frame = records.with_columns(
        _age=_age(reported),
        **({"_months": _months()} if months else {}),
    ).with_columns(
        age_band_expr("_age", "age_bands_ctdc"),
        *([duration_band_expr("_months")] if months else []),
    )
    columns = {
        "yearOfRegistration": pl.col(reported).dt.year().cast(pl.String),
        "gender": _mapped("sex", "sexes"),
        "ageBroad": _mapped("_age", "age_bands_ctdc"),
        "citizenship": pl.col("citizenship").replace_strict(_alpha_3(), default=BLANK),
        "CountryOfExploitation": pl.when(pl.col("route") == "BINNENLAND")
        .then(pl.lit(_HERE))
        .otherwise(pl.lit(BLANK)),
        **_flags("exploitation", "forms", "forms"),
    }
    if months:
        columns["traffickMonths"] = _mapped("_months", "duration_bands")
    if "recruiter_relation" in records.columns:
        columns |= _flags("recruiterRelation", "recruiter_relation", "recruiter_relations")
    carried = [name for name in ctdc_fields() if name in columns]
    return frame.select(columns[name].fill_null(BLANK).alias(name) for name in carried)


def _age(reported: str) -> pl.Expr:
    day, born = pl.col(reported), pl.col("birth_date")
    before = _day_of_year(day) < _day_of_year(born)
    exact = day.dt.year() - born.dt.year() - before.cast(pl.Int32)
    return pl.coalesce(exact, day.dt.year() - pl.col("birth_year")).cast(pl.Int64)


def _day_of_year(day: pl.Expr) -> pl.Expr:
    return day.dt.month().cast(pl.Int16) * 100 + day.dt.day().cast(pl.Int16)


def _months() -> pl.Expr:
    start, end = pl.col("exploited_from"), pl.col("exploited_until")
    whole = (end.dt.year() - start.dt.year()) * 12 + end.dt.month() - start.dt.month()
    return (whole - (end.dt.day() < start.dt.day()).cast(pl.Int32)).clip(0).cast(pl.Int64)


def _mapped(column: str, codes: str) -> pl.Expr:
    values = {
        code: one.mappings["ctdc"][0].split(":")[1]
        for code, one in code_list(codes).items()
        if "ctdc" in one.mappings
    }
    return pl.col(column).replace_strict(values, default=BLANK, return_dtype=pl.String)


def _alpha_3() -> dict[str, str]:
    return {
        code: str(one.attributes["alpha_3"])
        for code, one in code_list("countries").items()
        if "alpha_3" in one.attributes
    }


def _flags(attribute: str, column: str, codes: str) -> dict[str, pl.Expr]:
    """Make 1 of the flags that the codes of a record map to, 0 of the others of their group."""
    fields = next(one.fields for one in ctdc_attributes(ctdc_fields()) if one.name == attribute)
    mapped = {
        code: one.mappings["ctdc"]
        for code, one in code_list(codes).items()
        if "ctdc" in one.mappings
    }
    held = pl.col(column).fill_null("").str.split(";")
    answered = held.list.set_intersection(list(mapped)).list.len() > 0
    found = {}
    for name in fields:
        those = [code for code, flags in mapped.items() if name in flags]
        one = held.list.set_intersection(those).list.len() > 0
        found[name] = (
            pl.when(answered).then(one.cast(pl.Int8).cast(pl.String)).otherwise(pl.lit(BLANK))
        )
    return found
