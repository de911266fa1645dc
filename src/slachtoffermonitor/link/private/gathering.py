"""Tables of tokens, gathered into features of the private design, or refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.engine import Gathered, LinkTable
from slachtoffermonitor.link.gathering import Deliveries
from slachtoffermonitor.link.gathering.shape import id_problems
from slachtoffermonitor.link.private._exact import FORMS_KEPT, unpack_lists
from slachtoffermonitor.link.private._filters import pack_for_database, packed_length
from slachtoffermonitor.link.private.columns import (
    EXACT,
    FILTERS,
    FORMS,
    KINDS,
    MARKS,
    TokenKind,
    is_tokenised,
)
from slachtoffermonitor.link.private.design import private_design
from slachtoffermonitor.link.private.parameters import TokenParameters

__all__ = ["gather_private", "token_problems"]

# What persons are described by in clear mode, and is not known here.
_NOT_KNOWN: Final = {
    "birth_date": pl.Date,
    "birth_year": pl.Int32,
    "citizenship": pl.String,
    "municipality": pl.String,
}


def gather_private(deliveries: Deliveries) -> Gathered:
    """Give tokenised reports, and the tokenised register where there is one, as features.

    The order of rows and frames does not matter: reports are numbered by table and id.

    Raises:
        InputError: a frame is in clear text, lacks columns or has ids that are empty or occur
            twice, or the frames are of more than one key or set of parameters.

    """
    named = [
        (deliveries.names[place] if deliveries.names else "notifications", frame)
        for place, frame in enumerate(deliveries.frames)
    ]
    register = deliveries.population
    problems = [
        problem
        for file, frame in named
        for problem in token_problems(frame, "notifications", file=file)
    ]
    if register is not None:
        problems.extend(token_problems(register, "population", file="population"))
        named.append(("population", register))
    if not problems:
        problems.extend(_mixed(named))
    if not problems and not any(frame.height for frame in deliveries.frames):
        problems.append(Problem(what="there are no reports to link", allowed="at least one"))
    if problems:
        raise InputError(problems)
    return _gathered(deliveries)


def token_problems(frame: pl.DataFrame, kind: TokenKind, *, file: str) -> Iterator[Problem]:
    """Tell why a frame is no table of tokens of this kind; no value of a person."""
    if not is_tokenised(frame):
        yield Problem(
            what="is in clear text, and the private mode takes tokens only",
            file=file,
            allowed="what slachtoffermonitor tokenise wrote",
        )
        return
    for name, dtype in KINDS[kind].schema.items():
        if name not in frame.columns:
            yield Problem(what="the column is missing", file=file, column=name)
        elif frame.schema[name] not in (dtype, pl.Null):
            yield Problem(
                what="the column is of another type",
                file=file,
                column=name,
                found=str(frame.schema[name]),
                allowed=str(dtype()),
            )
    strange = [name for name in frame.columns if name not in KINDS[kind].schema]
    for name in strange:
        yield Problem(
            what="the column does not belong in a table of tokens", file=file, column=name
        )


def _mixed(named: list[tuple[str, pl.DataFrame]]) -> Iterator[Problem]:
    """Find more than one key, or more than one set of parameters: such tokens never agree."""
    said = {
        "key_id": "tokens of several keys cannot be linked",
        "token_parameters": "tokens of several parameters cannot be linked",
    }
    whole = pl.concat(frame.select(MARKS).cast(pl.String) for _, frame in named)
    for column, what in said.items():
        found = whole[column].unique().sort().to_list()
        if None in found:
            yield Problem(what="is empty in some rows", column=column)
        elif len(found) > 1:
            yield Problem(
                what=what,
                file=", ".join(sorted({file for file, _ in named})),
                column=column,
                found="; ".join(found),
                allowed="one: have them made again with the key and parameters of the register",
            )
        elif column == "token_parameters" and found:
            yield from _lengths(named, found[0])


def _lengths(named: list[tuple[str, pl.DataFrame]], text: str) -> Iterator[Problem]:
    """Check that the parameters can be read and the filters are as long as they say."""
    try:
        bits = TokenParameters.from_text(text).stored_bits
    except InputError as error:
        yield from error.problems
        return
    lengths = {**dict.fromkeys(FILTERS, packed_length(bits)), FORMS: 8 * FORMS_KEPT}
    for file, frame in named:
        for name, length in lengths.items():
            if frame.schema[name] == pl.Null:
                continue
            found = frame[name].bin.size().drop_nulls().unique().to_list()
            if found not in ([], [length]):
                yield Problem(
                    what="tokens are of another length than their parameters say",
                    file=file,
                    column=name,
                )


def _known(tables: Sequence[LinkTable]) -> set[str]:
    """Name the features of which some record has a value."""
    return {
        name
        for table in tables
        for name in table.features.columns
        if table.features[name].null_count() < table.features.height
    }


def _gathered(deliveries: Deliveries) -> Gathered:
    link = deliveries.mode == "link"
    schema = KINDS["notifications"].schema
    whole = pl.concat(
        frame.select(pl.col(name).cast(kind) for name, kind in schema.items()).with_columns(
            table=pl.lit(place if link else 0, pl.Int8)
        )
        for place, frame in enumerate(deliveries.frames)
    ).sort("table", "notification_id")
    problems = list(id_problems(whole["notification_id"], file="notifications"))
    register = deliveries.population
    if register is not None:
        problems.extend(id_problems(register["person_id"], file="population"))
        register = register.sort("person_id")
    if problems:
        raise InputError(problems)
    parameters = TokenParameters.from_text(whole["token_parameters"][0])
    tables = [
        LinkTable(
            name=name,
            features=_features(
                whole.filter(table=place), parameters, first=int((whole["table"] < place).sum())
            ),
            duplicate_free=deliveries.duplicate_free[place],
        )
        for place, name in enumerate(deliveries.tables)
    ]
    if register is not None:
        listed = _features(register, parameters, first=whole.height)
        tables.append(LinkTable(name="register", features=listed, duplicate_free=True))
        register = register.select("person_id").with_columns(
            *_unknown({**_NOT_KNOWN, "sex": pl.String})
        )
    readable = KINDS["notifications"].readable
    return Gathered(
        design=private_design(parameters, _known(tables)),
        tables=tuple(tables),
        reports=whole.select(
            pl.int_range(pl.len(), dtype=pl.Int64).alias("record"),
            *readable,
            *_unknown(_NOT_KNOWN),
        ),
        register=register,
    )


def _unknown(columns: dict[str, type[pl.DataType]]) -> list[pl.Expr]:
    return [pl.lit(None, dtype).alias(name) for name, dtype in columns.items()]


def _features(rows: pl.DataFrame, parameters: TokenParameters, *, first: int) -> pl.DataFrame:
    bits = parameters.stored_bits
    return rows.select(
        pl.int_range(first, first + pl.len(), dtype=pl.Int64).alias("record"),
        *(pl.col(name).cast(pl.Int64) for name in EXACT),
    ).with_columns(
        unpack_lists(rows[FORMS].cast(pl.Binary)),
        *(pack_for_database(rows[name].cast(pl.Binary), bits) for name in FILTERS),
    )
