"""Reports that came as keyed tokens in place of names: what an edition needs of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from slachtoffermonitor.ground import Problem
from slachtoffermonitor.link.private import read_tokens
from slachtoffermonitor.records import Notification

__all__ = ["as_notifications", "read_token_file", "stated_by_tokens", "token_problems"]

_ID = "notification_id"
_STATED = ("age_band", "citizenship_group")
_IDENTITY = tuple(
    name
    for name, column in Notification.columns().items()
    if (column.metadata or {}).get("identity")
)


def read_token_file(path: Path) -> tuple[str, pl.DataFrame]:
    """Read a file of tokens: of reports (`tokens`) or of a register (`population_tokens`).

    Raises:
        InputError: it is no file of tokens.

    """
    frame = read_tokens(path)
    return ("tokens" if _ID in frame.columns else "population_tokens"), frame


def token_problems(tables: Mapping[str, pl.DataFrame], folder: Path) -> Iterator[Problem]:
    """Tell of names beside tokens: who links by tokens must not be able to read who they are of."""
    if "tokens" not in tables:
        if "population_tokens" in tables:
            yield Problem(
                what="holds tokens of a register and no tokens of reports", file=str(folder)
            )
        return
    if "population" in tables:
        yield Problem(
            what="holds tokens, and a population register in clear text",
            file=str(folder),
            allowed="tokens of the register too, by slachtoffermonitor tokenise --population",
        )
    said = tables.get("notifications", pl.DataFrame())
    if said.is_empty():
        return
    named = said.filter(pl.any_horizontal(pl.col(_IDENTITY).is_not_null())).height
    if named:
        yield Problem(
            what=f"{named} notifications hold identity, beside tokens",
            file=str(folder),
            allowed="tokens of these too, and notifications without identity",
        )
    without = said.join(tables["tokens"], on=_ID, how="anti").height
    if without:
        yield Problem(
            what=f"{without} notifications have no row of tokens",
            file=str(folder),
            allowed="tokens of every notification, or of none",
        )


def as_notifications(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Complete the notifications by those of which only tokens came, with what tokens say."""
    if "tokens" not in tables:
        return dict(tables)
    schema = dict(Notification.create_empty().schema)
    said = tables.get("notifications", Notification.create_empty())
    alone = tables["tokens"].join(said, on=_ID, how="anti")
    told = alone.select(
        pl.col(name).cast(kind) if name in alone.columns else pl.lit(None, kind).alias(name)
        for name, kind in schema.items()
    )
    return {**tables, "notifications": pl.concat([said.select(list(schema)), told])}


def stated_by_tokens(tokens: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame | None:
    """Which age band and citizenship group does each report state? None where names were linked.

    Args:
        tokens: as delivered; empty where reports came with names.
        reports: of the linkage, `notification_id`, `person_id` and `reported_on`.

    """
    if tokens.is_empty():
        return None
    return reports.select(_ID, "person_id", "reported_on").join(
        tokens.select(_ID, *_STATED), on=_ID
    )
