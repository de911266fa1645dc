"""The folders of editions, as `slachtoffermonitor new` lays them out."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from slachtoffermonitor.ground import InputError

if TYPE_CHECKING:
    from slachtoffermonitor.edition import Settings

__all__ = ["EditionFolder", "digest_of", "editions_folder", "find_edition", "list_editions"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_SETTINGS = "monitor.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionFolder:
    """A folder with the settings of an edition; `settings` is None where they cannot be read."""

    name: str
    path: Path
    settings: Settings | None
    problems: tuple[str, ...] = ()

    @property
    def made(self) -> Path | None:
        """Where the edition stands that was made; None before the first."""
        found = self.path / "edition"
        return found if (found / "data" / "datapackage.json").is_file() else None

    @property
    def is_simulated(self) -> bool:
        """Whether nobody can be harmed by it: its nation does not exist."""
        return self.settings is not None and self.settings.deliveries.source == "simulated"


def editions_folder() -> Path | None:
    """Where do the editions lie? None where MONITOR_EDITIONS names no folder."""
    folder: Path | None = settings.CONFIGURATION.editions_folder
    return folder if folder is not None and folder.is_dir() else None


def list_editions() -> list[EditionFolder]:
    """Which editions are there, by name?"""
    folder = editions_folder()
    if folder is None:
        return []
    found = (find_edition(path.name) for path in sorted(folder.iterdir()))
    return [edition for edition in found if edition is not None]


def find_edition(name: str) -> EditionFolder | None:
    """Give an edition by the name of its folder; None where there is none."""
    folder = editions_folder()
    if folder is None or not _NAME.fullmatch(name):
        return None
    from slachtoffermonitor.edition import read_settings  # noqa: PLC0415 - loads the analysis rooms

    path = folder / name
    if path.is_symlink() or not (path / _SETTINGS).is_file():
        return None
    try:
        return EditionFolder(name=name, path=path, settings=read_settings(path / _SETTINGS))
    except InputError as error:
        told = tuple(problem.what for problem in error.problems)
        return EditionFolder(name=name, path=path, settings=None, problems=told)


def digest_of(edition: EditionFolder) -> str:
    """Give a digest of the settings and of every delivered file: what an approval is about."""
    found = hashlib.sha256()
    deliveries = edition.settings.deliveries.folder if edition.settings is not None else ""
    files = sorted((edition.path / deliveries).rglob("*")) if deliveries else []
    for file in (edition.path / _SETTINGS, *files):
        if file.is_file():
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            found.update(f"{file.relative_to(edition.path)}\n{content}\n".encode())
    return found.hexdigest()
