"""Write GLOSSARY.md from the vocabulary; with `--check`, only say whether it is up to date."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from slachtoffermonitor.ground import write_text
from slachtoffermonitor.vocabulary import render_glossary

GLOSSARY = Path(__file__).resolve().parents[1] / "GLOSSARY.md"


@click.command(help=__doc__)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when GLOSSARY.md is stale.")
def main(check: bool) -> None:
    wanted = render_glossary()
    if not check:
        write_text(GLOSSARY, wanted)
        click.echo(f"{GLOSSARY.name} written")
    elif not GLOSSARY.is_file() or GLOSSARY.read_text(encoding="utf-8") != wanted:
        click.echo(f"{GLOSSARY.name} is stale: run python scripts/glossary.py", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
