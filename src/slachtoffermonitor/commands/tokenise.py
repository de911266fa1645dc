"""`slachtoffermonitor tokenise`: keyed tokens in the place of names, before anything leaves."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from slachtoffermonitor.commands._link_reading import Columns, read_columns, read_named
from slachtoffermonitor.commands._options import json_option, language_option
from slachtoffermonitor.ground import InputError, Language, Number, Problem, Text

if TYPE_CHECKING:
    import polars as pl

    from slachtoffermonitor.link.private import Key

__all__ = ["command"]

_FILE: Final = click.Path(path_type=Path)
_STATISTICS: Final = ("age_band", "citizenship_group", "sex")
_SALTS: Final = ("none", "sex")
_NOTHING: Final = "nothing"


@click.command("tokenise")
@click.argument("reports", nargs=-1, type=_FILE)
@click.option("--key", "key_file", type=_FILE, help="Key file of the register.")
@click.option("--out", type=_FILE, help="File of tokens to write, .parquet; must not exist yet.")
@click.option("--edition", help="Make tokens with the key of this edition, derived from the key.")
@click.option(
    "--population", is_flag=True, help="REPORTS are extracts of the population register instead."
)
@click.option(
    "--columns",
    multiple=True,
    metavar="OURS=THEIRS",
    help="Our name of a column and the one in the files; repeatable. Several are joined by +.",
)
@click.option(
    "--keep",
    multiple=True,
    type=click.Choice([*_STATISTICS, _NOTHING]),
    help="Code that stays readable for tables; may be repeated. Default: all three.",
)
@click.option("--bits", type=int, help="Length of a Bloom filter.")
@click.option("--hash-functions", type=int, help="Bits that each pair of letters sets.")
@click.option(
    "--epsilon",
    type=float,
    help="Flip bits so much that a pair of letters is hidden; 0: flip none.",
)
@click.option("--balanced", is_flag=True, default=None, help="Give all filters equally many ones.")
@click.option("--salt", type=click.Choice(_SALTS), help="Key names together with this attribute.")
@click.option("--new-key", type=_FILE, help="Make a new key file instead; only you may read it.")
@click.option("--purpose", default="register", show_default=True, help="Of a new key.")
@click.option("--from-key", type=_FILE, help="Derive the new key, of --edition, from this one.")
@language_option
@json_option
def command(
    reports: tuple[Path, ...],
    *,
    key_file: Path | None,
    out: Path | None,
    edition: str | None,
    population: bool,
    columns: tuple[str, ...],
    keep: tuple[str, ...],
    new_key: Path | None,
    purpose: str,
    from_key: Path | None,
    language: Language,
    as_json: str | None,
    **hardening: Any,
) -> None:
    """Replace identity in REPORTS by keyed tokens, so that names never leave the organisation.

    \b
    slachtoffermonitor tokenise --new-key register.key
    slachtoffermonitor tokenise reports.csv --key register.key --out tokens.parquet

    The key belongs with the organisations that report, and never goes where the tokens go. Tokens
    are still data about persons. All organisations of a register use one key and one set of
    options; without options, the measured defaults.
    """
    if new_key is not None:
        if reports or key_file is not None or out is not None:
            raise click.UsageError("--new-key makes a key only: leave out REPORTS, --key and --out")
        said, lines = _make_key(new_key, from_key, purpose, edition)
    else:
        if not reports or key_file is None or out is None:
            raise click.UsageError("give REPORTS with --key and --out, or --new-key alone")
        if from_key is not None:
            raise click.UsageError("--from-key goes with --new-key")
        kept = tuple(name for name in keep or _STATISTICS if name != _NOTHING)
        given = {name: value for name, value in hardening.items() if value is not None}
        named = read_columns(columns)
        rows = _read(reports, population=population, columns=named)
        said, lines = _make_tokens(
            rows,
            out,
            key=_key(key_file, edition),
            columns=named,
            statistics=kept,
            hardening=given,
        )
    if as_json:
        click.echo(json.dumps(said))
        return
    for line in lines:
        click.echo(line.in_language(language))


def _make_key(
    file: Path, from_key: Path | None, purpose: str, edition: str | None
) -> tuple[dict[str, object], tuple[Text, ...]]:
    from slachtoffermonitor.link.private import new_key

    made = new_key(purpose=purpose) if from_key is None else _key(from_key, None)
    if edition is not None:
        made = made.for_edition(edition)
    elif from_key is not None:
        raise click.UsageError("--from-key derives the key of an edition: give --edition")
    made.write(file)
    said: dict[str, object] = {
        "key_id": made.key_id,
        "purpose": made.purpose,
        "edition": made.edition,
        "file": str(file),
    }
    return said, (
        Text("Key {key} was written to {file}.", {"key": made.key_id, "file": str(file)}),
        Text(
            "Give it to the organisations that report, by a safe way, and to nobody else. Keep a "
            "copy: a lost key cannot be made again."
        ),
    )


def _key(file: Path, edition: str | None) -> Key:
    from slachtoffermonitor.link.private import Key

    key = Key.read(file)
    return key if edition is None else key.for_edition(edition)


def _read(files: tuple[Path, ...], *, population: bool, columns: Columns | None) -> pl.DataFrame:
    """Read all files and tell the problems of all of them together."""
    import polars as pl

    from slachtoffermonitor import records
    from slachtoffermonitor.link.private import is_token_file

    schema = records.PopulationEntry if population else records.Notification
    frames: list[pl.DataFrame] = []
    problems: list[Problem] = []
    for file in files:
        if is_token_file(file):
            problems.append(
                Problem(
                    what="holds tokens already", file=str(file), allowed="reports in clear text"
                )
            )
            continue
        try:
            frames.append(
                records.read(file, schema) if columns is None else read_named(file, columns)
            )
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return pl.concat(frames, how="vertical" if columns is None else "diagonal")


def _make_tokens(
    rows: pl.DataFrame,
    out: Path,
    *,
    key: Key,
    columns: Columns | None,
    statistics: tuple[str, ...],
    hardening: dict[str, Any],
) -> tuple[dict[str, object], tuple[Text, ...]]:
    from slachtoffermonitor.link.private import TokenParameters, tokenise, write_tokens

    if hardening.get("epsilon") == 0:
        hardening["epsilon"] = None
    parameters = TokenParameters(**hardening)
    tokens = tokenise(rows, key, parameters, columns=columns, statistics=statistics)
    write_tokens(tokens, out)
    said: dict[str, object] = {
        "rows": rows.height,
        "key_id": key.key_id,
        "parameters": asdict(parameters),
        "readable": list(statistics),
        "file": str(out),
    }
    return said, (
        Text(
            "{rows} rows were replaced by tokens of key {key}, and written to {file}.",
            {"rows": Number(rows.height), "key": key.key_id, "file": str(out)},
        ),
        Text(
            "Tokens are still data about persons. Send the file only to whom the register has "
            "named, and never the key with it."
        ),
    )
