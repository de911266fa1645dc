"""Slachtoffermonitor: from lawful reports of human trafficking to figures a country can act on.

`open_edition` opens a published edition for computing. It loads when it is first asked for, so
that `import slachtoffermonitor` stays quick.
"""

from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slachtoffermonitor.edition import open_edition

__all__ = ["__version__", "open_edition"]

__version__ = version("slachtoffermonitor")


def __getattr__(name: str) -> object:
    if name == "open_edition":
        from slachtoffermonitor.edition import open_edition  # noqa: PLC0415 - loads when asked for

        return open_edition
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
