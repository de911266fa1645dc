"""`slachtoffermonitor estimate --linkages`: one estimate from many imputed linkages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from slachtoffermonitor.ground import InputError, Number, Problem, Text

if TYPE_CHECKING:
    from slachtoffermonitor.estimate import CaptureTable, LinkageEstimate
    from slachtoffermonitor.ground import Language

__all__ = ["linkage_options", "report_linkages"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
_RULES = ("bic", "aic", "aicc", "stepwise", "average", "fixed")
_OTHERS = {"by": "by", "study": "study", "robustness": "robustness", "checked": "check-model"}
_SHOWN = 10


def linkage_options(command: Decorated) -> Decorated:
    """Add the option of imputed linkages to a command."""
    return click.option(
        "--linkages",
        is_flag=True,
        help="The files are memberships (person_id, reporter), one file per imputed linkage, or "
        "one file with a column imputation: estimate from each and combine them.",
    )(command)


def report_linkages(
    files: Sequence[Path], asked: Mapping[str, Any], *, language: Language, as_json: bool
) -> str:
    """Estimate from every linkage, combine, and write the result."""
    from slachtoffermonitor.estimate import Selection, combine_linkages

    _refuse(asked)
    fixed = asked["select"] == "fixed"
    selection = Selection(
        rule="bic" if fixed else asked["select"],
        max_order=asked["max_order"] or 2,
        threshold=asked["threshold"],
        step_by=asked["step_by"],
    )
    found = combine_linkages(
        _tables(files, asked["lists"]),
        selection=selection,
        model=asked["model"],
        bootstrap=asked["bootstrap"],
        seed=asked["seed"],
    )
    if as_json:
        return json.dumps(found.to_dict(), ensure_ascii=False, indent=2)
    return _write(found, language)


def _tables(files: Sequence[Path], lists: str | None) -> tuple[CaptureTable, ...]:
    from slachtoffermonitor.estimate import tabulate_linkages
    from slachtoffermonitor.records import open_as_text

    return tabulate_linkages(
        [open_as_text(file) for file in files],
        lists=[name.strip() for name in lists.split(",")] if lists else None,
        files=[str(file) for file in files],
    )


def _refuse(asked: Mapping[str, Any]) -> None:
    """Refuse what goes with one table only."""
    problems = [
        Problem(
            what="linkages are combined over the whole table alone",
            found=f"--linkages with --{option}",
            allowed="--linkages without it",
        )
        for name, option in _OTHERS.items()
        if asked[name]
    ]
    if asked["select"] not in _RULES:
        problems.append(
            Problem(
                what="linkages are combined by a model in each",
                found=f"--linkages with --select {asked['select']}",
                allowed=", ".join(_RULES),
            )
        )
    if (asked["select"] == "fixed") != (asked["model"] is not None):
        problems.append(
            Problem(
                what="a model goes with the method 'fixed', and only with it",
                found=f"method {asked['select']}, model {asked['model']}",
            )
        )
    if problems:
        raise InputError(problems)


def _write(found: LinkageEstimate, language: Language) -> str:
    """Write the result for a reader at the terminal: the models before the number."""
    one = "#,##0.0"
    low, high = found.intervals["95"]
    sentences = [
        Text(
            "{linkages} linkages: {persons} persons seen on {lists} lists ({names}), on average.",
            {
                "linkages": Number(len(found.linkages)),
                "persons": Number(found.observed, one),
                "lists": len(found.lists),
                "names": ", ".join(found.lists),
            },
        ),
        Text(
            "Estimate: {estimate} persons, of whom {hidden} not seen.",
            {"estimate": Number(found.estimate, one), "hidden": Number(found.hidden, one)},
        ),
        Text(
            "95% interval ({method}): {low} to {high}.",
            {"method": "Rubin", "low": Number(low), "high": Number(high)},
        ),
    ]
    if "95" in found.mixed:
        low, high = found.mixed["95"]
        sentences.append(
            Text(
                "95% of all bootstrap samples of all linkages: {low} to {high}.",
                {"low": Number(low), "high": Number(high)},
            )
        )
    said = [sentence.in_language(language) for sentence in sentences]
    judgement = Text(found.verdict.judgement).in_language(language)
    return "\n".join(
        [
            said[0],
            "",
            *_model_lines(found, language),
            "",
            *said[1:],
            Text("Verdict: {judgement}.", {"judgement": judgement}).in_language(language),
            *(f"  - {reason.in_language(language)}" for reason in found.verdict.reasons),
            *(f"  ! {notice.in_language(language)}" for notice in found.notices),
        ]
    )


def _model_lines(found: LinkageEstimate, language: Language) -> list[str]:
    heads = [Text(word).in_language(language) for word in ("model", "linkages", "estimate")]
    lines = [f"  {heads[0]:<40}{heads[1]:>14}{heads[2]:>14}"]
    for model, times, mean in found.models[:_SHOWN]:
        cells = [Number(times).in_language(language), Number(mean).in_language(language)]
        lines.append(f"  {model:<40}{cells[0]:>14}{cells[1]:>14}")
    return lines
