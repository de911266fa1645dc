"""Run one measurement in a fresh process, so that its peak memory is its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

__all__ = ["alone"]

Answer = TypeVar("Answer")


def alone(run: Callable[..., Answer], *arguments: Any, **options: Any) -> Answer:
    """Run in a fresh process, whose standard output goes to standard error.

    DuckDB takes a process without a script for a person at a keyboard, and draws bars of progress
    on standard output, where one JSON object is to stand.
    """
    with ProcessPoolExecutor(
        max_workers=1, mp_context=get_context("spawn"), initializer=os.dup2, initargs=(2, 1)
    ) as pool:
        return pool.submit(run, *arguments, **options).result()
