"""Victim again while waiting: how often, against after help started, and had the wait been short.

Nobody is drawn by lot to wait. Those who wait may be harmed more because they wait, or because
they differ from those who are helped soon. So the question "had the wait been at most w weeks"
has a range for an answer, between none and all of the difference being due to the wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from slachtoffermonitor.follow.cohort.choosing import each_linkage
from slachtoffermonitor.follow.cohort.definition import EventChoice, choose_event
from slachtoffermonitor.follow.histories import Histories
from slachtoffermonitor.follow.queueing.care import spells_of_each
from slachtoffermonitor.follow.regression.estimating import estimate, pool_models
from slachtoffermonitor.follow.regression.given import given_rows, rows_of_histories
from slachtoffermonitor.follow.regression.result import HazardModel
from slachtoffermonitor.follow.repeating.rates import event_rates
from slachtoffermonitor.ground import InputError, Number, Text

__all__ = ["CappedWait", "WaitingHarm", "had_the_wait_been", "harm_while_waiting"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaitingHarm:
    """How often people are victim again while they wait, and after help started.

    `rates`: group (care state; empty: all), events, person_years, rate, low, high. `model`: the
    ratios against HELPED, with what else was asked for kept equal; `ratio` that of WAITING.
    """

    rates: pl.DataFrame
    model: HazardModel
    ratio: tuple[float, float, float]

    def __repr__(self) -> str:
        """Show the ratio, never a person."""
        return f"WaitingHarm(ratio={self.ratio[0]:.2f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class CappedWait:
    """What a shorter wait might have meant, as a range with its assumptions.

    Of `events` victimisations in the follow-up, `events_late` fell on people who waited already
    longer than `weeks` (over `late_person_years`). `averted` is how many fewer if all of the
    difference with those helped is due to the wait, (value, low, high) with the limits of the
    ratio; `low` and `high` are the range that also allows for none of it: from 0 (or less, where
    the data allow that waiting protects) to the upper limit.
    """

    weeks: float
    events: int
    events_late: int
    late_person_years: float
    ratio: tuple[float, float, float]
    averted: tuple[float, float, float]
    low: float
    high: float
    assumptions: tuple[Text, ...]
    linkages: int

    def statement(self) -> Text:
        """Give the sentence, with the range."""
        return Text(
            "Had nobody waited longer than {weeks} weeks, between {low} and {high} of the {events} "
            "repeat victimisations might not have happened.",
            {
                "weeks": Number(self.weeks, "#,##0.#"),
                "low": Number(self.low, "#,##0"),
                "high": Number(self.high, "#,##0"),
                "events": Number(self.events),
            },
        )


_ASSUMPTIONS = (
    Text(
        "At the low end nothing changes: those who wait long would have been harmed as often with "
        "help."
    ),
    Text(
        "At the high end all of the difference is due to the wait: with help they would have been "
        "harmed as rarely as those who are helped, all else that is in the model being equal."
    ),
    Text("Help that starts sooner works as well as help now does, and takes nobody else's place."),
)


def harm_while_waiting(
    histories: Histories | Sequence[Histories],
    requests: pl.DataFrame | pl.LazyFrame,
    *,
    event: str | Sequence[str] | EventChoice = "SLACHTOFFER",
    by: Sequence[str] = (),
    level: float = 0.95,
) -> WaitingHarm:
    """Are people victim again more often while they wait for help than after it started?

    Every day counts for how the person stood on that day, so that the helped get no credit for
    the days before help. That does not make the ratio an effect of help: who waits long may
    differ in ways that no register shows.

    Args:
        histories: from `histories`; a sequence of them (one per imputed linkage) is pooled.
        requests: `records.CareRequest` rows with the ids that the histories use.
        event: which events count, all of them, as in `cumulative_incidence`.
        by: columns of the persons to keep equal in the ratio.
        level: of the intervals.

    Returns:
        WaitingHarm, with errors clustered within persons.

    Raises:
        InputError: nobody waits or nobody is helped, or as `andersen_gill`.

    Assumes:
        `care_spells`: who is not among the requests did not ask.

    Source:
        Suissa (2008) for the days before help; Andersen & Gill (1982).

    """
    linkages = each_linkage(histories)
    spells = spells_of_each(linkages, requests, None)
    _require_states(spells, ("WAITING", "HELPED"))
    choice = choose_event(event)
    model = _against_helped(linkages, spells, choice, by, level=level)
    return WaitingHarm(
        rates=event_rates(linkages, event=choice, by="care_state", spells=spells, level=level),
        model=model,
        ratio=model.ratio("care_state=WAITING"),
    )


def _against_helped(
    linkages: Sequence[Histories],
    spells: Sequence[pl.DataFrame],
    choice: EventChoice,
    by: Sequence[str],
    *,
    level: float,
) -> HazardModel:
    """Compare every state with HELPED, with errors clustered within persons.

    Days in a state without any event say nothing about the ratios of the others (its own has no
    bound, and in that limit its days weigh nothing), so they are left out.
    """
    models = []
    for one, stretches in zip(linkages, spells, strict=True):
        rows = rows_of_histories(one, choice, stretches, recurrent=True)
        met = rows.filter(pl.col("event") > 0)["care_state"].unique().to_list()
        missing = [state for state in ("HELPED",) if state not in met]
        if missing or len(met) < 2:
            raise InputError("nobody is victim again while waiting, or nobody after help started")
        kept = rows.filter(pl.col("care_state").is_in(met))
        given = given_rows(kept, ("care_state", *by), None, {"care_state": "HELPED"}, split=True)
        model = estimate("andersen-gill", given, choice, ties="efron", level=level)
        models.append(replace(model, definition=one.definition))
    return models[0] if len(models) == 1 else pool_models(models)


def _require_states(spells: Sequence[pl.DataFrame], states: Sequence[str]) -> None:
    for one in spells:
        found = set(one["care_state"].unique())
        missing = [state for state in states if state not in found]
        if missing:
            raise InputError(f"nobody is {' or '.join(missing)} during follow-up")


def had_the_wait_been(
    histories: Histories | Sequence[Histories],
    requests: pl.DataFrame | pl.LazyFrame,
    *,
    at_most_weeks: float,
    event: str | Sequence[str] | EventChoice = "SLACHTOFFER",
    by: Sequence[str] = (),
    level: float = 0.95,
) -> CappedWait:
    """Had nobody waited longer than w weeks, how many repeat victimisations might not have been?

    The answer is a range and stays one: no register says how the same people would have fared
    with help. Never quote the high end alone.

    Args:
        histories: from `histories`; a sequence of them (one per imputed linkage) is pooled.
        requests: `records.CareRequest` rows with the ids that the histories use.
        at_most_weeks: the wait after which help would have started.
        event: which events count, all of them, as in `cumulative_incidence`.
        by: columns of the persons to keep equal.
        level: of the ratio's interval.

    Returns:
        CappedWait, with its assumptions in words.

    Raises:
        InputError: a negative wait, nobody who waits so long, or nobody who is helped.

    Source:
        Suissa (2008) for the days before help; the range is that of Manski (1990) with the
        ratio's interval at its far end.

    """
    if at_most_weeks < 0:
        raise InputError("a wait is not negative")
    linkages = each_linkage(histories)
    spells = spells_of_each(linkages, requests, round(7 * at_most_weeks))
    _require_states(spells, ("WAITING_LONG", "HELPED"))
    choice = choose_event(event)
    model = _against_helped(linkages, spells, choice, by, level=level)
    ratio = model.ratio("care_state=WAITING_LONG")
    rates = event_rates(linkages, event=choice, by="care_state", spells=spells, level=level)
    late = rates.filter(pl.col("group") == "WAITING_LONG").row(0, named=True)
    averted, low, high = (float(late["events"] * (1.0 - 1.0 / one)) for one in ratio)
    return CappedWait(
        weeks=at_most_weeks,
        events=int(rates.filter(pl.col("group") == "")["events"].item()),
        events_late=late["events"],
        late_person_years=late["person_years"],
        ratio=ratio,
        averted=(averted, low, high),
        low=float(np.minimum(0.0, low)),
        high=float(np.maximum(0.0, high)),
        assumptions=_ASSUMPTIONS,
        linkages=len(linkages),
    )
