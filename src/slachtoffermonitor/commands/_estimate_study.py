"""`slachtoffermonitor estimate --study`: how often the intervals would be right."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from slachtoffermonitor.ground import InputError, Number, Problem, Text, progress

if TYPE_CHECKING:
    from slachtoffermonitor.estimate import CaptureTable
    from slachtoffermonitor.estimate.study import Share, StudyLine, StudyReport
    from slachtoffermonitor.ground import Language

__all__ = ["report_study", "study_options"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
_BOOTSTRAP = 200


def study_options(command: Decorated) -> Decorated:
    """Add the options of the study to a command."""
    for option in (
        click.option(
            "--folder",
            type=click.Path(path_type=Path),
            help="With --study: keep what is done here; the same study then goes on where it was "
            "stopped, and --populations can be raised.",
        ),
        click.option(
            "--populations",
            type=click.IntRange(min=1),
            default=100,
            show_default=True,
            help="With --study: populations of each kind.",
        ),
        click.option(
            "--study",
            is_flag=True,
            help="Do not estimate, but draw populations like that of the table, whose size is "
            "known, and report how often each interval holds it. Uses --bootstrap (200 when not "
            "given), --seed and --max-order, and every core.",
        ),
    ):
        command = option(command)
    return command


def report_study(
    table: CaptureTable,
    asked: Mapping[str, Any],
    *,
    language: Language,
    as_json: bool,
) -> str:
    """Run the study with a bar, and write its report."""
    from slachtoffermonitor.estimate.study import study_coverage

    if asked["by"] or asked["select"] != "bic" or asked["model"]:
        raise InputError(
            Problem(
                what="a study tries every method on the whole table",
                found="--study with --by, --select or --model",
                allowed="--study without them",
            )
        )
    with _Bar() as bar:
        report = study_coverage(
            table,
            populations=asked["populations"],
            bootstrap=asked["bootstrap"] or _BOOTSTRAP,
            max_order=asked["max_order"],
            seed=asked["seed"],
            folder=asked["folder"],
            watch=bar.show,
            cores=None,
        )
    if as_json:
        return json.dumps(report.to_dict(), ensure_ascii=False, indent=2)
    return _report(report, language)


class _Bar:
    """The bar of `ground.progress`, moved from outside."""

    def __init__(self) -> None:
        self._steps: Any = None
        self._shown = 0

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._steps is not None:
            self._steps.close()

    def show(self, done: int, total: int) -> None:
        """Move the bar to so many of the total."""
        if self._steps is None:
            self._steps = progress(range(total + 1), "study", total=total)
        while self._shown <= done:
            next(self._steps, None)
            self._shown += 1


def _report(report: StudyReport, language: Language) -> str:
    asked = report.settings
    head = Text(
        "{populations} populations of each kind like that of the {persons} persons on {lists} "
        "lists; {bootstrap} bootstrap samples each, interactions of up to {order} lists, seed "
        "{seed}.",
        {
            "populations": Number(report.populations),
            "persons": Number(asked.observed),
            "lists": len(asked.lists),
            "bootstrap": Number(asked.bootstrap),
            "order": asked.max_order,
            "seed": asked.seed,
        },
    )
    limit = Text(
        "The populations are made from models of this table. When the truth is unlike all of them, "
        "the intervals can be further off than this study shows."
    )
    lines = [head.in_language(language)]
    for truth in asked.truths:
        lines += ["", Text(_TRUTHS[truth]).in_language(language), _heads(language)]
        lines += [_row(each, language) for each in report.lines if each.truth == truth]
    return "\n".join([*lines, "", limit.in_language(language)])


_TRUTHS = {
    "fitted": "Best model of the table, as fitted:",
    "plausible": "Models drawn by their weight, as fitted:",
    "stronger": "Best model, its interactions 1.5 times as strong:",
    "classes": "Best model, a fifth of the persons five times as easily found:",
}
_HEADS = ("method", "estimate ÷ truth", "95% holds", "80% holds", "width 95%", "refused", "unfit")
_WIDTHS = (12, 18, 16, 16, 12, 9, 13)


def _heads(language: Language) -> str:
    return _columns([Text(head).in_language(language) for head in _HEADS])


def _row(line: StudyLine, language: Language) -> str:
    two = "#,##0.00"
    return _columns(
        [
            line.method,
            Number(line.ratio, two).in_language(language),
            _share(line.coverage["95"], language),
            _share(line.coverage["80"], language),
            Number(line.width["95"], two).in_language(language),
            Number(line.refused).in_language(language),
            Number(line.unpublishable.share, "0%").in_language(language),
        ]
    )


def _columns(cells: list[str]) -> str:
    first, *rest = (cell.rjust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
    return "  " + first.strip().ljust(_WIDTHS[0]) + "".join(rest)


def _share(share: Share, language: Language) -> str:
    said = Number(share.share, "0.0%").in_language(language)
    return f"{said} ± {Number(100 * share.error, '0.0').in_language(language)}"
