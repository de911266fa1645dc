"""Draws of who is whom: linkages that respect the match probabilities, each a whole partition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link._memberships import Period, first_dates, memberships_of
from slachtoffermonitor.link._persons import describe
from slachtoffermonitor.link.doubt._kernels.drawing import draw_all
from slachtoffermonitor.link.doubt._kernels.potential import Floats, Whole
from slachtoffermonitor.link.doubt.uncertain import Uncertain, find_uncertain
from slachtoffermonitor.link.engine import Evidence

if TYPE_CHECKING:
    from slachtoffermonitor.link.linkage import Linkage

__all__ = ["ImputedLinkage", "draw_partitions", "impute"]

# Of so many records all partitions are weighed; larger components are walked.
_EXACT: Final = 7
_SWEEPS_BEFORE: Final = 20
_SWEEPS_BETWEEN: Final = 4
# What was learned before any pair was seen counts as so many matched pairs, as in learning.
_WORTH: Final = 20.0
_LARGEST_CHANGE: Final = 6.0  # nats
# Draws by which the prior is fitted, and how far it moves at once.
_PILOTS: Final = 3
_PILOT_DRAWS: Final = 6
_PILOT_STEP: Final = 0.5  # nats
_PERSON_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ImputedLinkage:
    """One way in which reports may be about persons, drawn from all that are possible.

    One draw is worse than the best linkage. Use all draws: estimate with each and combine them
    (`estimate.combine_linkages`), or the doubt is lost again.

    Attributes:
        number: of the draw, from 1.
        reports: `notification_id`, `person_id`, `register_id` (null when the person is not in the
            population register), `reporter`, `reported_on`, in the order of the linkage's records.
        evidence: what the draw was made from.

    """

    number: int
    reports: pl.DataFrame
    evidence: Evidence

    def __repr__(self) -> str:
        """Show counts only, never a value of a person."""
        persons = self.reports["person_id"].n_unique()
        return (
            f"ImputedLinkage(number={self.number}, reports={self.reports.height}, "
            f"persons={persons})"
        )

    def memberships(self, period: Period | None = None) -> pl.DataFrame:
        """Who was on whose list in which year, in this draw? See `Linkage.memberships`."""
        return memberships_of(self.reports, period)

    def person_dates(self) -> pl.DataFrame:
        """When was each person first reported, in this draw? See `Linkage.person_dates`."""
        return first_dates(self.reports)

    def persons(self) -> pl.DataFrame:
        """What do the reports say of each person, in this draw? The shape of `Linkage.persons`."""
        found = self.evidence.reports.with_columns(
            self.reports["person_id"], self.reports["register_id"]
        )
        return describe(found.sort("reported_on", "notification_id"), self.evidence.register)


def impute(linkage: Linkage, n: int, rng: np.random.Generator) -> tuple[ImputedLinkage, ...]:
    """Which linkages are possible, each as often as it is likely?

    An estimate from the single best linkage takes it as true. Its interval is too narrow, and
    nothing in it says so. Drawing each pair by its own probability is wrong too: it tears and
    chains persons, as pairs are not independent.

    Every draw is a whole partition: A with B and B with C make A with C. Nobody gets two entries
    of the population register, or birth dates that contradict one another in a pair that was not
    accepted. Reviewed pairs stay as they were reviewed. In each draw the weights of agreement are
    drawn anew as well, as they were learned from few pairs (Rubin's proper imputation).

    Of a set of records C, the odds to be one person rather than strangers are taken as

        odds(C) = prior^(|C| - 1) × Π over features of the heaviest tree of pairwise ratios

    which is the tree that approximates the joint distribution of a feature best (Chow & Liu 1968).
    A partition is drawn with probability in proportion to the product over its persons. For two
    records this is the match probability itself; for more it counts an error of one report once,
    where the product over all pairs counts it with every other report.

    Args:
        linkage: of `link_reports`.
        n: number of draws, from 1. Estimates want 20 or more.
        rng: of the draws.

    Assumes: the match probabilities are calibrated (`docs/link-doubt.md` shows how far); pairs
    below 0.001 are not one person except through others, nor are pairs that met in no block where
    the register is too large to look at all pairs.

    Returns:
        `n` draws, the same for the same linkage and generator.

    Raises:
        InputError: `n` is below 1.

    Source: Sadinle (2017), JASA 112(518), and Steorts, Hall & Fienberg (2016), JASA 111(516), for
    linkage as a distribution over partitions; Hartigan (1990) for products over clusters; Chow &
    Liu (1968), IEEE Trans. Information Theory 14(3); Jain & Neal (2004), JCGS 13(1), for the walk.

    """
    if n < 1:
        raise InputError(
            Problem(what="the number of linkages to draw is too small", found=str(n), allowed="≥ 1")
        )
    return tuple(
        ImputedLinkage(
            number=number,
            reports=_named(linkage.evidence, label),
            evidence=linkage.evidence,
        )
        for number, label in enumerate(draw_partitions(linkage, n, rng), start=1)
    )


def draw_partitions(linkage: Linkage, n: int, rng: np.random.Generator) -> Iterator[Whole]:
    """Draw partitions: each one number for each record, equal for the records of one person."""
    uncertain = find_uncertain(linkage.evidence, linkage.threshold)
    label = _within(linkage.label, uncertain.component)
    _draw(uncertain, label, np.zeros_like(uncertain.ties.weight), _SWEEPS_BEFORE, rng)
    shift = _prior_shift(uncertain, label, rng)
    for _ in range(n):
        change = _learned_anew(uncertain, rng)
        change[:, 0] += shift
        _draw(uncertain, label, change, _SWEEPS_BETWEEN, rng)
        yield label.copy()


def _draw(
    uncertain: Uncertain, label: Whole, change: Floats, sweeps: int, rng: np.random.Generator
) -> None:
    """Draw one partition into `label`, with weights that are changed by so much."""
    draw_all(
        uncertain.ties._replace(weight=uncertain.ties.weight + change),
        uncertain.begins,
        uncertain.records,
        uncertain.where,
        label,
        _EXACT,
        sweeps,
        rng,
    )


def _prior_shift(uncertain: Uncertain, label: Whole, rng: np.random.Generator) -> float:
    """Find by how much to raise the prior log odds, so that draws hold the pairs expected.

    The share of matches was learned of pairs, each with any others beside it. In a partition a
    join of two records also refuses all that contradicts it, and fewer pairs would be joined.
    """
    within = uncertain.component[uncertain.left] == uncertain.component[uncertain.right]
    sure = uncertain.probability[within]
    left, right = uncertain.left[within], uncertain.right[within]
    spread = max(float((sure * (1 - sure)).sum()), 1.0)
    shift = 0.0
    for _ in range(_PILOTS):
        found = 0.0
        for _ in range(_PILOT_DRAWS):
            change = np.zeros_like(uncertain.ties.weight)
            change[:, 0] = shift
            _draw(uncertain, label, change, 1, rng)
            found += float((label[left] == label[right]).sum()) / _PILOT_DRAWS
        shift += float(np.clip((sure.sum() - found) / spread, -_PILOT_STEP, _PILOT_STEP))
    return shift


def _within(label: Whole, component: Whole) -> Whole:
    """Name each person of each component by its lowest record."""
    _, first, place = np.unique(
        np.column_stack([label, component]), axis=0, return_index=True, return_inverse=True
    )
    return first.astype(np.int64)[place.ravel()]


def _learned_anew(uncertain: Uncertain, rng: np.random.Generator) -> Floats:
    """Draw what could have been learned instead, as a change of the weights in nats.

    Given who is whom, the shares of levels among matched pairs are Dirichlet, and the number of
    matched pairs is Gamma; both here at their expected counts.
    """
    change = np.zeros_like(uncertain.ties.weight)
    for place, model in enumerate(uncertain.models):
        here = uncertain.kind == place
        sure = uncertain.probability[here]
        matches = float(sure.sum()) + 0.5
        change[here, 0] = np.log(rng.gamma(matches) / matches)
        for name, column in uncertain.columns.items():
            level, size = uncertain.levels[name][here], model.m[name].size
            told = level >= 0
            found = np.bincount(level[told], weights=sure[told], minlength=size)
            counts = found + _WORTH * model.m[name]
            drawn = rng.dirichlet(counts)
            ratio = np.maximum(drawn * counts.sum() / counts, np.exp(-_LARGEST_CHANGE))
            change[here, column] += np.append(np.log(ratio), 0.0)[level]
    return change


def _named(evidence: Evidence, label: Whole) -> pl.DataFrame:
    """Give each report its person, numbered by first report, and the person's register entry."""
    reports = evidence.reports.select("notification_id", "reporter", "reported_on").with_columns(
        label=pl.Series(label[: evidence.reports.height])
    )
    entries = pl.DataFrame(schema={"label": pl.Int64, "register_id": pl.String})
    if evidence.register is not None:
        entries = evidence.register.select(
            label=pl.Series(label[evidence.reports.height :]), register_id="person_id"
        )
    persons = (
        reports.sort("reported_on", "notification_id", "label")
        .unique("label", keep="first", maintain_order=True)
        .with_row_index("number", offset=1)
    )
    digits = max(_PERSON_DIGITS, len(str(persons.height)))
    named = persons.select(
        "label", person_id="P" + pl.col("number").cast(pl.String).str.zfill(digits)
    )
    return (
        reports.join(named, on="label", how="left", maintain_order="left")
        .join(entries, on="label", how="left", maintain_order="left")
        .select("notification_id", "person_id", "register_id", "reporter", "reported_on")
    )
