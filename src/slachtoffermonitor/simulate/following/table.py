"""The true shares as a table beside the deliveries."""

from __future__ import annotations

import polars as pl

from slachtoffermonitor.simulate._calibration import Calibration
from slachtoffermonitor.simulate.following.hazard import Hazard
from slachtoffermonitor.simulate.following.shares import RepeatLaw

__all__ = ["repeat_table"]

_NAMES = {
    "aalen-johansen": "Aalen-Johansen",
    "kaplan-meier": "Kaplan-Meier",
    "fixed": "fixed cohort",
}


def repeat_table(calibration: Calibration, hazard: Hazard, law: RepeatLaw | None) -> pl.DataFrame:
    """State the share that is victim again, and how to compute it."""
    leaf = calibration.leaf("crimes.targets")
    known = [
        (years, float(value), "Aalen-Johansen")
        for years, value in zip(leaf["horizon_years"], leaf["value"], strict=True)
    ]
    if law is not None:
        known = [(int(years), share, _NAMES[name]) for (name, years), share in law.shares.items()]
    return pl.DataFrame(
        {
            "horizon_years": [years for years, _, _ in known],
            "share": [share for _, share, _ in known],
            "estimator": [name for _, _, name in known],
            "index_day": "first notification",
            "competing": "OVERLEDEN;EMIGRATIE;ONBEKEND",
            "left_out": "ECHO",
            "hazard_scale_years": round(hazard.scale, 4),
            "hazard_shape": round(hazard.shape, 4),
        }
    )
