"""The shapes of a code and of a code list, and the error for a code that does not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from slachtoffermonitor.ground import InputError, Language, Problem
from slachtoffermonitor.vocabulary._targets import mapping_target

__all__ = ["Code", "CodeList", "UnknownCodeError"]

_SHOWN = 30


class UnknownCodeError(InputError, KeyError):
    """A code or a code list that does not exist.

    It is a `KeyError` too, so that `CodeList` keeps the promises of a mapping (`get`, `in`).
    """

    __str__ = Exception.__str__


def _empty() -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({})


def _no_attributes() -> Mapping[str, int | str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code: what it is called, what it means, when it holds, and what it is elsewhere.

    `valid_from` and `valid_to` are both inclusive; None means that the list knows no limit on
    that side. `mappings` gives, per target, the codes of that target that the code lands on.
    """

    code: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    valid_from: date | None = None
    valid_to: date | None = None
    validity_source: str = ""
    parent: str | None = None
    mappings: Mapping[str, tuple[str, ...]] = field(default_factory=_empty)
    attributes: Mapping[str, int | str] = field(default_factory=_no_attributes)

    def is_valid(self, on: date) -> bool:
        """Say whether the code may be used for something that happened on the date."""
        after_start = self.valid_from is None or self.valid_from <= on
        before_end = self.valid_to is None or on <= self.valid_to
        return after_start and before_end


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CodeList(Mapping[str, Code]):
    """A code list: a mapping from code to `Code`, in the order in which the list shows them.

    `parent_list` names the list in which the parents of its codes stand: itself, or another one
    (reporters fall under `reporter_classes`).
    """

    name: str
    version: str
    title: Mapping[str, str]
    source: str
    parent_list: str
    entries: Mapping[str, Code]

    def __repr__(self) -> str:
        return f"CodeList({self.name!r}, version {self.version}, {len(self.entries)} codes)"

    def __getitem__(self, code: str) -> Code:
        found = self.entries.get(code)
        if found is None:
            raise UnknownCodeError(
                Problem(
                    what=f"no such code in the list '{self.name}'",
                    found=repr(code),
                    allowed=_shown(tuple(self.entries)),
                )
            )
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def label(self, code: str, language: Language) -> str:
        """What is the code called in the language?

        Raises:
            InputError: the code is not in the list.

        """
        return self[code].label[language]

    def definition(self, code: str, language: Language) -> str:
        """What does the code mean, in one plain sentence of the language?

        Raises:
            InputError: the code is not in the list.

        """
        return self[code].definition[language]

    def codes(self, on: date | None = None) -> tuple[str, ...]:
        """Which codes may be used on the date (all that ever held, when no date is given)?"""
        return tuple(name for name, code in self.entries.items() if on is None or code.is_valid(on))

    def children(self, code: str) -> tuple[str, ...]:
        """Which codes of this list fall directly under the code?

        Assumes:
            `code` stands in `parent_list`; `code_list("reporters").children("OPSPORING")` asks
            for the reporters of a class.

        Raises:
            InputError: the code is not in this list and nothing in it falls under the code.

        """
        found = tuple(name for name, entry in self.entries.items() if entry.parent == code)
        return found if found or self[code] else ()

    def mapped(self, code: str, target: str) -> tuple[str, ...]:
        """On which codes of the target does the code land (none, when it has no counterpart)?

        Raises:
            InputError: the code or the target does not exist.

        """
        entry = self[code]
        mapping_target(target)
        return entry.mappings.get(target, ())


def _shown(codes: tuple[str, ...]) -> str:
    rest = len(codes) - _SHOWN
    shown = ", ".join(codes[:_SHOWN])
    return f"{shown} and {rest} more" if rest > 0 else shown
