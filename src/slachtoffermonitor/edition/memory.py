"""What several editions of the same records have in common, worked out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar, cast

__all__ = ["Memory"]

_Found = TypeVar("_Found")


@dataclass(slots=True)
class Memory:
    """Results of one run for the next; what a result was made from stands in its key.

    A key that leaves something out gives one edition the figures of another: put in every setting
    that the result rests on.
    """

    found: dict[Hashable, object] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Show how much is remembered, never what."""
        return f"Memory({len(self.found)} results)"

    def once(self, key: Hashable, make: Callable[[], _Found]) -> _Found:
        """Give what was made under the key, or make it now."""
        if key not in self.found:
            self.found[key] = make()
        return cast(_Found, self.found[key])
