"""What an edition was made with, so that it can be made again."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version

from slachtoffermonitor import __version__
from slachtoffermonitor.edition.results import Provenance
from slachtoffermonitor.edition.settings import Settings

__all__ = ["Timing", "describe_provenance"]

_LIBRARIES = ("duckdb", "numba", "numpy", "polars", "scipy", "splink")


@dataclass(slots=True)
class Timing:
    """Seconds per step of a run; told to whoever asks where the time went, never compared."""

    watch: Callable[[str], None]
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Say that the step begins, and measure the block under its name."""
        self.watch(name.capitalize())
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 2)


def describe_provenance(
    settings: Settings, inputs: Mapping[str, str], timing: Timing
) -> Provenance:
    """State versions, settings, seed and the hashes of the inputs."""
    return Provenance(
        version=__version__,
        python=platform.python_version(),
        libraries={name: version(name) for name in _LIBRARIES},
        seed=settings.edition.seed,
        settings=settings.as_mapping(),
        inputs=dict(sorted(inputs.items())),
        seconds=dict(timing.seconds),
    )
