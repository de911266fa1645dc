"""The hazard of a new crime since the index day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slachtoffermonitor.simulate._calibration import Floats

__all__ = ["Hazard"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """The hazard of a new crime as victim: cumulative (years / scale) ** shape."""

    scale: float
    shape: float

    def cumulative(self, years: Floats) -> Floats:
        """Give the cumulative hazard at a time since the index day."""
        return np.asarray((years / self.scale) ** self.shape, dtype=np.float64)

    def years(self, cumulative: Floats) -> Floats:
        """Give the time at which the cumulative hazard is reached."""
        return np.asarray(self.scale * cumulative ** (1 / self.shape), dtype=np.float64)
