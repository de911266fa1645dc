"""Chains side by side, each with its own source of randomness; the answer knows no cores."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import TypeVar

import numpy as np

from slachtoffermonitor.ground import InputError, Problem, progress

Result = TypeVar("Result")

_FEWEST_CHAINS = 2
_FEWEST_DRAWS = 100


def run_chains(
    chain: Callable[[np.random.Generator], Result], chains: int, seed: int
) -> list[Result]:
    """Run the chains on as many cores as there are."""
    sources = np.random.default_rng(seed).spawn(chains)
    with ThreadPoolExecutor(max_workers=min(chains, cpu_count() or 1)) as pool:
        return list(progress(pool.map(chain, sources), "chains", total=chains))


def check_lengths(*, chains: int, draws: int, warmup: int, thinning: int = 1) -> None:
    """Refuse chains from which convergence cannot be judged.

    Raises:
        InputError: fewer than 2 chains or 100 draws per chain, a negative warm-up, thinning
            below 1.

    """
    wanted = (
        ("chains", chains, _FEWEST_CHAINS),
        ("draws per chain", draws, _FEWEST_DRAWS),
        ("warm-up turns", warmup, 0),
        ("turns per draw", thinning, 1),
    )
    problems = [
        Problem(what=f"too few {name}", found=str(value), allowed=f"{least} or more")
        for name, value, least in wanted
        if value < least
    ]
    if problems:
        raise InputError(problems)
