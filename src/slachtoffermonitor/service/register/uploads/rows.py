"""From a file to submissions: each row by itself, all its problems at once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl
from django.utils import timezone

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.records import open_as_text
from slachtoffermonitor.service.basis import SUSPECTS, Policy, Verdict, may_report
from slachtoffermonitor.service.register.receiving.checking import FACTS, problems_of
from slachtoffermonitor.service.register.receiving.submission import (
    IDENTITY,
    GivenConsent,
    Submission,
)
from slachtoffermonitor.service.register.receiving.tokens import read_token_file
from slachtoffermonitor.service.register.uploads.guarding import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    guard,
)

__all__ = ["COLUMNS", "CheckedRow", "Sheet", "kind_of", "read_sheet"]

# The columns of the template, in order: those of a notification, and the evidence of consent.
COLUMNS: Final = (
    "own_reference",
    "reported_on",
    "purpose",
    "age",
    *IDENTITY,
    *FACTS,
    "suspects",
    "consent",
    "consent_given_on",
    "consent_text_id",
    "consent_document_sha256",
    "consent_giver_name",
)
_MUST = ("own_reference", "reported_on", "purpose", "age", "sex", "main_form", "forms", "route")
_UNCHECKED_AGE = "ONB"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CheckedRow:
    """One row: what it says, what is wrong with it, and what the law lets be sent."""

    number: int
    submission: Submission | None
    problems: tuple[Problem, ...]
    verdict: Verdict | None

    def __repr__(self) -> str:
        return f"CheckedRow({self.number}, {len(self.problems)} problems)"

    @property
    def may_be_sent(self) -> bool:
        """Whether the row can be taken in as it stands."""
        return not self.problems and self.verdict is not None and self._allowed()

    @property
    def may_be_counted(self) -> bool:
        """Whether the row is good, and only the law lets no more than a count be kept."""
        return not self.problems and not self._allowed()

    def _allowed(self) -> bool:
        return bool(
            self.verdict and self.submission and self.verdict.allows(self.submission.content)
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Sheet:
    """A file of reports: its rows as checked, and its cells as they were sent."""

    kind: str
    rows: tuple[CheckedRow, ...]
    cells: pl.DataFrame

    def __repr__(self) -> str:
        return f"Sheet({self.kind}, {len(self.rows)} rows)"


def kind_of(name: str) -> str:
    """Of which kind does a file say that it is, by its name?"""
    return Path(name).suffix.lower().removeprefix(".")


def read_sheet(content: bytes, name: str, *, reporter: str, policy: Policy) -> Sheet:
    """Read and check a file of reports, all of it.

    Args:
        content: The file.
        name: Its name, of which only the ending matters.
        reporter: The code of the organisation that sends it.
        policy: What the jurist chose.

    Raises:
        InputError: The file as a whole cannot be read. What is wrong with rows is in the rows.

    """
    kind = kind_of(name)
    guard(content, kind)
    today = timezone.localdate()
    if kind == "parquet":
        sent = [_of_tokens(found) for found in read_token_file(content)]
        cells = pl.DataFrame({"own_reference": [found.own_reference for found in sent]})
        checked = [
            _checked(n, found, (), (reporter, policy, today)) for n, found in enumerate(sent, 1)
        ]
        return Sheet(kind=kind, rows=tuple(checked), cells=cells)
    cells = _opened(content, kind)
    rows = tuple(
        _checked(number, *_submission(row), (reporter, policy, today))
        for number, row in enumerate(cells.iter_rows(named=True), 1)
    )
    return Sheet(kind=kind, rows=tuple(_without_repeats(rows)), cells=cells)


def _opened(content: bytes, kind: str) -> pl.DataFrame:
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        path = Path(folder, f"upload.{kind}")
        path.write_bytes(content)
        try:
            frame = open_as_text(path)
        except InputError as error:
            raise InputError(
                [
                    Problem(what=found.what, column="file", allowed=found.allowed)
                    for found in error.problems
                ]
            ) from None
    if frame.height > MOST_ROWS or frame.width > MOST_COLUMNS:
        raise InputError(Problem(what="the file has too many rows or columns", column="file"))
    if frame.is_empty():
        raise InputError(Problem(what="the file has a header but no rows", column="file"))
    problems = [
        Problem(what="the column is missing", column=name)
        for name in _MUST
        if name not in frame.columns
    ]
    problems += [
        Problem(what="a column is not in the template", column="file", allowed=", ".join(COLUMNS))
        for name in frame.columns
        if name not in COLUMNS
    ][:1]
    if problems:
        raise InputError(problems)
    return frame


def _submission(row: Mapping[str, Any]) -> tuple[Submission | None, tuple[Problem, ...]]:
    said = {name: row.get(name) or "" for name in COLUMNS}
    problems = [
        Problem(what="is too long", column=name)
        for name, text in said.items()
        if len(text) > LONGEST_CELL
    ]
    days = {name: _day(said[name]) for name in ("reported_on", "consent_given_on")}
    problems += [
        Problem(what="is not a date that exists", column=name, allowed="YYYY-MM-DD")
        for name, day in days.items()
        if (said[name] or name == "reported_on") and day is None
    ]
    suspects = frozenset(filter(None, said["suspects"].split(";")))
    if not suspects <= set(SUSPECTS):
        problems.append(
            Problem(what="is nobody who consents", column="suspects", allowed=";".join(SUSPECTS))
        )
    if not said["own_reference"]:
        problems.append(Problem(what="must not be empty", column="own_reference"))
    reported_on = days["reported_on"]
    if reported_on is None:
        return None, tuple(problems)
    return (
        Submission(
            content="VOLLEDIG",
            purpose=said["purpose"],
            age=said["age"],
            reported_on=reported_on,
            facts={name: said[name] or None for name in FACTS},
            identity={name: said[name] for name in IDENTITY if said[name]},
            consent=GivenConsent(
                form=said["consent"] or "GEEN",
                given_on=days["consent_given_on"],
                text_id=said["consent_text_id"],
                document_sha256=said["consent_document_sha256"],
                giver_name=said["consent_giver_name"],
            ),
            suspects=suspects & frozenset(SUSPECTS),
            own_reference=said["own_reference"],
        ),
        tuple(problems),
    )


def _of_tokens(found: Any) -> Submission:
    facts = {"main_form": found.main_form, "forms": found.forms, "route": found.route, "sex": "ONB"}
    return Submission(
        content="PSEUDONIEM",
        purpose="REGISTER",
        age=_UNCHECKED_AGE,
        reported_on=found.reported_on,
        facts=facts,
        tokens=found.row,
        token_key=found.key_id,
        own_reference=found.reference,
    )


def _checked(
    number: int,
    submission: Submission | None,
    problems: tuple[Problem, ...],
    asked: tuple[str, Policy, date],
) -> CheckedRow:
    reporter, policy, today = asked
    verdict: Verdict | None = None
    if submission is not None:
        try:
            situation = submission.situation(reporter)
            verdict = may_report(situation, on=submission.reported_on, policy=policy)
        except InputError as error:
            problems = (*problems, *error.problems)
        problems = (*problems, *problems_of(submission, today=today))
    seen: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        seen.setdefault((problem.column, problem.what), problem)
    return CheckedRow(
        number=number, submission=submission, problems=tuple(seen.values()), verdict=verdict
    )


def _without_repeats(rows: tuple[CheckedRow, ...]) -> Iterator[CheckedRow]:
    """Refuse the second row with the same reference and purpose: which of them is meant?"""
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.submission is None:
            yield row
            continue
        key = (row.submission.own_reference, row.submission.purpose)
        if key in first and key[0]:
            again = Problem(what="stands in an earlier row too", column="own_reference")
            row = CheckedRow(  # noqa: PLW2901
                number=row.number,
                submission=row.submission,
                problems=(*row.problems, again),
                verdict=row.verdict,
            )
        first.setdefault(key, row.number)
        yield row


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if len(written) == 10 else None
    except ValueError:
        return None
