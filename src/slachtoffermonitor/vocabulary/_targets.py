"""The code systems of others that our codes are mapped to.

A target code is written `FIELD:VALUE`, or `FIELD` where the field itself is the flag. Which of
them exist is data (`data/targets/NAME.toml`), so that a mapping can be checked against what the
other side really has. A target whose tables could not be obtained has no codes and says so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["MappingTarget", "mapping_target", "mapping_target_names"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MappingTarget:
    """A code system of somebody else: its version, source, licence and the codes that we use.

    `obtained` is False when the tables of that system could not be had; then `codes` is empty.
    """

    name: str
    version: str
    title: Mapping[str, str]
    source: str
    licence: str
    note: str
    obtained: bool
    codes: Mapping[str, str]

    def __repr__(self) -> str:
        return f"MappingTarget({self.name!r}, version {self.version!r}, {len(self.codes)} codes)"


def _folder() -> Traversable:
    return files("slachtoffermonitor.vocabulary").joinpath("data", "targets")


@cache
def mapping_target_names() -> tuple[str, ...]:
    """To which code systems do the code lists map?"""
    return tuple(
        sorted(
            file.name.removesuffix(".toml")
            for file in _folder().iterdir()
            if file.name.endswith(".toml")
        )
    )


@cache
def mapping_target(name: str) -> MappingTarget:
    """What does the code system hold: version, source, licence, and its codes?

    Returns:
        The target; `codes` maps each target code to its label in the source.

    Raises:
        InputError: no such target.

    """
    if name not in mapping_target_names():
        raise InputError(
            Problem(
                what="no such mapping target",
                found=repr(name),
                allowed=", ".join(mapping_target_names()),
            )
        )
    document = tomllib.loads(_folder().joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    return MappingTarget(
        name=name,
        version=document["version"],
        title=MappingProxyType(document["title"]),
        source=document["source"],
        licence=document["licence"],
        note=document["note"],
        obtained=document["obtained"],
        codes=MappingProxyType(_target_codes(document["fields"])),
    )


def _target_codes(fields: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    codes: dict[str, str] = {}
    for name, field in fields.items():
        values: Mapping[str, str] = field.get("values", {})
        if values:
            codes |= {f"{name}:{value}": label for value, label in values.items()}
        else:
            codes[name] = field["label"]
    return codes
