"""The result of linking: persons, the reports about each, and how sure we are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.ground import Number, Text
from slachtoffermonitor.link._memberships import Period, memberships_of
from slachtoffermonitor.link.doubt import ImputedLinkage, LinkageQuality, impute, linkage_quality
from slachtoffermonitor.link.engine import Evidence

__all__ = ["Linkage"]


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

    def memberships(self, period: Period | None = None) -> pl.DataFrame:
        """Who was on whose list in which year? The input of multiple systems estimation.

        Args:
            period: years of reporting to keep, or the first and the last day; all when None.

        Returns:
            The columns of `records.Membership`, one row per person, reporter and year.

        Raises:
            InputError: the reports do not say who reported, or when.

        """
        return memberships_of(self.reports, period)

    def person_dates(self) -> pl.DataFrame:
        """When was each person first reported? The input of follow-up.

        Returns:
            `person_id`, `register_id` (null when the person was not found in the population
            register), `first_reported_on`, one row per person.

        """
        return self.persons.select("person_id", "register_id", "first_reported_on")

    def impute(self, n: int, rng: np.random.Generator) -> tuple[ImputedLinkage, ...]:
        """Which linkages are possible, each as often as it is likely? See `link.doubt.impute`."""
        return impute(self, n, rng)

    def quality(
        self,
        sample: pl.DataFrame | None = None,
        *,
        imputations: int = 50,
        rng: np.random.Generator | None = None,
    ) -> LinkageQuality:
        """How many joins are right, and how many pairs were missed? See `link.linkage_quality`."""
        return linkage_quality(self, sample, imputations=imputations, rng=rng)

    def describe(self) -> tuple[Text, ...]:
        """Say in sentences what was linked and how sure it is; counts and shares only."""
        quality = self.quality(imputations=0)
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
