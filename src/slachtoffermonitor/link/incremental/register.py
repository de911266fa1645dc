"""A register of linked reports that answers at once which of them one new report resembles."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Final

import polars as pl

from slachtoffermonitor.ground import InputError, Problem, write_bytes
from slachtoffermonitor.link.engine import LOWEST_PROBABILITY, evidence_of, probability_of
from slachtoffermonitor.link.gathering import ColumnNames
from slachtoffermonitor.link.incremental._comparing import open_comparison
from slachtoffermonitor.link.incremental._gathering import (
    features_like,
    gather_like,
    linked_state,
)
from slachtoffermonitor.link.incremental._indexed import IndexedReports
from slachtoffermonitor.link.incremental._state import State, read_state, state_bytes
from slachtoffermonitor.link.linkage import Linkage

__all__ = ["Register"]

_OWNER_ONLY: Final = 0o600
_DIGITS: Final = 6


class Register:
    """Which reports that we have may be about the same person as this new one?

    It holds the features of all reports, the weights that a linkage learned, and who was found to
    be whom. Asked about a report it gives the match probabilities that a linkage of all reports
    together would give by the same weights. What is added does not change the weights: link all
    reports anew from time to time, and make the register again.

    A candidate is not a finding. Nobody is joined to anybody here; somebody decides.

    In clear mode the register holds identity, and so does the file that `write` makes. Answers and
    `repr` show ids, probabilities and levels of agreement only. Threads may share a register;
    what one program adds, another does not see.

    Example:
        register = Register.of(notifications, link_reports(notifications))
        candidates = register.find_candidates(new_report)

    """

    def __init__(self, state: State) -> None:
        """Set up from a state; use `of` or `read`."""
        self._state = state
        self._reports = IndexedReports.of(state.design, state.records)
        self._connection = open_comparison(state.design)
        self._lock = Lock()

    @classmethod
    def of(
        cls, notifications: pl.DataFrame, linkage: Linkage, *, columns: ColumnNames | None = None
    ) -> Register:
        """Make a register of the reports of a linkage.

        Args:
            notifications: the reports that were linked, all of them in one frame; in clear text
                or as tokens, as they were linked.
            linkage: gives the weights, the threshold and the persons.
            columns: as for `link_reports`; reports that are asked about or added may have these
                names too.

        Raises:
            InputError: the reports are not those of the linkage, or the linkage compared no
                reports with one another.

        """
        return cls(linked_state(notifications, linkage, columns))

    def __len__(self) -> int:
        """Count the reports."""
        return self._reports.records.height

    def __contains__(self, notification_id: object) -> bool:
        """Say whether a report is held."""
        return isinstance(notification_id, str) and (
            self._reports.row_of(notification_id) is not None
        )

    def __repr__(self) -> str:
        """Show counts only."""
        persons = self._reports.records["person_id"].n_unique()
        return f"Register(reports={len(self)}, persons={persons}, threshold={self.threshold:.4f})"

    @property
    def threshold(self) -> float:
        """Give the match probability from which the linkage accepted a pair."""
        return self._state.threshold

    def find_candidates(self, report: pl.DataFrame) -> pl.DataFrame:
        """Which of our reports may be about the person of this one?

        Args:
            report: one row, as for `link_reports`; in clear text or as tokens, as the register is.
                If a report with its id is held already, the new row stands in its place.

        Returns:
            Likeliest first: `notification_id`, `person_id`, `match_probability` (Float64, at least
            0.001), `accepted` (Boolean: from the threshold on), and per feature the level of
            agreement (Int8; 0 different, higher is closer, -1 not known), as in `Linkage.pairs`.

        Raises:
            InputError: not one row, columns are missing or of another type, or tokens are of
                another key or other parameters.

        """
        _require_one(report)
        gathered = gather_like(report, self._state.columns, self._state.marks)
        asked = features_like(self._reports.records, gathered)
        with self._lock:
            pairs = self._reports.compare(asked, self._connection)
        return _weighed(pairs, self._state)

    def add(
        self, reports: pl.DataFrame, *, persons: Mapping[str, str] | None = None
    ) -> pl.DataFrame:
        """Hold further reports too.

        Args:
            reports: one or more rows, as for `link_reports`.
            persons: for reports that somebody found to be about a person of the register: their
                `notification_id` and the `person_id`. Each other report is of a new person.

        Returns:
            `notification_id` and `person_id` of the added reports.

        Raises:
            InputError: a report is held already, a person is not in the register, or columns are
                missing or of another type.

        """
        gathered = gather_like(reports, self._state.columns, self._state.marks)
        with self._lock:
            held = self._reports.records
            added = features_like(held, gathered)
            ids = added["notification_id"]
            _require_new(held, ids, persons or {})
            named = added.with_columns(_persons_of(held, ids, persons or {}))
            self._reports = self._reports.with_reports(named.select(held.columns))
        return named.select("notification_id", "person_id")

    def remove(self, notification_ids: Collection[str]) -> int:
        """Forget reports, such as those whose basis ended; nothing of them is kept.

        Files written before still hold them: write the register again. Returns how many there
        were.
        """
        wanted = pl.Series(list(notification_ids), dtype=pl.String)
        with self._lock:
            before = len(self)
            self._reports = self._reports.without(wanted)
            return before - len(self)

    def write(self, path: Path) -> None:
        """Write the register as one file that only its owner may read: whole, or not at all.

        In clear mode the file holds identity, otherwise tokens; both are personal data.
        """
        state = replace(self._state, records=self._reports.records)
        write_bytes(Path(path), state_bytes(state))
        Path(path).chmod(_OWNER_ONLY)

    @classmethod
    def read(cls, path: Path) -> Register:
        """Read a register that `write` made.

        Raises:
            InputError: the file is missing, is no register, is of another version, or is damaged.

        """
        return cls(read_state(Path(path)))


def _require_one(report: pl.DataFrame) -> None:
    if report.height != 1:
        raise InputError(
            Problem(
                what="candidates are asked for one report at a time",
                found=f"{report.height} rows",
                allowed="1",
            )
        )


def _weighed(pairs: pl.DataFrame, state: State) -> pl.DataFrame:
    """Give the compared reports their match probability, likeliest first."""
    bits = evidence_of(state.design, pairs, state.model.m, state.model.u)
    chance = pl.Series("match_probability", probability_of(state.model, pairs, bits))
    return (
        pairs.with_columns(chance, accepted=chance >= state.threshold)
        .filter(pl.col("match_probability") >= LOWEST_PROBABILITY)
        .sort("match_probability", "notification_id", descending=[True, False])
        .select(
            "notification_id",
            "person_id",
            "match_probability",
            "accepted",
            *(each.name for each in state.design.comparisons),
        )
    )


def _require_new(held: pl.DataFrame, added: pl.Series, persons: Mapping[str, str]) -> None:
    """Refuse reports that are held already, and persons and reports that nobody knows."""
    again = added.is_in(held["notification_id"].implode()).sum()
    named = pl.Series(list(persons.values()), dtype=pl.String)
    unknown = (~named.is_in(held["person_id"].implode())).sum()
    strange = len(set(persons) - set(added.to_list()))
    told = (
        (again, "", f"{again} of the reports are held already"),
        (unknown, "persons", f"{unknown} of the persons are not in the register"),
        (strange, "persons", f"{strange} of the reports are not added"),
    )
    problems = [Problem(what=what, file=file) for count, file, what in told if count]
    if problems:
        raise InputError(problems)


def _persons_of(held: pl.DataFrame, added: pl.Series, persons: Mapping[str, str]) -> pl.Series:
    """Name the person of each added report; the new ones are numbered on."""
    given = added.replace_strict(
        list(persons), list(persons.values()), default=None, return_dtype=pl.String
    )
    numbers = held["person_id"].str.extract(r"^P(\d+)$").cast(pl.Int64)
    highest = numbers.max()
    first = highest + 1 if isinstance(highest, int) else 1
    number = first + given.is_null().cum_sum().cast(pl.Int64) - 1
    new = "P" + number.cast(pl.String).str.zfill(_DIGITS)
    return given.fill_null(new).alias("person_id")
