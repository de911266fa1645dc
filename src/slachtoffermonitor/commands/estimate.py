"""`slachtoffermonitor estimate`: how many persons are there, those that nobody saw included."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slachtoffermonitor.commands._estimate_groups import group_options, report_groups
from slachtoffermonitor.commands._estimate_idle import refuse_idle
from slachtoffermonitor.commands._estimate_linkages import linkage_options, report_linkages
from slachtoffermonitor.commands._estimate_robustness import (
    report_robustness,
    robustness_options,
)
from slachtoffermonitor.commands._estimate_study import report_study, study_options
from slachtoffermonitor.commands._options import json_option, language_option
from slachtoffermonitor.ground import Number, Text

if TYPE_CHECKING:
    from slachtoffermonitor.estimate import CaptureTable, PopulationEstimate
    from slachtoffermonitor.ground import Language

__all__ = ["command"]

_METHODS = (
    "bic",
    "aic",
    "aicc",
    "stepwise",
    "fixed",
    "average",
    "graphical",
    "latent-class",
    "threshold",
)
_HOW = ("select", "max_order", "model", "bootstrap", "interval", "threshold", "step_by", "seed")
_SHOWN = 10


@click.command("estimate")
@click.argument("files", metavar="TABLE", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--select",
    type=click.Choice(_METHODS),
    default="bic",
    show_default=True,
    help="How the model is chosen: best of all by a criterion; step by step; the one of "
    "--model; the average over all, weighted by BIC; or a posterior: decomposable graphs, latent "
    "classes, thresholded effects.",
)
@click.option(
    "--max-order",
    type=click.IntRange(min=1),
    help="Largest number of lists in one interaction.  [default: 2]",
)
@click.option("--model", help='The model for --select fixed, such as "[12,3]".')
@click.option(
    "--check-model",
    "checked",
    help="Only print, as JSON, whether this model has an estimate on the table; if not, why.",
)
@click.option(
    "--bootstrap",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Samples in each of which the model is chosen anew; 1000 for publication.",
)
@click.option(
    "--interval",
    type=click.Choice(["bca", "percentile"]),
    default="bca",
    show_default=True,
    help="How limits are taken from the bootstrap.",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.02,
    show_default=True,
    help="The p-value below which --select stepwise adds a pair of lists.",
)
@click.option(
    "--criterion",
    "step_by",
    type=click.Choice(["p", "bic", "aic", "aicc"]),
    default="p",
    show_default=True,
    help="What --select stepwise goes by: p adds pairs of lists by p-value; the others add and "
    "take out terms of up to --max-order lists, as long as that lowers the criterion.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the bootstrap.")
@group_options
@robustness_options
@study_options
@linkage_options
@click.option("--lists", help="The lists, joined by commas, when there are others.")
@click.option("--count", default="count", show_default=True, help="The column of counts.")
@language_option
@json_option
def command(
    *,
    files: tuple[Path, ...],
    count: str,
    language: Language,
    as_json: str | None,
    **asked: Any,
) -> None:
    """Estimate a population from lists that each saw a part of it.

    TABLE is a CSV, Excel or Parquet file with one column of 0 and 1 for each list, and the column
    count: how many persons were on exactly those lists. Histories that are not there count zero.
    With --linkages there may be more files, and they hold memberships instead.
    """
    refuse_idle(asked)
    shown = as_json is not None
    if asked["linkages"]:
        click.echo(report_linkages(files, asked, language=language, as_json=shown))
        return
    if len(files) > 1:
        raise click.UsageError("More than one file goes with --linkages only.")
    whole = _read(files[0], asked, count)
    if asked["checked"] is not None:
        click.echo(_check(whole, asked["checked"], language))
        return
    report: Callable[..., str] = _estimate_each
    if asked["study"]:
        report = report_study
    elif asked["robustness"]:
        report = report_robustness
    elif asked["by"] and not asked["separate"]:
        report = report_groups
    click.echo(report(whole, asked, language=language, as_json=shown))


def _read(path: Path, asked: Mapping[str, Any], count: str) -> CaptureTable:
    """Read the table with the columns that the groups need."""
    from slachtoffermonitor.estimate import CaptureTable

    lists = asked["lists"]
    names = [name.strip() for name in lists.split(",")] if lists else None
    strata = tuple(dict.fromkeys((*asked["by"], *asked["covariates"])))
    return CaptureTable.read(path, lists=names, strata=strata, count=count)


def _check(whole: CaptureTable, model: str, language: Language) -> str:
    """Say, always as JSON, whether the model has an estimate."""
    from slachtoffermonitor.estimate import check_model

    check = check_model(whole, model)
    return _as_json({**check.to_dict(), "reason": check.reason.in_language(language)})


def _estimate_each(
    whole: CaptureTable, asked: Mapping[str, Any], *, language: Language, as_json: bool
) -> str:
    """Estimate the whole table, or every group by a model of its own."""
    from slachtoffermonitor.estimate import estimate_population

    by = asked["by"]
    how = {name: asked[name] for name in _HOW}
    parts = whole.split(*by) if by else {(): whole}
    results = {level: estimate_population(part, **how) for level, part in parts.items()}
    if not as_json:
        return "\n".join(
            _report(result, _title(by, level), language) for level, result in results.items()
        )
    if not by:
        return _as_json(results[()].to_dict())
    groups = [
        {**dict(zip(by, map(str, level), strict=True)), **result.to_dict()}
        for level, result in results.items()
    ]
    return _as_json({"by": list(by), "groups": groups})


def _as_json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)


def _title(by: tuple[str, ...], level: tuple[object, ...]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(by, level, strict=True))


def _report(result: PopulationEstimate, title: str, language: Language) -> str:
    """Write the result for a reader at the terminal: the model set before the number."""
    low, high = result.intervals["95"]
    one = "#,##0.0"
    sentences = (
        Text(
            "{persons} persons seen on {lists} lists ({names}).",
            {
                "persons": Number(result.observed),
                "lists": len(result.lists),
                "names": ", ".join(result.lists),
            },
        ),
        Text(
            "{considered} models looked at, {failed} of them without a sound estimate.",
            {
                "considered": Number(result.models_considered),
                "failed": Number(sum(result.models_failed.values())),
            },
        ),
        Text("Chosen ({method}): {model}.", {"method": result.method, "model": result.model}),
        Text(
            "Estimate: {estimate} persons, of whom {hidden} not seen.",
            {"estimate": Number(result.estimate, one), "hidden": Number(result.hidden, one)},
        ),
        Text(
            "95% interval ({method}): {low} to {high}.",
            {"method": result.interval_method, "low": Number(low), "high": Number(high)},
        ),
    )
    said = [sentence.in_language(language) for sentence in sentences]
    judgement = Text(result.verdict.judgement).in_language(language)
    return "\n".join(
        [
            *([title] if title else []),
            *said[:2],
            "",
            *_model_lines(result, language),
            "",
            *said[2:],
            Text("Verdict: {judgement}.", {"judgement": judgement}).in_language(language),
            *(f"  - {reason.in_language(language)}" for reason in result.verdict.reasons),
            *(f"  ! {notice.in_language(language)}" for notice in result.notices),
        ]
    )


def _model_lines(result: PopulationEstimate, language: Language) -> list[str]:
    heads = [Text(word).in_language(language) for word in ("model", "estimate", "BIC", "AIC")]
    lines = [f"  {heads[0]:<40}{heads[1]:>14}{heads[2]:>12}{heads[3]:>12}"]
    for line in result.models[:_SHOWN]:
        estimate = Number(line.estimate).in_language(language)
        bic, aic = (
            Number(value, "#,##0.0").in_language(language) if isfinite(value) else "–"
            for value in (line.bic, line.aic)
        )
        lines.append(f"  {line.model:<40}{estimate:>14}{bic:>12}{aic:>12}")
    return lines
