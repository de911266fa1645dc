"""What reviewers said of pairs: read, checked, and put in one shape."""

from __future__ import annotations

from typing import Final

import polars as pl

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["PAIR", "VERDICTS", "check_verdicts"]

VERDICTS: Final = ("same", "different", "unsure")
# A pair is known by its ids, which outlive any order of rows, and by the tables they stand in.
PAIR: Final = ("left_is", "left", "right_is", "right")
_SHAPE: Final = {
    **dict.fromkeys(PAIR, pl.String),
    "verdict": pl.String,
    "reviewer": pl.String,
    "reviewed_on": pl.Date,
}


def check_verdicts(frame: pl.DataFrame, *, file: str = "verdicts") -> pl.DataFrame:
    """Which verdicts stand in a review that was filled in?

    Args:
        frame: a review (`review_pairs`) in which `verdict` (same, different, unsure), `reviewer`
            and `reviewed_on` (a date, or as YYYY-MM-DD) are filled in. Rows without a verdict are
            left out; other columns too.
        file: its name, for the errors.

    Returns:
        `left_is`, `left`, `right_is`, `right`, `verdict`, `reviewer` (String), `reviewed_on`
        (Date); of two records of one table the lower id stands left.

    Raises:
        InputError: a column is missing, a word is no verdict, a verdict has no reviewer, no date
            or no pair, or one reviewer says two things of one pair on one day.

    """
    missing = [name for name in _SHAPE if name not in frame.columns]
    if missing:
        raise InputError(
            Problem(what="the column is missing", file=file, column=name) for name in missing
        )
    text = [
        pl.col(name).cast(pl.String).str.strip_chars().replace("", None)
        for name in _SHAPE
        if name != "reviewed_on"
    ]
    given = (
        frame.select(*text, pl.col("reviewed_on").cast(pl.String).alias("written_on"))
        .with_row_index("row", offset=1)
        .filter(pl.col("verdict").is_not_null())
        .with_columns(
            pl.col("verdict").str.to_lowercase(),
            pl.col("written_on").str.to_date("%Y-%m-%d", strict=False).alias("reviewed_on"),
        )
    )
    problems = _problems(given, file)
    if problems:
        raise InputError(problems)
    ordered = _ordered(given)
    twice = ordered.group_by(*PAIR, _named_alike(), "reviewed_on").agg(
        pl.col("verdict").n_unique().alias("said"), pl.col("row").last()
    )
    two = twice.filter(pl.col("said") > 1).sort("row")
    if not two.is_empty():
        raise InputError(
            Problem(
                what="one reviewer says two things of one pair on one day",
                file=file,
                row=row,
                column="verdict",
            )
            for row in two["row"]
        )
    return ordered.select(*_SHAPE)


def _problems(given: pl.DataFrame, file: str) -> list[Problem]:
    """List what is wrong, row by row."""
    problems = [
        Problem(
            what="is not a verdict",
            file=file,
            row=row,
            column="verdict",
            found=word,
            allowed=", ".join(VERDICTS),
        )
        for row, word in given.filter(~pl.col("verdict").is_in(VERDICTS))
        .select("row", "verdict")
        .iter_rows()
    ]
    wanted = {
        "reviewer": "a verdict needs the name of its reviewer",
        "reviewed_on": "a verdict needs the day on which it was given, as YYYY-MM-DD",
        **dict.fromkeys(PAIR, "a verdict needs the ids of its pair"),
    }
    problems += [
        Problem(what=what, file=file, row=row, column=name)
        for name, what in wanted.items()
        for row in given.filter(pl.col(name).is_null())["row"]
    ]
    itself = given.filter(
        (pl.col("left_is") == pl.col("right_is")) & (pl.col("left") == pl.col("right"))
    )
    problems += [
        Problem(what="a record cannot be paired with itself", file=file, row=row)
        for row in itself["row"]
    ]
    return problems


def _ordered(given: pl.DataFrame) -> pl.DataFrame:
    """Let the lower id of one table stand left, so that a pair has one name."""
    turned = (pl.col("left_is") == pl.col("right_is")) & (pl.col("left") > pl.col("right"))
    return given.with_columns(
        pl.when(turned).then("right").otherwise("left").alias("left"),
        pl.when(turned).then("left").otherwise("right").alias("right"),
    )


def _named_alike() -> pl.Expr:
    """Take one reviewer for one, however the name is capitalised or spaced."""
    return (
        pl.col("reviewer")
        .str.to_lowercase()
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
        .alias("reviewer")
    )
