"""Tokens instead of identity: what an organisation makes of its reports before anything leaves."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.gathering.shape import (
    REGISTER,
    REPORT,
    ColumnNames,
    id_problems,
    in_shape,
)
from slachtoffermonitor.link.private._exact import exact_tokens, token_lists
from slachtoffermonitor.link.private._filters import make_filters
from slachtoffermonitor.link.private._preparing import SPLIT, prepared
from slachtoffermonitor.link.private.columns import (
    EXACT,
    FILTERS,
    FORMS,
    KINDS,
    MARKS,
    SALTED,
    STATISTICS,
    TokenTable,
    is_tokenised,
)
from slachtoffermonitor.link.private.keys import Key
from slachtoffermonitor.link.private.parameters import TokenParameters
from slachtoffermonitor.vocabulary import age_band_expr, citizenship_group_expr

__all__ = ["tokenise"]

_UNKNOWN: Final = "ONB"
_SHORTEST: Final = 4


def tokenise(
    frame: pl.DataFrame,
    key: Key,
    parameters: TokenParameters | None = None,
    *,
    columns: ColumnNames | None = None,
    statistics: Collection[str] = STATISTICS,
) -> pl.DataFrame:
    """Which tokens may leave in the place of names, birth dates and telephone numbers?

    Runs at the organisation. Tokens are still personal data: whoever holds the key can find a
    name behind them by trying, and frequent names can be guessed by their frequency (see
    `docs/link-private.md`). The key must never go where the tokens go.

    Args:
        frame: with the columns of `records.Notification`, or of `records.PopulationEntry`.
        key: shared by the organisations of one register.
        parameters: agreed on by the organisations of one register; the measured defaults when
            None.
        columns: what the columns are called in the frame, by our names, where that differs.
        statistics: which of `age_band`, `sex` and `citizenship_group` stay readable, for tables;
            those left out become `ONB`. Persons of a population register keep none.

    Assumes: ids of reports say nothing of the person; an id that holds the person's own name or
    birth date is refused.

    Returns:
        One row per row, in the same order: an id, the codes that stay readable, `key_id` and
        `token_parameters` (text), filters (Binary) and exact tokens (Int64); null where nothing
        is known. The same report, key and parameters always give the same tokens.

    Raises:
        InputError: columns are missing, the frame is of tokens already, an id is empty, occurs
            twice or holds the person's name or birth date, or a statistic is not known.

    Example:
        >>> key = new_key()  # doctest: +SKIP
        >>> tokenise(reports, key.for_edition("2024"))  # doctest: +SKIP

    """
    parameters = parameters or TokenParameters()
    table, rows = _in_shape(frame, columns, statistics)
    features = prepared(rows)
    _refuse_telling_ids(rows, table.id_column, features)
    marks = dict(zip(MARKS, (key.key_id, parameters.to_text()), strict=True))
    return (
        _readable(rows, features, table, frozenset(statistics))
        .with_columns(pl.lit(value).alias(name) for name, value in marks.items())
        .with_columns(*_filters(features, key, parameters), *_exact(features, key, parameters))
        .select(table.schema.keys())
    )


def _in_shape(
    frame: pl.DataFrame, columns: ColumnNames | None, statistics: Collection[str]
) -> tuple[TokenTable, pl.DataFrame]:
    if is_tokenised(frame):
        raise InputError(Problem(what="is tokenised already", allowed="reports in clear text"))
    strange = sorted(set(statistics) - set(STATISTICS))
    if strange:
        raise InputError(
            Problem(
                what="is not a statistic that can stay readable",
                found=", ".join(strange),
                allowed=", ".join(STATISTICS),
            )
        )
    report, register = (
        bool({key, str((columns or {}).get(key, key))} & set(frame.columns))
        for key in (REPORT.key, REGISTER.key)
    )
    table = KINDS["population" if register and not report else "notifications"]
    shape = REPORT if table.kind == "notifications" else REGISTER
    rows = in_shape(frame, shape, columns, file=table.kind)
    problems = list(id_problems(rows[table.id_column], file=table.kind))
    if rows.is_empty():
        problems.append(Problem(what="there are no rows to tokenise", allowed="at least one"))
    if problems:
        raise InputError(problems)
    return table, rows


def _refuse_telling_ids(rows: pl.DataFrame, column: str, features: pl.DataFrame) -> None:
    """Find ids that hold the name or birth date of their own person: ids stay readable.

    The reporter's own code in an id (`POL-2024-00017`) is no name, though people bear it.
    """
    written = pl.col(column).str.to_lowercase()
    if "reporter" in rows.columns:
        written = written.str.strip_prefix(pl.col("reporter").str.to_lowercase().fill_null(""))
    ids = rows.select(written.str.replace_all(r"[^a-z0-9]+", "").alias("id"))
    year, month, day = (
        pl.col(f"birth_{part}").cast(pl.String).str.zfill(length)
        for part, length in (("year", 4), ("month", 2), ("day", 2))
    )
    said = [
        *(pl.col(name).str.replace_all(" ", "") for name in ("whole_given", "surname")),
        *(year + month + day, day + month + year, month + day + year),
    ]
    telling = features.with_columns(ids["id"]).select(
        pl.any_horizontal(
            (pl.col("id").str.contains(value, literal=True) & (value.str.len_chars() >= _SHORTEST))
            for value in said
        )
    )
    found = telling.to_series().fill_null(value=False).arg_true()
    if len(found):
        raise InputError(
            Problem(
                what="the id holds the name or birth date of its person, and ids stay readable",
                row=int(row) + 1,
                column=column,
                allowed="an id that says nothing of the person",
            )
            for row in found
        )


def _filters(features: pl.DataFrame, key: Key, parameters: TokenParameters) -> Iterator[pl.Series]:
    salt = pl.col(parameters.salt).cast(pl.String)
    for column, (field, name) in FILTERS.items():
        named = features.select(name=pl.col(name), salt=salt)
        yield make_filters(named, key.for_field(field), parameters).alias(column)


def _exact(features: pl.DataFrame, key: Key, parameters: TokenParameters) -> Iterator[pl.Series]:
    for column, (field, parts) in EXACT.items():
        whole = (*parts, parameters.salt) if column in SALTED else parts
        values = features.select(pl.concat_str(whole, separator=SPLIT)).to_series()
        yield exact_tokens(values, key.for_field(field)).alias(column)
    salt = features[parameters.salt].cast(pl.String)
    yield token_lists(features["whole_forms"], salt, key.for_field(FORMS)).alias(FORMS)


def _readable(
    rows: pl.DataFrame, features: pl.DataFrame, table: TokenTable, statistics: frozenset[str]
) -> pl.DataFrame:
    """Keep the columns that say nothing of who somebody is, and band those that nearly do."""
    if table.kind == "population":
        return rows.select(table.id_column)
    used: dict[str, type[pl.DataType]] = {
        **table.readable,
        "citizenship": pl.String,
        "age": pl.Int32,
    }
    complete = rows.with_columns(
        pl.lit(None, kind).alias(name) for name, kind in used.items() if name not in rows.columns
    )
    parts = ("birth_year", "birth_month", "birth_day")
    aged = complete.drop(parts, strict=False).with_columns(*(features[part] for part in parts))
    made = {
        "age_band": age_band_expr("age", "age_bands"),
        "citizenship_group": citizenship_group_expr("citizenship", "reported_on"),
        "sex": pl.col("sex"),
    }
    return aged.with_columns(_age().alias("age")).select(
        *(name for name in table.readable if name not in made),
        *(
            (code if name in statistics else pl.lit(_UNKNOWN)).fill_null(_UNKNOWN).alias(name)
            for name, code in made.items()
        ),
    )


def _age() -> pl.Expr:
    """Count completed years on the day of the report; where only a year is known, from that."""
    on, month, day = pl.col("reported_on").dt, pl.col("birth_month"), pl.col("birth_day")
    to_come = (on.month() < month) | ((on.month() == month) & (on.day() < day))
    years = on.year() - pl.col("birth_year")
    age = pl.coalesce(years - to_come.cast(pl.Int32), years, pl.col("age"))
    return pl.when(age >= 0).then(age).cast(pl.Int64)
