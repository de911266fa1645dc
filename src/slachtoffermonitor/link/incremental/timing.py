"""How long one new report takes against a register."""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np
import polars as pl

from slachtoffermonitor.link.incremental.register import Register

__all__ = ["one_report_ms"]

_WARM: int = 3


def one_report_ms(register: Register, reports: pl.DataFrame) -> Mapping[str, float]:
    """How many milliseconds does one report take, from its row to its candidates?

    Every report is asked about by itself, on one thread of the database. The first few are asked
    twice, so that what is loaded once is not counted.

    Args:
        register: to ask.
        reports: one row per question, 100 for figures that can be told.

    Returns:
        `median`, `p95` and `max` in milliseconds; `reports` (how many were asked) and `register`
        (how many are held).

    """
    questions = list(reports.iter_slices(1))
    for question in questions[:_WARM]:
        register.find_candidates(question)
    taken = []
    for question in questions:
        start = time.perf_counter()
        register.find_candidates(question)
        taken.append((time.perf_counter() - start) * 1000)
    return {
        "median": round(float(np.median(taken)), 2),
        "p95": round(float(np.percentile(taken, 95)), 2),
        "max": round(max(taken), 2),
        "reports": len(taken),
        "register": len(register),
    }
