"""What the register hands to an edition whose files others may read: tokens, and nobody's name."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from django.db.models import QuerySet

from slachtoffermonitor.records import Notification, Verdict
from slachtoffermonitor.service.care.delivering import care_requests
from slachtoffermonitor.service.register.delivering import count_table, delivered_reports
from slachtoffermonitor.service.register.matching.frames import nameless_frame, token_frame
from slachtoffermonitor.service.register.models import MatchCandidate, Report

if TYPE_CHECKING:
    from slachtoffermonitor.link import Key

__all__ = ["TokenDelivery", "deliver_tokens"]

_ID: Final = "notification_id"
# What says, or nearly says, who somebody is; tokens and bands stand in its place.
_LEFT_OUT: Final = (
    "organisation",
    "given_name",
    "surname",
    "birth_date",
    "birth_year",
    "citizenship",
    "municipality",
    "contact_fragment",
    "exploited_from",
    "exploited_until",
    "recruiter_relation",
)
_UNKNOWN: Final = ("sex", "main_form", "forms", "route")
# An id of letters that spell nothing, so that it is never taken for part of a name or a day.
_LETTERS: Final = bytes.maketrans(b"0123456789abcdef", b"bcdfghjkmnpqrstv")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TokenDelivery:
    """The tables of a delivery by name, without anybody's identity; see `deliver_tokens`.

    Attributes:
        tables: `notifications`, `tokens`, `tallies`, `verdicts` and `care_requests`, where there
            is anything in them.
        key_id: of the key by which tokens and ids were made.
        apart: reports that came as tokens of another key: they are counted and meet nobody.

    """

    tables: Mapping[str, pl.DataFrame]
    key_id: str
    apart: int

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name}: {frame.height}" for name, frame in self.tables.items())
        return f"TokenDelivery({sizes})"


def deliver_tokens(register_key: Key, edition: str, *, actor: Any) -> TokenDelivery:
    """What does an edition get of the register, without a name?

    What goes wrong if misused: tokens are pseudonyms, and who holds the key finds the names. The
    key stays with the register; it goes to no edition.

    Names are opened here, each opening in the trail, and become tokens in this process. Ids are
    made by the same key, so that reports in two editions cannot be laid side by side. The key is
    the edition's own; but where more reports came as tokens of the register's key than of the
    edition's, that one, because only then can they meet the others. What registrars decided about
    pairs goes along, and nothing that was withdrawn.

    Returns:
        A `TokenDelivery`; its tables are those that `edition.read_deliveries` takes.

    Raises:
        InputError: the name of the edition is none that a key can have.
        VaultError: an identity cannot be opened.

    """
    from slachtoffermonitor.link import tokenise  # noqa: PLC0415 - loads the engine

    found = delivered_reports(actor=actor)
    key = _key(register_key, edition, found.tokened)
    readable, tokened = _with_own_ids(found.readable, key), list(found.tokened)
    frames = [] if readable.is_empty() else [tokenise(readable, key)]
    came, apart = _came_as_tokens(tokened, key)
    frames += came
    nameless = _with_own_ids(nameless_frame(tokened), key)
    notifications = _without_identity(pl.concat([readable, nameless]))
    tables = {
        "notifications": notifications,
        "tokens": pl.concat(frames).sort(_ID) if frames else pl.DataFrame(),
        "tallies": count_table(),
        "verdicts": _verdicts(key, set(notifications[_ID])),
        "care_requests": _care(key),
    }
    return TokenDelivery(
        tables={name: frame for name, frame in tables.items() if not frame.is_empty()},
        key_id=key.key_id,
        apart=apart,
    )


def _key(register_key: Key, edition: str, tokened: QuerySet[Report]) -> Key:
    own = register_key.for_edition(edition)
    came = {
        key.key_id: tokened.filter(tokens__key_id=key.key_id).count() for key in (own, register_key)
    }
    return register_key if came[register_key.key_id] > came[own.key_id] else own


def _id(key: Key, kind: str, value: object) -> str:
    digest = hmac.digest(key.for_field(f"id of {kind}"), str(value).encode(), hashlib.sha256)
    return digest[:12].hex().encode().translate(_LETTERS).decode()


def _with_own_ids(frame: pl.DataFrame, key: Key) -> pl.DataFrame:
    made = {value: _id(key, "report", value) for value in frame[_ID]}
    return frame.with_columns(pl.col(_ID).replace_strict(made, return_dtype=pl.String))


def _came_as_tokens(reports: list[Report], key: Key) -> tuple[list[pl.DataFrame], int]:
    """Give reports that came as tokens; those of another key or make with empty tokens."""
    from slachtoffermonitor.link import TokenParameters  # noqa: PLC0415 - loads the engine
    from slachtoffermonitor.link.private.columns import TOKENS  # noqa: PLC0415

    ours, frames, apart = TokenParameters().to_text(), [], 0
    for report in reports:
        row = _with_own_ids(token_frame([report]), key)
        if (row["key_id"][0], row["token_parameters"][0]) != (key.key_id, ours):
            apart += 1
            row = row.with_columns(
                pl.lit(key.key_id).alias("key_id"),
                pl.lit(ours).alias("token_parameters"),
                *(pl.lit(None, kind).alias(name) for name, kind in TOKENS.items()),
            )
        frames.append(row)
    return frames, apart


def _without_identity(frame: pl.DataFrame) -> pl.DataFrame:
    schema = Notification.create_empty().schema
    return frame.with_columns(
        *(pl.lit(None, schema[name]).alias(name) for name in _LEFT_OUT),
        *(pl.col(name).fill_null("ONB") for name in _UNKNOWN),
    ).sort(_ID)


def _verdicts(key: Key, ids: set[str]) -> pl.DataFrame:
    decided = MatchCandidate.objects.exclude(verdict=MatchCandidate.Verdict.OPEN)
    rows = [
        (_id(key, "report", left), _id(key, "report", right), verdict == "SAME")
        for left, right, verdict in decided.values_list("report_id", "other_id", "verdict")
    ]
    schema = dict(Verdict.create_empty().schema)
    both = pl.col("left").is_in(list(ids)) & pl.col("right").is_in(list(ids))
    return pl.DataFrame(rows, schema=schema, orient="row").filter(both).sort("left", "right")


def _care(key: Key) -> pl.DataFrame:
    frame = care_requests()
    if frame.is_empty():
        return frame
    own = {value: _id(key, "request", value) for value in frame["request_id"]}
    return frame.with_columns(
        pl.col("request_id").replace_strict(own, return_dtype=pl.String),
        # No table of an edition asks whose request it is.
        person_id=pl.lit(None, pl.String),
    ).sort("request_id")
