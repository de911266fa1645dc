"""Linkage as a source of uncertainty: one estimate from many imputed linkages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from time import perf_counter

import numpy as np

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.model import HierarchicalModel
from slachtoffermonitor.estimate.robustness.linkages._linked import (
    Choice,
    Linked,
    estimate_linkage,
)
from slachtoffermonitor.estimate.robustness.linkages._pooling import (
    LEVELS,
    Pooled,
    mix_replicates,
    pool_by_rubin,
)
from slachtoffermonitor.estimate.robustness.linkages.result import LinkageEstimate
from slachtoffermonitor.estimate.robustness.selection import Selection
from slachtoffermonitor.estimate.verdict import Verdict, judge
from slachtoffermonitor.ground import InputError, Number, Problem, Text, progress

__all__ = ["combine_linkages"]

Limits = tuple[float, float]
_MODEL_TRUE = Text(
    "The uncertainty within a linkage takes the chosen model as true and is too small; ask for a "
    "bootstrap."
)


def combine_linkages(
    tables: Sequence[CaptureTable],
    *,
    selection: Selection | None = None,
    model: HierarchicalModel | str | None = None,
    bootstrap: int = 200,
    seed: int | None = None,
) -> LinkageEstimate:
    """How many persons are there, and how much of the doubt is about who is who?

    Each table comes from one linkage drawn from the probabilities of the linkage model. One
    missed link makes two persons out of one and takes away an overlap: the hidden number rises
    steeply. An interval from the single best linkage knows nothing of that.

    With m linkages, Q_i = log hidden and U_i its variance given linkage i, Rubin's rules take
    Q̄ = mean Q_i, W = mean U_i, B = variance of the Q_i, T = W + (1 + 1/m) B; t with
    (m − 1)(1 + W / ((1 + 1/m) B))² degrees of freedom. The linkage's share is (1 + 1/m) B / T.

    Assumes: the linkages are draws from their joint distribution, not the best few; the linkage
    model is right.

    Args:
        tables: one per linkage, two or more, of the same lists in the same order.
        selection: how a model is chosen in each linkage; BIC up to order 2 when not given.
        model: the model of every linkage, such as `[12,3]`; nothing is then chosen.
        bootstrap: replicates per linkage, the choice of the model repeated in each; with 0 the
            model is taken as true and nothing is mixed.
        seed: of the bootstrap.

    Raises:
        InputError: fewer than two tables, other lists, or fewer than two with a sound model.

    Source: Rubin (1987), Multiple Imputation for Nonresponse in Surveys (the rules); Schomaker &
    Heumann (2018), Statistics in Medicine 37(14) (replicates of all imputations pooled).

    """
    began = perf_counter()
    _refuse(tables, bootstrap)
    choice = Choice(selection or Selection(), model, bootstrap)
    linked = _estimate_each(tables, choice, seed)
    sound = _sound(linked)
    rules = pool_by_rubin([each.log_hidden for each in sound], [each.variance for each in sound])
    observed = float(np.mean([each.shown.observed for each in sound]))
    intervals = {name: rules.limits(observed, level) for name, level in LEVELS.items()}
    chosen = choice.selection
    given = model is not None
    return LinkageEstimate(
        lists=tables[0].lists,
        method="fixed" if given else chosen.rule,
        step_by=chosen.step_by if chosen.rule == "stepwise" and not given else None,
        max_order=max(each.order for each in sound),
        models_considered=sum(each.considered for each in linked),
        models_failed=_failed(linked),
        exhaustive=all(each.exhaustive for each in sound),
        parameters=sound[0].parameters if given else None,
        linkages=tuple(each.shown for each in linked),
        refused=len(linked) - len(sound),
        observed=observed,
        hidden=math.exp(rules.middle),
        within=rules.within,
        between=rules.between,
        degrees=rules.degrees,
        linkage_share=rules.share,
        widening=_widening(rules),
        intervals=intervals,
        mixed=mix_replicates([each.replicates for each in sound]),
        bootstrap=bootstrap,
        refused_samples=sum(each.refused for each in linked),
        verdict=_judge(sound, rules, intervals["95"], bootstrap),
        notices=(*tables[0].notices, *_notices(len(linked) - len(sound), bootstrap)),
        seconds=perf_counter() - began,
    )


def _estimate_each(
    tables: Sequence[CaptureTable], choice: Choice, seed: int | None
) -> list[Linked]:
    """Estimate from every linkage; those that made the same table are estimated once."""
    rng = np.random.default_rng(seed)
    known: dict[bytes, Linked] = {}
    linked = []
    for table in progress(tables, "linkages", total=len(tables)):
        key = table.counts.tobytes()
        if key not in known:
            known[key] = estimate_linkage(table, choice, rng)
        linked.append(known[key])
    return linked


def _sound(linked: Sequence[Linked]) -> list[Linked]:
    """Leave out the linkages without a sound model; refuse when fewer than two are left."""
    sound = [each for each in linked if math.isfinite(each.log_hidden)]
    if len(sound) < 2:
        raise InputError(
            Problem(
                what="fewer than two linkages have a sound model",
                found=f"{len(sound)} of {len(linked)}",
                allowed="more persons on two lists together, or fewer lists",
            )
        )
    return sound


def _failed(linked: Sequence[Linked]) -> dict[str, int]:
    """Add up the models that failed in any linkage, by check."""
    return {
        name: sum(each.failed[check] for each in linked)
        for check, name in enumerate(("existence", "identifiability"))
    }


def _widening(rules: Pooled) -> float:
    return math.sqrt(rules.total / rules.within) if rules.within else math.inf


def _judge(sound: Sequence[Linked], rules: Pooled, interval: Limits, bootstrap: int) -> Verdict:
    """Judge by the models near the best of any linkage, and by the interval of all."""
    low, high = min(each.near[0] for each in sound), max(each.near[1] for each in sound)
    verdict = judge(
        [low, high],
        interval,
        behind=max(each.behind for each in sound),
        refused=sum(each.refused for each in sound) / max(bootstrap * len(sound), 1),
    )
    models = Text(
        "In {linkages} linkages the models that describe the lists about equally well say {low} to "
        "{high}, a factor {ratio}.",
        {
            "linkages": Number(len(sound)),
            "low": Number(low),
            "high": Number(high),
            "ratio": Number(high / low, "#,##0.0"),
        },
    )
    doubt = Text(
        "Who is who makes up {share} of the variance; the interval of the hidden number is "
        "{widening} times as wide as without it.",
        {"share": Number(rules.share, "0%"), "widening": Number(_widening(rules), "#,##0.0")},
    )
    return Verdict(judgement=verdict.judgement, reasons=(models, doubt, *verdict.reasons[1:]))


def _notices(refused: int, bootstrap: int) -> tuple[Text, ...]:
    notices = [] if bootstrap else [_MODEL_TRUE]
    if refused:
        notices.append(
            Text(
                "In {refused} of the linkages no model was sound; they are left out, which favours "
                "linkages with more overlap.",
                {"refused": Number(refused)},
            )
        )
    return tuple(notices)


def _refuse(tables: Sequence[CaptureTable], bootstrap: int) -> None:
    problems = []
    if len(tables) < 2:
        problems.append(
            Problem(
                what="linkages to combine are missing",
                found=str(len(tables)),
                allowed="2 tables or more",
            )
        )
    others = sorted({", ".join(table.lists) for table in tables})
    if len(others) > 1:
        problems.append(
            Problem(
                what="the linkages are of other lists, or of another order of lists",
                found=" / ".join(others),
            )
        )
    if bootstrap < 0:
        problems.append(Problem(what="the number of replicates is negative", found=str(bootstrap)))
    if problems:
        raise InputError(problems)
