"""A folder that keeps what is done, so that a study that was stopped goes on where it was.

`settings.json` says what the study is; `outcomes.jsonl` has one line per population, with the
outcomes of all methods, on disk before the next is begun. A line that was cut short is done again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from slachtoffermonitor.estimate.study.outcomes import Outcome, Settings
from slachtoffermonitor.ground import InputError, Problem, write_text

__all__ = ["StudyFolder"]

_SETTINGS = "settings.json"
_OUTCOMES = "outcomes.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFolder:
    """The folder of one study."""

    path: Path

    @classmethod
    def open(cls, path: Path, settings: Settings) -> StudyFolder:
        """Begin a study in a new folder, or go on with the same study in its own.

        Raises:
            InputError: the folder holds a study with other settings, or something else.

        """
        asked = settings.to_dict()
        file = path / _SETTINGS
        if file.is_file():
            found = _read(file)
            other = [name for name in asked if found.get(name) != asked[name]]
            if other:
                raise InputError(
                    Problem(
                        what="the folder holds a study with other settings; take another folder",
                        file=str(file),
                        found=", ".join(other),
                        allowed="the same " + ", ".join(asked),
                    )
                )
        elif path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise InputError(
                Problem(
                    what="is not the folder of a study, and nothing is overwritten",
                    file=str(path),
                    allowed="a folder that does not exist yet, an empty one, or that of a study",
                )
            )
        else:
            write_text(file, json.dumps(asked, ensure_ascii=False, indent=2) + "\n")
        return cls(path=path)

    def outcomes(self) -> list[Outcome]:
        """Give what is done; cut off a last line that is not whole.

        Raises:
            InputError: a whole line is not one of a study.

        """
        file = self.path / _OUTCOMES
        if not file.exists():
            return []
        content = file.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            with file.open("r+b") as stream:
                stream.truncate(len(whole))
        done: list[Outcome] = []
        for number, line in enumerate(whole.decode("utf-8").splitlines(), start=1):
            try:
                done.extend(Outcome.from_dict(each) for each in json.loads(line))
            except (KeyError, TypeError, ValueError) as error:
                raise InputError(
                    Problem(what="is not a line of a study", file=str(file), row=number)
                ) from error
        return done

    def keep(self, outcomes: Sequence[Outcome]) -> None:
        """Add the outcomes of one population, and wait until they are on disk."""
        line = json.dumps([each.to_dict() for each in outcomes], allow_nan=False)
        with (self.path / _OUTCOMES).open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")
            stream.flush()
            os.fsync(stream.fileno())


def _read(file: Path) -> dict[str, object]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InputError(Problem(what="is not the settings of a study", file=str(file)))
    return found
