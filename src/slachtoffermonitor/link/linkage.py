"""The result of linking: persons, the reports about each, and how sure we are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.ground import Number, Text
from slachtoffermonitor.link.engine import Evidence

__all__ = ["Linkage", "LinkageQuality"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageQuality:
    """How good the linkage is by its own match probabilities; no truth was seen.

    `precision`: of the compared pairs that were joined, the share expected to be one person.
    `recall`: of the pairs expected to be one person, the share that was joined; pairs that met in
    no block are not counted. `implied` counts joined pairs that never met in a block and follow
    from other pairs only. All shares are None when there is nothing to divide by.
    """

    precision: float | None
    recall: float | None
    f1: float | None
    joined: int
    implied: int
    expected: float


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Linkage:
    """Which reports are about one person, and how sure that is.

    A count of `persons` without `quality()` hides that some persons were split and some joined
    wrongly. Frames hold data about persons: they stay inside; `repr` shows counts only.

    Attributes:
        persons: the columns of `records.Person`, and `register_id` (String, null when the person
            was not found in the population register).
        reports: `notification_id`, `person_id`, `reporter`, `reported_on`, and
            `match_probability` (Float64): of the weakest accepted pair that ties this report to
            its person; null for the only report about a person who is not in the register.
        pairs: every compared pair with a match probability of at least 0.001: `left` (a
            notification), `right` (a notification, or a register person), `right_is` (`report` or
            `register`), `match_probability`, `joined` (Boolean), `verdict` (of a
            reviewer, null where there was none), and per feature the level of
            agreement (Int8; 0 different, higher is closer, -1 not known). No identity.
        weights: what agreement weighs, per kind of pair, feature and level: `m` and `u` are the
            shares of matched and of other pairs at that level, `weight` is log2(m/u).
        threshold: pairs from this match probability on were accepted.
        threshold_chosen_by: `balance` (as many pairs accepted as are expected to match) or
            `caller`.
        expected_matches: number of compared pairs expected to be one person.
        evidence: what all this was decided from: records, pairs and weights before the decision.
        label: one number for each record of the evidence; records of one person share it.

    """

    persons: pl.DataFrame
    reports: pl.DataFrame
    pairs: pl.DataFrame
    weights: pl.DataFrame
    threshold: float
    threshold_chosen_by: Literal["balance", "caller"]
    expected_matches: float
    evidence: Evidence
    label: npt.NDArray[np.int64]

    def __repr__(self) -> str:
        """Show counts only, never a value of a person."""
        return (
            f"Linkage(reports={self.reports.height}, persons={self.persons.height}, "
            f"in_register={self._in_register()}, threshold={self.threshold:.4f})"
        )

    def _in_register(self) -> int:
        return self.persons["register_id"].count()

    def memberships(self, years: Collection[int] | None = None) -> pl.DataFrame:
        """Who was on whose list in which year? The input of multiple systems estimation.

        Args:
            years: years of reporting to keep; all when None.

        Returns:
            The columns of `records.Membership`, one row per person, reporter and year.

        """
        dated = self.reports.with_columns(pl.col("reported_on").dt.year().alias("year"))
        if years is not None:
            dated = dated.filter(pl.col("year").is_in(sorted(years)))
        return (
            dated.group_by("person_id", "reporter", "year")
            .agg(
                pl.col("reported_on").min().alias("first_reported_on"),
                pl.len().cast(pl.Int64).alias("notifications"),
            )
            .sort("person_id", "year", "reporter")
        )

    def quality(self) -> LinkageQuality:
        """How many joins are right, and how many pairs were missed, by the model's own lights?

        Assumes: the match probabilities are calibrated; see `docs/link.md` for how far they were
        on the simulated nation.
        """
        joined = self.pairs.filter("joined")
        sure = float(joined["match_probability"].sum())
        count = joined.height
        precision = sure / count if count else None
        recall = sure / self.expected_matches if self.expected_matches > 0 else None
        whole = count + self.expected_matches
        return LinkageQuality(
            precision=precision,
            recall=recall,
            f1=2 * sure / whole if whole > 0 else None,
            joined=count,
            implied=self._pairs_within_persons() - count,
            expected=self.expected_matches,
        )

    def _pairs_within_persons(self) -> int:
        registered = self.persons.filter(pl.col("register_id").is_not_null()).select("person_id")
        sizes = pl.concat([self.reports.select("person_id"), registered]).group_by("person_id")
        size = sizes.len()["len"].cast(pl.Int64)
        return int((size * (size - 1) // 2).sum())

    def describe(self) -> tuple[Text, ...]:
        """Say in sentences what was linked and how sure it is; counts and shares only."""
        quality = self.quality()
        sentences = [
            Text(
                "{reports} reports are about {persons} persons.",
                {"reports": Number(self.reports.height), "persons": Number(self.persons.height)},
            )
        ]
        if self._in_register():
            sentences.append(
                Text(
                    "{found} of them were found in the population register.",
                    {"found": Number(self._in_register())},
                )
            )
        if quality.precision is not None and quality.recall is not None:
            sentences.append(
                Text(
                    "Of the pairs that were joined, {precision} are expected to be one person; of "
                    "the pairs that are one person, {recall} are expected to be joined.",
                    {
                        "precision": Number(quality.precision, "#,##0.0%"),
                        "recall": Number(quality.recall, "#,##0.0%"),
                    },
                )
            )
        return tuple(sentences)
