"""`slachtoffermonitor attack TABLES…`: what can be worked out from published tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from slachtoffermonitor.commands._options import json_option, language_option

if TYPE_CHECKING:
    from slachtoffermonitor.ground import Language

__all__ = ["command"]


@click.command("attack")
@click.argument("tables", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--rules",
    "rules_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="TOML file with the section [disclosure], and [hierarchies.COLUMN] where codes add up.",
)
@click.option(
    "--method",
    default="suppression",
    show_default=True,
    help="How the tables were protected: suppression, rounding, cell-key, minimum-and-rounding.",
)
@click.option(
    "--ledger",
    "ledger_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ledger of earlier releases, read together with the tables.",
)
@language_option
@json_option
def command(
    tables: tuple[Path, ...],
    *,
    rules_file: Path | None,
    method: str,
    ledger_file: Path | None,
    language: Language,
    as_json: str | None,
) -> None:
    """Find every small count that a reader of all TABLES can tell too closely.

    TABLES are CSV, Excel or Parquet files with a column count (empty: hidden); every other column
    is a dimension, with the code TOTAL for a margin. Exit code 1 when anything is found.
    """
    from slachtoffermonitor.commands._disclosing import read_rules, read_tables
    from slachtoffermonitor.disclose import Ledger, attack
    from slachtoffermonitor.ground import Number, Text

    rules, hierarchies, population = read_rules(rules_file)
    older = Ledger.read(ledger_file).tables() if ledger_file else ()
    now = read_tables(tables, hierarchies, population)
    with Console(stderr=True).status("") as status:
        found = attack([*now, *older], rules=rules, method=method, watch=status.update)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "broken": len(found),
                    "breaches": [
                        {
                            "conditions": dict(one.conditions),
                            "low": one.low,
                            "high": one.high if one.high < float("inf") else None,
                            "width": one.width,
                            "tables": list(one.tables),
                            "decided": one.decided,
                        }
                        for one in found
                    ],
                },
                ensure_ascii=False,
            )
        )
    else:
        sentence = Text(
            "Counts that can be told too closely: {number}.", {"number": Number(len(found))}
        )
        click.echo(sentence.in_language(language))
        for one in found:
            where = ", ".join(f"{k} {v}" for k, v in one.conditions.items()) or "-"
            line = Text(
                "{where}: from {low} to {high}, by {tables}",
                {
                    "where": where,
                    "low": Number(one.low),
                    "high": Number(one.high),
                    "tables": ", ".join(one.tables),
                },
            )
            click.echo(f"  {line.in_language(language)}")
    if found:
        click.get_current_context().exit(1)
