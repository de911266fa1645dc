"""Reading records in the CTDC schema, and checking them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from slachtoffermonitor.disclose.synthetic.fields import (
    BLANK,
    MARK,
    SECTORS,
    ctdc_attributes,
    ctdc_fields,
    ctdc_values,
)
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["check_ctdc"]

_MISSING = ("", "NULL", "-99")
_SHOWN = 12
_ROW = "row number"


def check_ctdc(frame: pl.DataFrame, *, file: str = "") -> pl.DataFrame:
    """Are these records in the schema of the CTDC Global Synthetic Dataset?

    Fields may be left out. `typeOf…`, as the file of 2021 called the sectors, is read as
    `sectorOf…`; NULL and -99 as blank. A flag that is blank where another of its group is answered
    is read as 0.

    Returns:
        The fields that the records carry, in the order of the schema, as strings; blank is "".

    Raises:
        InputError: unknown fields or values, a sector without its form, a file that is synthetic
            already, or no records; all problems at once.

    """
    frame = frame.rename(lambda name: name.replace("typeOf", "sectorOf"))
    problems = list(_header_problems(frame, file))
    if problems:
        raise InputError(problems)
    carried = [name for name in ctdc_fields() if name in frame.columns]
    missing = {code: BLANK for code in _MISSING}
    text = frame.select(
        pl.col(carried).cast(pl.String).str.strip_chars().fill_null(BLANK).replace(missing)
    )
    problems = [problem for name in carried for problem in _value_problems(text, name, file)]
    if problems:
        raise InputError(problems)
    complete = _answered_together(text)
    problems = list(_sector_problems(complete, file))
    if problems:
        raise InputError(problems)
    return complete


def _header_problems(frame: pl.DataFrame, file: str) -> Iterator[Problem]:
    if MARK in frame.columns:
        yield Problem(
            what="the file is synthetic already: what is made of it says nothing more",
            file=file,
            column=MARK,
        )
        return
    fields = ctdc_fields()
    for name in (one for one in frame.columns if one not in fields):
        yield Problem(
            what="is no field of the CTDC schema", file=file, column=name, allowed=", ".join(fields)
        )
    if len([name for name in frame.columns if name in fields]) < 2:
        yield Problem(what="has fewer than two fields of the CTDC schema", file=file)
    if frame.is_empty():
        yield Problem(what="has no records", file=file, allowed="at least one row")


def _value_problems(text: pl.DataFrame, name: str, file: str) -> Iterator[Problem]:
    values = ctdc_values(name)
    shown = ", ".join(values[:_SHOWN]) + (" …" if len(values) > _SHOWN else "")
    strange = text.with_row_index(_ROW, offset=1).filter(~pl.col(name).is_in([BLANK, *values]))
    for row in strange[_ROW]:
        yield Problem(
            what="is no value of this field",
            file=file,
            row=row,
            column=name,
            allowed=f"{shown}, or blank",
        )


def _answered_together(text: pl.DataFrame) -> pl.DataFrame:
    for attribute in ctdc_attributes(text.columns):
        if len(attribute.fields) > 1:
            answered = pl.any_horizontal(pl.col(name) != BLANK for name in attribute.fields)
            text = text.with_columns(
                pl.when(answered & (pl.col(name) == BLANK))
                .then(pl.lit("0"))
                .otherwise(pl.col(name))
                .alias(name)
                for name in attribute.fields
            )
    return text


def _sector_problems(text: pl.DataFrame, file: str) -> Iterator[Problem]:
    for attribute in ctdc_attributes(text.columns):
        form = SECTORS.get(attribute.name)
        if form is None or form not in text.columns:
            continue
        told = pl.any_horizontal(pl.col(name) == "1" for name in attribute.fields)
        wrong = text.with_row_index(_ROW, offset=1).filter(told & (pl.col(form) != "1"))
        for row in wrong[_ROW]:
            yield Problem(
                what=f"a sector is 1 where {form} is not",
                file=file,
                row=row,
                column=attribute.fields[0],
                allowed=f"sectors only where {form} is 1",
            )
