"""`slachtoffermonitor estimate --robustness`: what moves the estimate, and what may be said."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from slachtoffermonitor.ground import InputError, Number, Problem, Text, new_folder, write_text

if TYPE_CHECKING:
    from slachtoffermonitor.estimate import CaptureTable, RobustnessReport
    from slachtoffermonitor.ground import Language

__all__ = ["report_robustness", "robustness_options"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
_RULES = ("bic", "aic", "aicc", "stepwise", "average")


def robustness_options(command: Decorated) -> Decorated:
    """Add the options of the robustness report to a command."""
    for option in (
        click.option(
            "--plots",
            type=click.Path(path_type=Path),
            help="With --robustness: write the charts as SVG into this new folder.",
        ),
        click.option(
            "--robustness",
            is_flag=True,
            help="Leave lists out, merge them, choose otherwise, hide each list; then say what may "
            "be published.",
        ),
    ):
        command = option(command)
    return command


def report_robustness(
    table: CaptureTable, asked: Mapping[str, Any], *, language: Language, as_json: bool
) -> str:
    """Assess the robustness, write the charts when asked, and give the report."""
    from slachtoffermonitor.estimate import Selection, assess_robustness

    if asked["select"] not in _RULES or asked["by"] or asked["model"]:
        raise InputError(
            Problem(
                what="robustness is judged of a choice by a rule, on the whole table",
                found=f"--robustness with --select {asked['select']}, --by or --model",
                allowed=", ".join(_RULES),
            )
        )
    selection = Selection(
        rule=asked["select"],
        max_order=asked["max_order"] or 2,
        threshold=asked["threshold"],
        step_by=asked["step_by"],
    )
    report = assess_robustness(
        table, selection=selection, bootstrap=asked["bootstrap"], seed=asked["seed"]
    )
    if asked["plots"] is not None:
        _draw(table, report, asked["plots"], language)
    if as_json:
        return json.dumps(report.to_dict(), ensure_ascii=False, indent=2)
    return _write(report, language)


def _write(report: RobustnessReport, language: Language) -> str:
    judgement = Text(report.verdict.judgement)
    lines = [
        report.headline.in_language(language),
        "",
        Text("Verdict: {judgement}.", {"judgement": judgement}).in_language(language),
        *(f"  - {reason.in_language(language)}" for reason in report.verdict.reasons),
        "",
    ]
    for row in report.variants:
        said = "–" if row.estimate is None else Number(row.estimate).in_language(language)
        lines.append(f"  {row.change.in_language(language):<64}{said:>12}")
    return "\n".join(lines)


def _draw(table: CaptureTable, report: RobustnessReport, folder: Path, language: Language) -> None:
    """Write the charts, all or none."""
    from vl_convert import vegalite_to_svg

    from slachtoffermonitor.estimate import (
        model_set_chart,
        overlap_chart,
        search_models,
        sensitivity_chart,
        tornado_chart,
        trajectory_chart,
    )

    order = min(report.selection.max_order, table.size - 1)
    charts = {
        "model-set": model_set_chart(search_models(table, max_order=order), language=language),
        "overlap": overlap_chart(table, language=language),
        "robustness": tornado_chart(report, language=language),
        "sensitivity": sensitivity_chart(report.sensitivity, language=language),
        "trajectories": trajectory_chart(report.trajectories, language=language),
    }
    with new_folder(folder) as target:
        for name, chart in charts.items():
            write_text(target / f"{name}.svg", vegalite_to_svg(chart.to_json()))
