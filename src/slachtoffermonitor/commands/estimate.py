"""`slachtoffermonitor estimate`: how many persons are there, those that nobody saw included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slachtoffermonitor.ground import InputError, Problem, write_text

if TYPE_CHECKING:
    from slachtoffermonitor.estimate import CaptureTable, PopulationEstimate

_METHODS = ("bic", "aic", "aicc", "fixed")


@click.command("estimate")
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "--select",
    type=click.Choice(_METHODS),
    default="bic",
    show_default=True,
    help="How the model is chosen; 'fixed' takes the one of --model.",
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
    help="Only say whether this model has an estimate on the table, and if not, why.",
)
@click.option(
    "--bootstrap",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Samples in each of which the model is chosen anew; 1000 for publication.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the bootstrap.")
@click.option("--by", multiple=True, help="Column to estimate apart for (may be repeated).")
@click.option("--lists", help="The list columns, joined by commas, when there are others.")
@click.option("--count", default="count", show_default=True, help="The column of counts.")
@click.option("--json", "target", help="Write the result as JSON to this file; - prints it.")
def command(
    *,
    table: Path,
    select: str,
    max_order: int | None,
    model: str | None,
    checked: str | None,
    bootstrap: int,
    seed: int,
    by: tuple[str, ...],
    lists: str | None,
    count: str,
    target: str | None,
) -> None:
    """Estimate a population from lists that each saw a part of it.

    TABLE is a CSV or Parquet file with one column of 0 and 1 for each list, and the column count:
    how many persons were on exactly those lists. Histories that are not there count zero.
    """
    from slachtoffermonitor.estimate import (
        CaptureTable,
        check_model,
        estimate_population,
    )

    names = [name.strip() for name in lists.split(",")] if lists else None
    whole = CaptureTable.read(table, lists=names, strata=by, count=count)
    if checked is not None:
        _print_check(check_model(whole, checked).to_dict(), target)
        return
    parts = whole.split(*by) if by else {(): whole}

    def estimate(part: CaptureTable) -> PopulationEstimate:
        return estimate_population(
            part,
            select,  # type: ignore[arg-type]
            max_order,
            model,
            bootstrap,
            seed=seed,
        )

    results = {level: estimate(part) for level, part in parts.items()}
    if target is None:
        for level, result in results.items():
            click.echo(_report(result, by, level))
        return
    if by:
        _write(
            {
                "by": list(by),
                "groups": [
                    {**dict(zip(by, map(str, level), strict=True)), **result.to_dict()}
                    for level, result in results.items()
                ],
            },
            target,
        )
    else:
        _write(results[()].to_dict(), target)


def _write(content: dict[str, Any], target: str) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=2)
    if target == "-":
        click.echo(text)
        return
    try:
        write_text(Path(target), text + "\n")
    except OSError as error:
        raise InputError(
            Problem(what=f"cannot be written ({error.strerror})", file=target)
        ) from error


def _print_check(check: dict[str, Any], target: str | None) -> None:
    if target is not None:
        _write(check, target)
        return
    click.echo(f"Model {check['model']}: {check['reason']}")
    if check["minus_infinity"]:
        click.echo(
            f"At minus infinity (nobody seen together): {', '.join(check['minus_infinity'])}"
        )


def _report(result: PopulationEstimate, by: tuple[str, ...], level: tuple[object, ...]) -> str:
    """Write the result for a reader at the terminal: the model set before the number."""
    title = ", ".join(f"{name} {value}" for name, value in zip(by, level, strict=True))
    low, high = result.intervals["95"]
    lines = [title] if title else []
    lines += [
        f"Lists: {', '.join(result.lists)}; {result.observed:,} persons seen",
        f"Models looked at: {result.models_considered:,}, without an estimate: "
        f"{sum(result.models_failed.values()):,}",
        "",
        f"  {'model':<40}{'estimate':>12}{'BIC':>12}{'AIC':>12}",
        *(
            f"  {line.model:<40}{line.estimate:>12,.0f}{line.bic:>12,.1f}{line.aic:>12,.1f}"
            for line in result.models[:10]
        ),
        "",
        f"Chosen by {result.method}: {result.model}",
        f"Estimate: {result.estimate:,.1f} persons, of whom {result.hidden:,.1f} unseen",
        f"95% interval ({result.interval_method}): {low:,.0f} to {high:,.0f}",
        f"Verdict: {result.verdict.judgement}",
        *(f"  - {reason.in_language('en')}" for reason in result.verdict.reasons),
        *(f"Note: {notice.in_language('en')}" for notice in result.notices),
    ]
    return "\n".join(lines)
