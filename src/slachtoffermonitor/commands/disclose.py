"""`slachtoffermonitor disclose TABLES… --out DIR`: protect tables, attack them, release them."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from slachtoffermonitor.commands._disclosing import SECRET_VARIABLE
from slachtoffermonitor.commands._options import json_option, language_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slachtoffermonitor.disclose import Protected, ReleasedTable
    from slachtoffermonitor.ground import Language

__all__ = ["command"]


@click.command("disclose")
@click.argument("tables", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--rules",
    "rules_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="TOML file with the section [disclosure], and [hierarchies.COLUMN] where codes add up.",
)
@click.option(
    "--method",
    help="suppression, rounding, cell-key, noise or minimum-and-rounding; overrules the file.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="New folder for the protected tables.",
)
@click.option(
    "--ledger",
    "ledger_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ledger of all releases; what it holds is protected too, and this release is added.",
)
@click.option("--edition", default="edition", show_default=True, help="Name of this release.")
@click.option(
    "--released-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Date of the release; today if not given.",
)
@click.option("--approve", multiple=True, help="Name of a person who approves; give it twice.")
@language_option
@json_option
def command(
    tables: tuple[Path, ...],
    *,
    rules_file: Path | None,
    method: str | None,
    out: Path,
    ledger_file: Path | None,
    edition: str,
    released_on: datetime | None,
    approve: tuple[str, ...],
    language: Language,
    as_json: str | None,
) -> None:
    """Protect TABLES as one set, attack the result, and release it with two approvals.

    TABLES are CSV, Excel or Parquet files with a column count; every other column is a dimension,
    with the code TOTAL for a margin. The secret of cell keys is read from the environment
    variable SLACHTOFFERMONITOR_CELL_KEY.
    """
    from slachtoffermonitor.commands._disclosing import read_rules, read_tables
    from slachtoffermonitor.disclose import Ledger, check_approvals, protect, release
    from slachtoffermonitor.ground import new_folder, write_text

    approvals = check_approvals(approve)
    rules, hierarchies, population = read_rules(rules_file, method)
    exact = read_tables(tables, hierarchies, population)
    ledger = Ledger.read(ledger_file) if ledger_file else Ledger()
    with Console(stderr=True).status("") as status:
        protected = protect(
            exact,
            rules,
            ledger=ledger,
            secret=os.environ.get(SECRET_VARIABLE, "").encode(),
            watch=status.update,
        )
    released = release(protected, approvals=approvals)
    day = released_on.date() if released_on else _today()
    grown = ledger.add(
        list(released.values()),
        edition=edition,
        released_on=day,
        approvals=approvals,
        epsilon=protected.epsilon,
    )
    with new_folder(out) as folder:
        for name, table in released.items():
            write_text(folder / f"{name}.csv", table.frame.write_csv())
        words = {name: _words(table, language) for name, table in released.items()}
        write_text(folder / "protection.json", json.dumps(words, ensure_ascii=False, indent=2))
    if ledger_file:
        write_text(ledger_file, grown.render())
    _tell(protected, released, out, language, as_json)


def _today() -> date:
    return datetime.now(UTC).date()


def _words(table: ReleasedTable, language: Language) -> dict[str, object]:
    return {
        "method": table.method,
        "parameters": dict(table.parameters),
        "hidden": table.hidden,
        "explanation": table.explanation.in_language(language),
    }


def _tell(
    protected: Protected,
    released: Mapping[str, ReleasedTable],
    out: Path,
    language: Language,
    as_json: str | None,
) -> None:
    if as_json:
        answer = {
            "folder": str(out),
            "figures": dict(protected.figures),
            "broken": len(protected.breaches),
            "epsilon": protected.epsilon,
            "tables": {name: _words(table, language) for name, table in released.items()},
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for name, table in released.items():
        click.echo(f"{name}: {table.explanation.in_language(language)}")
    click.echo(str(out))
