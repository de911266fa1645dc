"""`slachtoffermonitor synthesise RECORDS`: synthetic records that may leave."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console

from slachtoffermonitor.commands._options import json_option, language_option

if TYPE_CHECKING:
    import polars as pl

    from slachtoffermonitor.disclose import Ledger, MicrodataAttack, SyntheticRecords
    from slachtoffermonitor.ground import Language

__all__ = ["command"]

_Found = TypeVar("_Found")

_BUDGET = 4.0
_KINDS = (".csv", ".parquet")
_ENTRY = "synthetic records"


@click.command("synthesise")
@click.argument("records", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--epsilon", type=float, required=True, help="What this file may cost; above 0.")
@click.option("--delta", type=float, default=1e-6, show_default=True, help="0 for no exception.")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, .csv or .parquet; a description comes beside it.",
)
@click.option("--simulated", is_flag=True, help="The records are simulated: nobody must approve.")
@click.option(
    "--most-records", default=1, show_default=True, help="How many rows one person has at most."
)
@click.option("--seed", default=0, show_default=True, help="Of drawing rows; noise has no seed.")
@click.option(
    "--attack/--no-attack",
    "attacked",
    default=True,
    show_default=True,
    help="Try the synthesis on 80% of the records and attack it, before the file is written.",
)
@click.option(
    "--ledger",
    "ledger_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ledger of all releases, in which epsilon is booked.",
)
@click.option("--budget", default=_BUDGET, show_default=True, help="Epsilon of all releases.")
@click.option("--edition", default="edition", show_default=True, help="Name of this release.")
@click.option(
    "--released-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Date of the release; today if not given.",
)
@click.option("--approve", multiple=True, help="Name of a person who approves; give it twice.")
@language_option
@json_option
def command(  # noqa: PLR0913 (click hands over every option by name)
    records: Path,
    *,
    epsilon: float,
    delta: float,
    out: Path,
    simulated: bool,
    most_records: int,
    seed: int,
    attacked: bool,
    ledger_file: Path | None,
    budget: float,
    edition: str,
    released_on: datetime | None,
    approve: tuple[str, ...],
    language: Language,
    as_json: str | None,
) -> None:
    """Make synthetic records of RECORDS in the CTDC schema, under differential privacy.

    RECORDS is a CSV, Excel or Parquet file of notifications, of persons, or in the schema of the
    CTDC Global Synthetic Dataset, with one row for each person. Real records ask for two
    approvals and a ledger.
    """
    from slachtoffermonitor.disclose import check_approvals, synthesise, try_synthesis
    from slachtoffermonitor.disclose.synthetic.privacy import promise

    with _together() as must:
        must(lambda: _check_target(out))
        must(lambda: promise(epsilon=epsilon, delta=delta, reach=most_records))
        found_approvals = must(
            lambda: () if simulated and not approve else check_approvals(approve)
        )
        found_frame = must(lambda: _read(records))
        found_ledger = must(lambda: _ledger(ledger_file, simulated))
    approvals, frame, ledger = found_approvals(), found_frame(), found_ledger()
    ledger.afford(epsilon, budget)
    with Console(stderr=True).status("") as status:

        def make(part: pl.DataFrame) -> SyntheticRecords:
            return synthesise(
                part,
                epsilon=epsilon,
                delta=delta,
                source="simulated" if simulated else "real",
                most_records=most_records,
                seed=seed,
                watch=status.update,
            )

        found = try_synthesis(frame, make, seed=seed) if attacked else None
        made = make(frame)
    day = released_on.date() if released_on else _today()
    if ledger_file:
        from slachtoffermonitor.ground import write_text

        # booked before it leaves: a file that was not written costs budget, never the other way
        name = f"{edition}: {_ENTRY}"
        grown = ledger.add((), edition=name, released_on=day, approvals=approvals, epsilon=epsilon)
        write_text(ledger_file, grown.render())
    _write(made, out)
    _tell(made, found, out, language, as_json)


@contextmanager
def _together() -> Iterator[Callable[[Callable[[], _Found]], Callable[[], _Found]]]:
    """Try everything first, and refuse with all that is wrong at once."""
    from slachtoffermonitor.ground import InputError, Problem, SlachtoffermonitorError

    wrong: list[SlachtoffermonitorError] = []

    def must(check: Callable[[], _Found]) -> Callable[[], _Found]:
        try:
            found = check()
        except SlachtoffermonitorError as error:
            wrong.append(error)
            return check
        return lambda: found

    yield must
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        problems = [
            problem
            for error in wrong
            for problem in getattr(error, "problems", (Problem(what=str(error)),))
        ]
        raise InputError(problems)


def _today() -> date:
    return datetime.now(UTC).date()


def _check_target(out: Path) -> None:
    from slachtoffermonitor.ground import InputError, Problem

    if out.suffix.lower() not in _KINDS:
        what = "is no kind of file that is written"
        raise InputError(Problem(what=what, file=str(out), allowed=", ".join(_KINDS)))


def _ledger(path: Path | None, simulated: bool) -> Ledger:
    from slachtoffermonitor.disclose import Ledger
    from slachtoffermonitor.ground import ReleaseError

    if path is None and not simulated:
        raise ReleaseError(
            "synthetic records of real people need a ledger (--ledger FILE), in which what they "
            "cost of the privacy budget is booked; simulated records (--simulated) do not"
        )
    return Ledger.read(path) if path else Ledger()


def _read(path: Path) -> pl.DataFrame:
    from slachtoffermonitor.disclose import check_ctdc, to_ctdc
    from slachtoffermonitor.records import Notification, Person, check, open_as_text

    frame = open_as_text(path)
    for column, schema in (("notification_id", Notification), ("person_id", Person)):
        if column in frame.columns:
            return to_ctdc(check(frame, schema, file=str(path)))
    return check_ctdc(frame, file=str(path))


def _write(made: SyntheticRecords, out: Path) -> None:
    from slachtoffermonitor.disclose import describe_synthetic
    from slachtoffermonitor.ground import write_bytes, write_text

    content = io.BytesIO()
    if out.suffix.lower() == ".csv":
        made.frame.write_csv(content)
    else:
        made.frame.write_parquet(content)
    said = json.dumps(describe_synthetic(made, file=out.name), ensure_ascii=False, indent=2)
    write_text(_description(out), f"{said}\n")
    write_bytes(out, content.getvalue())


def _description(out: Path) -> Path:
    return out.with_name(f"{out.stem}.datapackage.json")


def _tell(
    made: SyntheticRecords,
    found: MicrodataAttack | None,
    out: Path,
    language: Language,
    as_json: str | None,
) -> None:
    from slachtoffermonitor.disclose import explain_synthetic
    from slachtoffermonitor.ground import Number, Text

    if as_json:
        click.echo(json.dumps(_answer(made, found, out), ensure_ascii=False))
        return
    lines = list(explain_synthetic(made))
    lines.append(Text("Synthetic records: {number}.", {"number": Number(made.frame.height)}))
    if found:
        most = max(one.risk for one in found.risks)
        lines.append(
            Text(
                "Attacked in a trial: {number} attacks, none stands. The largest extra risk found "
                "is {risk}; members are told from others with an advantage of {advantage}.",
                {
                    "number": Number(len(found.risks) + 1),
                    "risk": Number(most, "0.0%"),
                    "advantage": Number(found.membership.advantage, "0.0%"),
                },
            )
        )
    for line in lines:
        click.echo(line.in_language(language))
    click.echo(f"{out}\n{_description(out)}")


def _answer(made: SyntheticRecords, found: MicrodataAttack | None, out: Path) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "synthetic": True,
        "file": str(out),
        "description": str(_description(out)),
        "source": made.source,
        "rows": made.frame.height,
        "epsilon": made.epsilon,
        "delta": made.delta,
        "most_records": made.most_records,
        "attack": None
        if found is None
        else {
            "risks": [asdict(one) for one in found.risks],
            "membership": asdict(found.membership),
            "standing": list(found.standing()),
        },
    }
