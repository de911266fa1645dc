"""`slachtoffermonitor trend`: what changed in counts, why, where, and who fell silent."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slachtoffermonitor.commands._options import json_option, language_option
from slachtoffermonitor.commands._trend_breaks import breaks, interruption
from slachtoffermonitor.commands._trend_groups import drivers, funnel
from slachtoffermonitor.commands._trend_reading import naming, read_counts
from slachtoffermonitor.commands._trend_silence import silence

if TYPE_CHECKING:
    from slachtoffermonitor.ground import Language
    from slachtoffermonitor.trend import Change

__all__ = ["command"]


def _may_be_file(name: str) -> bool:
    path = Path(name)
    return bool(path.suffix) or len(path.parts) > 1 or path.exists()


class _Questions(click.Group):
    """Questions by name; a file without a question is asked what changed."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        asks = not args or args[0] in self.commands or args[0] in ctx.help_option_names
        if not asks and not args[0].startswith("-") and not _may_be_file(args[0]):
            ctx.fail(
                f"{args[0]!r} is neither a question nor a file; questions: "
                f"{', '.join(sorted(self.commands))}"
            )
        return super().parse_args(ctx, args if asks else ["change", *args])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return ["[QUESTION]", "COUNTS...", "[OPTIONS]"]


@click.group("trend", cls=_Questions)
def command() -> None:
    """Say what changed in COUNTS, which groups did it, where it broke, and who fell silent.

    Without a QUESTION: what changed in the latest year ("change"). COUNTS is a CSV, Excel or
    Parquet file; each question says which columns. Most take deliveries of notifications too, and
    count them. A file that bears the name of a question is given as ./NAME.
    """


@command.command("change")
@click.argument("counts", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--level",
    type=click.FloatRange(0.5, 1, max_open=True),
    default=0.95,
    show_default=True,
    help="Probability with which an interval holds the truth.",
)
@click.option("--subject", help="What is counted, for the sentences.")
@language_option
@json_option
def change(
    counts: Path, *, level: float, subject: str | None, language: Language, as_json: str | None
) -> None:
    """Say how the latest year in COUNTS differs from the previous and the first, and why.

    COUNTS is a CSV, Excel or Parquet file with the columns year, count and, if there are groups,
    group: one row for every year and group, with 0 where there was nobody.
    """
    from slachtoffermonitor.ground import Text
    from slachtoffermonitor.trend import describe_change

    rows = read_counts(
        counts, {"year": "year", "count": "count"}, optional={"group": "text"}, key=_KEY
    )
    with naming([counts]):
        changes = describe_change(rows, level=level, subject=subject or Text("Total"))
    if as_json:
        click.echo(json.dumps({"changes": [_as_json(one, language) for one in changes]}))
        return
    for one in changes:
        click.echo(f"{'  ' if one.kind == 'group' else ''}{one.sentence.in_language(language)}")


_KEY = ("year", "group")

for _question in (drivers, interruption, breaks, silence, funnel):
    command.add_command(_question)


def _as_json(change: Change, language: Language) -> dict[str, Any]:
    def finite(value: float | None) -> float | None:
        return value if value is not None and isfinite(value) else None

    return {
        "kind": change.kind,
        "against": change.against,
        "group": change.group,
        "year_from": change.year_from,
        "year_to": change.year_to,
        "before": change.before,
        "after": change.after,
        "difference": change.difference,
        "difference_low": change.difference_low,
        "difference_high": change.difference_high,
        "contribution": finite(change.contribution),
        "ratio": finite(change.rate.ratio),
        "low": finite(change.rate.low),
        "high": finite(change.rate.high),
        "level": change.rate.level,
        "p_value": change.rate.p_value,
        "verdict": change.verdict,
        "beyond_chance": change.beyond_chance,
        "sentence": change.sentence.in_language(language),
    }
