"""Making an edition and telling what came of it; `run` and `demo` share it."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from slachtoffermonitor.commands._disclosing import SECRET_VARIABLE
from slachtoffermonitor.commands._progress import Tell, tell_stages
from slachtoffermonitor.ground import LANGUAGES, Language, new_folder, write_text

if TYPE_CHECKING:
    from slachtoffermonitor.edition import Edition, Memory, Settings

__all__ = ["make_edition"]

_EARLIER = "editions"


def make_edition(
    settings: Settings,
    target: Path,
    *,
    base: Path,
    earlier: Sequence[Settings] = (),
    replace: bool = False,
    approvals: Sequence[str] = (),
    progress: Path | None = None,
    as_json: str | None = None,
    language: Language = "en",
) -> None:
    """Run the edition and publish it in `target`, whole or not at all; then say what it found.

    `base` is the folder that the folder of deliveries is named from. With `replace` an edition
    that stands in `target` stays until the new one is complete. The ledger of releases grows once
    the edition stands. `earlier` are settings of editions of other windows, from the same records;
    they come to lie in `editions/`, each under its name. `progress` is a file that gets a line of
    JSON for each stage.
    """
    from slachtoffermonitor.edition import Memory, render_settings

    named = (*settings.disclosure.approvals, *approvals)
    disclosure = dataclasses.replace(settings.disclosure, approvals=named)
    settings = dataclasses.replace(settings, disclosure=disclosure)
    places = {one.edition.name: f"{_EARLIER}/{one.edition.name}" for one in earlier}
    memory, tell = Memory(), tell_stages(progress)
    with (
        _nothing_on_stdout(as_json is not None),
        _making_room(target, replace=replace),
        new_folder(target) as folder,
    ):
        made = [(one, _run(one, base, memory, tell)) for one in (settings, *earlier)]
        edition = dataclasses.replace(made[0][1], earlier=places)
        with _publishing(len(earlier)) as publish:
            for (one, found), place in zip(made[1:], places.values(), strict=True):
                publish(found, folder / place)
                write_text(folder / place / "monitor.toml", render_settings(one))
            tell(_window(settings), "Publishing")
            _publish(edition, folder)
        write_text(folder / "monitor.toml", render_settings(settings))
    if edition.ledger is not None:
        write_text(base / settings.disclosure.ledger, edition.ledger.render())
    if as_json is not None:
        click.echo(json.dumps(_summary(edition, target), ensure_ascii=False))
    else:
        _tell(edition, target, language)


def _run(settings: Settings, base: Path, memory: Memory, tell: Tell) -> Edition:
    """Run one edition, saying what is being done."""
    from slachtoffermonitor.edition import run_edition

    window = _window(settings)
    with Console(stderr=True).status("Making the edition") as status:

        def watch(step: str) -> None:
            status.update(f"{window}: {step}")
            tell(window, step)

        return run_edition(
            settings,
            base,
            secret=os.environ.get(SECRET_VARIABLE, "").encode(),
            watch=watch,
            memory=memory,
        )


def _window(settings: Settings) -> str:
    return f"{settings.edition.first_year}-{settings.edition.last_year}"


def _publish(edition: Edition, folder: Path) -> None:
    from slachtoffermonitor.publish import publish_edition

    with Console(stderr=True).status("Publishing"):
        publish_edition(edition, folder)


@contextmanager
def _publishing(others: int) -> Iterator[Callable[[Edition, Path], object]]:
    """Publish other editions beside the first, on the cores that it leaves free."""
    from slachtoffermonitor.publish import publish_edition

    if not others:
        yield publish_edition
        return
    workers = max(1, min(others, (os.cpu_count() or 1) - 1))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: list[Future[None]] = []
        yield lambda edition, folder: waiting.append(pool.submit(publish_edition, edition, folder))
        for one in waiting:
            one.result()


@contextmanager
def _nothing_on_stdout(asked: bool) -> Iterator[None]:
    """Send to standard error what the engine of the linkage prints of a query that takes long."""
    if not asked:
        yield
        return
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


@contextmanager
def _making_room(target: Path, *, replace: bool) -> Iterator[None]:
    """Put the old edition aside, and back when the new one fails."""
    aside = target.with_name(f".{target.name}.before")
    if not (replace and target.exists()):
        yield
        return
    target.replace(aside)
    try:
        yield
    except BaseException:
        aside.replace(target)
        raise
    shutil.rmtree(aside)


def _summary(edition: Edition, target: Path) -> dict[str, object]:
    return {
        "edition": edition.name,
        "folder": str(target),
        "window": list(edition.window),
        "findings": [
            {
                "key": finding.key,
                "simulated": finding.simulated,
                "headline": {lang: finding.headline.in_language(lang) for lang in LANGUAGES},
                "sentence": {lang: finding.sentence.in_language(lang) for lang in LANGUAGES},
            }
            for finding in edition.findings
        ],
        "tables": {name: table.frame.height for name, table in edition.tables.items()},
        "seconds": dict(edition.provenance.seconds),
        "editions": {window: str(target / place) for window, place in edition.earlier.items()},
    }


def _tell(edition: Edition, target: Path, language: Language) -> None:
    click.echo(f"{edition.title.in_language(language)}: {len(edition.findings)} headline findings")
    for number, finding in enumerate(edition.findings, start=1):
        mark = " [simulated]" if finding.simulated else ""
        click.echo(f"  {number}. {finding.sentence.in_language(language)}{mark}")
    click.echo("")
    for what, where in (
        ("Website (Dutch)", "site/nl/index.html"),
        ("Website (English)", "site/en/index.html"),
        ("Factsheet (Dutch)", "factsheet-nl.pdf"),
        ("Factsheet (English)", "factsheet-en.pdf"),
        ("Report (Dutch)", "report-nl.pdf"),
        ("Report (English)", "report-en.pdf"),
        ("Open data", "data/"),
        *((f"Edition {window}", f"{place}/") for window, place in edition.earlier.items()),
    ):
        click.echo(f"{what + ':':21}{target / where}")
