"""`slachtoffermonitor estimate --by`: one model on lists and covariates, groups that add up."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from slachtoffermonitor.ground import InputError, Number, Problem, Text

if TYPE_CHECKING:
    from slachtoffermonitor.estimate import CaptureTable, GroupEstimate
    from slachtoffermonitor.ground import Language

__all__ = ["group_options", "report_groups"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
_METHODS = ("bic", "aic", "fixed")


def group_options(command: Decorated) -> Decorated:
    """Add the options of estimates by group to a command."""
    for option in (
        click.option(
            "--term",
            "terms",
            multiple=True,
            help="With --by and --select fixed: an interaction of the model, such as A:B or A:year "
            "(may be repeated).",
        ),
        click.option(
            "--gap",
            "gaps",
            multiple=True,
            help="With --by: persons that a list could not see, LIST:COLUMN=LEVEL,LEVEL (may be "
            "repeated).",
        ),
        click.option(
            "--covariate",
            "covariates",
            multiple=True,
            help="With --by: a further column for the model, not shown apart (may be repeated).",
        ),
        click.option(
            "--separate",
            is_flag=True,
            help="With --by: a model of its own for every group; the groups then add up to no "
            "total.",
        ),
        click.option(
            "--by",
            multiple=True,
            help="Column to estimate by: one model for all groups, which add up to the total (may "
            "be repeated).",
        ),
    ):
        command = option(command)
    return command


def report_groups(
    table: CaptureTable, asked: Mapping[str, Any], *, language: Language, as_json: bool
) -> str:
    """Estimate by group and write the result."""
    from slachtoffermonitor.estimate import estimate_by_group

    if asked["select"] not in _METHODS or asked["model"]:
        raise InputError(
            Problem(
                what="a model on lists and covariates is not chosen so",
                found=f"--by with --select {asked['select']}" + (" --model" * bool(asked["model"])),
                allowed="--select bic, aic, or fixed with --term; or --separate",
            )
        )
    found = estimate_by_group(
        table,
        asked["by"],
        covariates=(*asked["by"], *asked["covariates"]),
        select=asked["select"],
        terms=asked["terms"],
        coverage=asked["gaps"],
        max_order=asked["max_order"] or 2,
        bootstrap=asked["bootstrap"],
        interval=asked["interval"],
        seed=asked["seed"],
    )
    if as_json:
        return json.dumps(found.to_dict(), ensure_ascii=False, indent=2)
    return _write(found, language)


def _write(found: GroupEstimate, language: Language) -> str:
    total = Text(
        "Estimate: {estimate} persons, of whom {hidden} not seen; {level}% interval ({method}): "
        "{low} to {high}.",
        {
            "estimate": Number(found.estimate),
            "hidden": Number(found.hidden),
            "level": Number(100 * found.level),
            "method": found.interval_method,
            "low": Number(found.low),
            "high": Number(found.high),
        },
    )
    model = Text("Interactions in the model: {terms}.", {"terms": ", ".join(found.model) or "–"})
    heads = [Text(word).in_language(language) for word in _HEADS]
    lines = [
        total.in_language(language),
        model.in_language(language),
        "",
        f"  {', '.join(found.by):<30}" + "".join(f"{head:>13}" for head in heads),
    ]
    for row in found.groups.iter_rows(named=True):
        shown = [Number(row[name]) for name in ("observed", "estimate", "low", "high")]
        cells = [*shown, Number(row["in_view"], "0.0%")]
        name = ", ".join(str(row[column]) for column in found.by)
        lines.append(f"  {name:<30}" + "".join(f"{c.in_language(language):>13}" for c in cells))
    lines += ["", *(f"  ! {notice.in_language(language)}" for notice in found.notices)]
    return "\n".join(lines).rstrip()


_HEADS = ("seen", "estimate", "low", "high", "in view")
