"""An edition made again from what its provenance says, and held against what was published."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from slachtoffermonitor.edition.comparison.changes import Comparison, compare_editions
from slachtoffermonitor.edition.comparison.written import read_edition, written_form
from slachtoffermonitor.edition.deliveries import DELIVERED_FILES
from slachtoffermonitor.edition.running import run_edition
from slachtoffermonitor.edition.settings import read_settings
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["reproduce_edition"]


def _unwatched(step: str) -> None:
    """Tell nobody."""


def reproduce_edition(
    folder: Path, *, base: Path | None = None, watch: Callable[[str], None] = _unwatched
) -> Comparison:
    """Does the same edition come out again, number by number?

    Args:
        folder: an edition as it was published, with `monitor.toml` and `data/`.
        base: the folder that the folder of deliveries is named from; by default the one that the
            edition lies in.
        watch: told the name of each step when it begins.

    Raises:
        InputError: the folder is no edition, or a delivery is not the one that the edition was
            made of: every such file is named.

    """
    published = read_edition(folder)
    settings = read_settings(folder / "monitor.toml")
    root = folder.resolve().parent if base is None else base
    if settings.deliveries.source == "files":
        found = _hashes(root / settings.deliveries.folder)
        _require_same(published.provenance["inputs"], found)
    again = run_edition(settings, root, watch=watch, synthetic=False)
    return compare_editions(published, written_form(again))


def _hashes(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of every delivery in the folder, by the name of its file."""
    if not folder.is_dir():
        raise InputError(Problem(what="there is no folder of deliveries", file=str(folder)))
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.stem.split("-")[0] in DELIVERED_FILES
    }


def _require_same(then: Mapping[str, str], found: Mapping[str, str]) -> None:
    problems = []
    for name in sorted(then.keys() | found.keys()):
        if then.get(name) == found.get(name):
            continue
        what = "is not the file that the edition was made of"
        if name not in found:
            what = "is missing; the edition was made of it"
        elif name not in then:
            what = "was not there when the edition was made"
        was, now = then.get(name, ""), found.get(name, "")
        problems.append(Problem(what=what, file=name, found=now, allowed=was))
    if problems:
        raise InputError(problems)
