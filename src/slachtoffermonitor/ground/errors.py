"""The exceptions of the whole project, in one place.

Every error that a user can cause is a `SlachtoffermonitorError`; the command line turns it into
one message and exit code 1. An error names what was found, where, and what is allowed. It never
holds a person's value: columns of identity are named, their contents are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["InputError", "Problem", "ReleaseError", "SlachtoffermonitorError"]

_SHOWN = 20


class SlachtoffermonitorError(Exception):
    """Something that the user can mend; the message says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in an input.

    `row` counts the data rows of the file from 1 (the header is not counted); None when the
    problem is not in one row. `found` must be empty for columns that identify a person.
    """

    what: str
    file: str = ""
    row: int | None = None
    column: str = ""
    found: str = ""
    allowed: str = ""

    def __str__(self) -> str:
        """Say where, what, what was found and what is allowed, in one line."""
        place = ", ".join(
            part
            for part in (
                self.file,
                f"row {self.row}" if self.row is not None else "",
                f"column '{self.column}'" if self.column else "",
            )
            if part
        )
        line = f"{place}: {self.what}" if place else self.what
        if self.found:
            line += f"; found {self.found}"
        if self.allowed:
            line += f"; allowed: {self.allowed}"
        return line


class InputError(SlachtoffermonitorError):
    """An input that cannot be used; holds all problems found, not only the first."""

    def __init__(self, problems: Iterable[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            problems = Problem(what=problems)
        if isinstance(problems, Problem):
            problems = (problems,)
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self._message())

    def _message(self) -> str:
        shown = [str(problem) for problem in self.problems[:_SHOWN]]
        rest = len(self.problems) - len(shown)
        if rest:
            shown.append(f"… and {rest} more problems")
        if len(self.problems) == 1:
            return shown[0]
        return f"{len(self.problems)} problems:\n" + "\n".join(f"  - {line}" for line in shown)


class ReleaseError(SlachtoffermonitorError):
    """Something tried to leave that was not allowed to."""
