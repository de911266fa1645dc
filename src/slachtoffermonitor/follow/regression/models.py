"""`cox`, `andersen_gill` and `fine_gray`: groups compared, of histories and of plain arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.follow.cohort.choosing import each_linkage, is_histories
from slachtoffermonitor.follow.cohort.definition import EventChoice, choose_event
from slachtoffermonitor.follow.histories import Histories
from slachtoffermonitor.follow.regression.estimating import estimate, pool_models
from slachtoffermonitor.follow.regression.given import (
    given_arrays,
    given_rows,
    rows_of_histories,
)
from slachtoffermonitor.follow.regression.likelihood import Ties
from slachtoffermonitor.follow.regression.result import HazardModel, RegressionMethod
from slachtoffermonitor.ground import InputError

__all__ = ["andersen_gill", "cox", "fine_gray"]


def cox(
    histories: Histories | Sequence[Histories] | npt.ArrayLike | None = None,
    exit: npt.ArrayLike | None = None,  # noqa: A002 (the word of the field)
    event: str | Sequence[str] | EventChoice | npt.ArrayLike = "SLACHTOFFER",
    *,
    by: Sequence[str] = (),
    spells: pl.DataFrame | Sequence[pl.DataFrame] | None = None,
    covariates: npt.ArrayLike | pl.DataFrame | None = None,
    entry: npt.ArrayLike | None = None,
    strata: str | npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    references: Mapping[str, str] | None = None,
    ties: Ties = "efron",
    level: float = 0.95,
) -> HazardModel:
    """How many times as high is the risk of a first event in one group as in another?

    A ratio of hazards compares those still in the country to whom nothing has happened yet; it is
    not a ratio of shares (see `fine_gray`), and it does not say why groups differ. Never take what
    happened later (help that was received in the end) as a group from the start: who lived to
    receive it could not have been harmed first. Use `spells` of `care_spells` for that.

    Args:
        histories: from `histories`; a sequence of them (one per imputed linkage) is pooled. Or
            the array of entry days, None when all enter at the start.
        exit: with plain arrays: the last day of each row.
        event: which event counts, as in `cumulative_incidence`. With plain arrays: 1 the event,
            anything else none.
        by: columns of the persons (and of `spells`) to compare by; words are groups, numbers are
            taken per unit.
        spells: the follow-up of each person cut into stretches, with what was so in each.
        covariates: with plain arrays: a table of numbers, or a frame of columns.
        entry: the array of entry days, as a keyword.
        strata: a column (or labels) within which only persons are compared.
        cluster: with plain arrays: who each row is about; gives errors that hold when rows of one
            person belong together.
        references: per column the group to compare with; the largest when left out.
        ties: `efron` or `breslow`, for events on one day.
        level: of the intervals.

    Returns:
        HazardModel, with a ratio for each term.

    Raises:
        InputError: nobody can be followed, no event, terms that say the same as others, a group
            without any event, or arrays that differ in length.

    Assumes:
        Ratios that stay the same over time (`check_proportional` tests it); leaving tells nothing
        about the event.

    Source:
        Cox (1972); Efron (1977); Lin & Wei (1989) for clustered errors.

    Checked against:
        R survival 3.5-3, tests/reference/follow/cox_colon.json and competing_mgus2.json.

    """
    return _fit(
        "cox",
        (histories, exit, event, entry),
        (by, spells, covariates, strata, cluster),
        references=references,
        ties=ties,
        level=level,
    )


def andersen_gill(
    histories: Histories | Sequence[Histories] | npt.ArrayLike | None = None,
    exit: npt.ArrayLike | None = None,  # noqa: A002 (the word of the field)
    event: str | Sequence[str] | EventChoice | npt.ArrayLike = "SLACHTOFFER",
    *,
    by: Sequence[str] = (),
    spells: pl.DataFrame | Sequence[pl.DataFrame] | None = None,
    covariates: npt.ArrayLike | pl.DataFrame | None = None,
    entry: npt.ArrayLike | None = None,
    strata: str | npt.ArrayLike | None = None,
    person: npt.ArrayLike | None = None,
    references: Mapping[str, str] | None = None,
    ties: Ties = "efron",
    level: float = 0.95,
) -> HazardModel:
    """How many times as many events does one group meet per day at risk, counting all of them?

    Errors are clustered within persons: without that, one person with ten events counts as ten
    proofs. With plain arrays `person` says which rows are about one; two events of one person on
    one day are a row of zero length.

    Args, returns, raises: as `cox`; `person` is required with plain arrays. With `strata` the
        number of the event, these are the models of Prentice, Williams and Peterson.

    Source:
        Andersen & Gill (1982); Lin, Wei, Yang & Ying (2000) for the robust errors; Prentice,
        Williams & Peterson (1981).

    Checked against:
        R survival 3.5-3, tests/reference/follow/recurrent_bladder.json.

    """
    if not is_histories(histories) and person is None:
        raise InputError("person is needed: it says which rows are about one person")
    return _fit(
        "andersen-gill",
        (histories, exit, event, entry),
        (by, spells, covariates, strata, person),
        references=references,
        ties=ties,
        level=level,
    )


def fine_gray(
    histories: Histories | Sequence[Histories] | npt.ArrayLike | None = None,
    exit: npt.ArrayLike | None = None,  # noqa: A002 (the word of the field)
    event: str | Sequence[str] | EventChoice | npt.ArrayLike = "SLACHTOFFER",
    *,
    by: Sequence[str] = (),
    covariates: npt.ArrayLike | pl.DataFrame | None = None,
    cluster: npt.ArrayLike | None = None,
    references: Mapping[str, str] | None = None,
    level: float = 0.95,
) -> HazardModel:
    """In which group does it happen to a larger share, when people may also die or leave?

    The ratio is one of hazards among everybody to whom it has not happened, the dead and departed
    included: its sign says which group's cumulative incidence is higher, its size is no risk. It
    does not take what changes over time, which the dead cannot have.

    Args, returns, raises: as `cox`. With plain arrays event is 0 (lost to follow-up), 1 (the
        event), 2, 3, … (others); all enter together. Tied events are taken in Breslow's way, as
        `cmprsk` does.

    Source:
        Fine & Gray (1999).

    Checked against:
        cmprsk 2.2-11, tests/reference/follow/competing_mgus2.json.

    """
    return _fit(
        "fine-gray",
        (histories, exit, event, None),
        (by, None, covariates, None, cluster),
        references=references,
        ties="breslow",
        level=level,
    )


def _fit(
    method: RegressionMethod,
    data: tuple[object, npt.ArrayLike | None, object, npt.ArrayLike | None],
    model: tuple[Sequence[str], object, object, object, npt.ArrayLike | None],
    *,
    references: Mapping[str, str] | None,
    ties: Ties,
    level: float,
) -> HazardModel:
    histories, exit_day, event, entry = data
    by, spells, covariates, strata, cluster = model
    against = dict(references or {})
    if not is_histories(histories):
        given = given_arrays(
            (entry if entry is not None else histories, exit_day, event),
            (covariates, strata, cluster),
            against,
        )
        return estimate(method, given, EventChoice(), ties=ties, level=level)
    found = each_linkage(histories)
    cut: list[pl.DataFrame | None] = [None] * len(found)
    if isinstance(spells, pl.DataFrame):
        cut = [spells] * len(found)
    elif isinstance(spells, list | tuple):
        cut = list(spells)
    choice = choose_event(event)
    models = []
    for one, stretches in zip(found, cut, strict=True):
        rows = rows_of_histories(one, choice, stretches, recurrent=method == "andersen-gill")
        given = given_rows(rows, by, strata, against, split=stretches is not None)
        if method == "andersen-gill":
            given = replace(given, cluster=rows["person"].to_numpy().astype(np.int64))
        models.append(
            replace(
                estimate(method, given, choice, ties=ties, level=level),
                definition=one.definition,
            )
        )
    return models[0] if len(models) == 1 else pool_models(models)
