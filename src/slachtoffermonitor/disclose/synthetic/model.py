"""A graphical model of the records, learnt from noisy counts: AIM in a few rounds.

The estimation is that of Private-PGM (`mbi`), the noise that of OpenDP; here stands which counts
are asked for. Each round chooses several counts at once, because compiling a model takes longer
than fitting it.

Source: McKenna, Mullins, Sheldon and Miklau (2022), AIM: an adaptive and iterative mechanism for
differentially private synthetic data, PVLDB 15, 2599-2612; McKenna, Sheldon and Miklau (2019),
Graphical-model based estimation and inference for differential privacy, ICML.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from itertools import combinations
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.synthetic.encoding import Codes, merging
from slachtoffermonitor.disclose.synthetic.fields import Attribute
from slachtoffermonitor.disclose.synthetic.privacy import Budget
from slachtoffermonitor.ground import InputError, Problem, ReleaseError

__all__ = ["Model", "learn", "sample"]

_SINGLE = 0.12
_MEASURE = 0.85
_ROUNDS = 3
_LARGEST = 2.0
_DRAWN = 100_000
_STEPS = 1500
_ENOUGH = 1e-5
_FALSE = 0.05
_CERTAIN = 3.0
_CANDIDATES = 300
_Clique = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """A learnt model, its attributes, the counts asked for, the codes kept of open lists."""

    fitted: Any = field(repr=False)
    attributes: tuple[Attribute, ...] = field(repr=False)
    measured: tuple[_Clique, ...]
    kept: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many records does the model think that there are? Noisy, as all that it knows."""
        return max(1, round(float(self.fitted.total)))


def load_library() -> Any:
    """Give the library of graphical models.

    Raises:
        InputError: it is not installed.

    """
    if find_spec("mbi") is None:
        raise InputError(
            Problem(
                what="synthetic records need the package mbi, which is not installed",
                allowed="pip install 'slachtoffermonitor[synthetic]'",
            )
        )
    settings = import_module("jax").config
    settings.update("jax_enable_x64", True)
    settings.update("jax_enable_compilation_cache", False)
    return import_module("mbi")


def learn(
    codes: Codes,
    attributes: Sequence[Attribute],
    budget: Budget,
    *,
    watch: Callable[[str], None] = lambda _: None,
) -> Model:
    """Which model do noisy counts of these records tell?

    One-way counts first; open lists then lose the codes that cannot be told from noise. Each round
    after that chooses the two- and three-way counts that the model gets most wrong, as far as they
    keep it small, asks for them with noise and fits again.

    Raises:
        InputError: the library is not installed.
        ReleaseError: the noise is so large that it hides all records.

    """
    mbi = load_library()
    watch("one-way counts")
    single, codes, kept, total = _single_counts(mbi, codes, attributes, budget)
    domain = mbi.Domain.fromdict(dict(codes.sizes))
    estimator = mbi.estimation.MirrorDescent(
        marginal_oracle=mbi.marginal_oracles.message_passing_hugin
    )
    known = {"known_total": total, "iters": _STEPS, "tol": _ENOUGH}
    fitted = estimator.estimate(domain, list(single), **known)
    measured, rounds = list(single), min(_ROUNDS, len(attributes) - 1)
    number = max(2, math.ceil(3 * len(attributes) / 8))
    share = (1 - _SINGLE) / max(1, rounds * number)
    for step in range(rounds):
        watch(f"round {step + 1} of {rounds}")
        limit = _LARGEST * (step + 1) / rounds
        chosen = _chosen(mbi, fitted, codes, budget, number=number, share=share, limit=limit)
        for clique in chosen:
            noisy = budget.count(codes.count(clique), share * _MEASURE)
            measured.append(
                mbi.LinearMeasurement(noisy, clique, stddev=budget.deviation(share * _MEASURE))
            )
        fitted = estimator.estimate(domain, list(measured), warm_start=fitted, **known)
    return Model(
        fitted=fitted,
        attributes=tuple(_narrowed(one, kept) for one in attributes),
        measured=tuple(one.clique for one in measured),
        kept={name: int(keep.sum()) - 1 for name, keep in kept.items()},
    )


def _single_counts(
    mbi: Any, codes: Codes, attributes: Sequence[Attribute], budget: Budget
) -> tuple[list[Any], Codes, dict[str, NDArray[np.bool_]], float]:
    share = _SINGLE / len(attributes) if len(attributes) > 1 else 1.0
    deviation = budget.deviation(share)
    noisy = {one.name: budget.count(codes.count([one.name]), share) for one in attributes}
    total = _total(list(noisy.values()), deviation)
    kept = {}
    for one in (each for each in attributes if each.open):
        # so high that a code which nobody has stands in one release of twenty, or fewer
        bar = deviation * NormalDist().inv_cdf(1 - _FALSE / len(one.values))
        keep = noisy[one.name] >= bar
        keep[0] = True
        kept[one.name] = keep
    domain = mbi.Domain.fromdict(dict(codes.sizes))
    places = {name: merging(keep) for name, keep in kept.items()}
    measured = [
        mbi.LinearMeasurement(counts, (name,), stddev=deviation).compress(places, domain)
        for name, counts in noisy.items()
    ]
    return measured, codes.merged(kept), kept, total


def _total(noisy: Sequence[NDArray[np.float64]], deviation: float) -> float:
    """How many records do all one-way counts together tell, the short ones most?

    Raises:
        ReleaseError: too few to be told from noise.

    """
    certain = np.array([1 / counts.size for counts in noisy])
    total = float(np.average([counts.sum() for counts in noisy], weights=certain))
    if total < _CERTAIN * deviation / math.sqrt(float(certain.sum())):
        raise ReleaseError("the noise hides all records: there are too few for this epsilon")
    return total


def _candidates(sizes: Mapping[str, int]) -> list[_Clique]:
    """List all pairs and triples; of many attributes only the triples with the fewest cells."""
    cliques = [clique for number in (2, 3) for clique in combinations(sizes, number)]
    cliques.sort(key=lambda one: (len(one), math.prod(sizes[name] for name in one)))
    return cliques[:_CANDIDATES]


def _chosen(
    mbi: Any,
    fitted: Any,
    codes: Codes,
    budget: Budget,
    *,
    number: int,
    share: float,
    limit: float,
) -> list[_Clique]:
    """Choose the counts that the model gets most wrong, as exactly as the budget allows."""
    expected = budget.deviation(share * _MEASURE) * math.sqrt(2 / math.pi)
    names = list(codes.sizes)
    cliques = _candidates(codes.sizes)
    drawn = _drawn(fitted, _DRAWN, names)
    believed = Codes(columns=drawn, sizes=codes.sizes)
    scale = float(fitted.total) / _DRAWN
    wrong = {
        clique: float(np.abs(codes.count(clique) - believed.count(clique) * scale).sum())
        - expected * math.prod(codes.sizes[name] for name in clique)
        for clique in cliques
    }
    have, found = list(fitted.cliques), list[_Clique]()
    for _ in range(number):
        # two counts of one round that share a pair would tell the same twice
        free = [
            clique
            for clique in cliques
            if all(len(set(clique) & set(one)) < 2 for one in found)
            and mbi.junction_tree.hypothetical_model_size(fitted.domain, [*have, *found, clique])
            <= limit
        ]
        if not free:
            break
        scores = np.array([wrong[clique] for clique in free])
        found.append(free[budget.choose(scores, share * (1 - _MEASURE))])
    return found


def _drawn(fitted: Any, rows: int, names: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    drawn = fitted.synthetic_data(rows).to_dict()
    return {name: np.asarray(drawn[name]).astype(np.int64) for name in names}


def _narrowed(one: Attribute, kept: Mapping[str, NDArray[np.bool_]]) -> Attribute:
    if one.name not in kept:
        return one
    values = tuple(value for value, keep in zip(one.values, kept[one.name], strict=True) if keep)
    return Attribute(name=one.name, fields=one.fields, values=values, open=True)


def sample(model: Model, rows: int, seed: int) -> dict[str, NDArray[np.int64]]:
    """Draw records from the model; the same model and seed give the same records."""
    # the library draws from NumPy's global generator: its state is put back afterwards
    before = np.random.get_state()
    np.random.seed(seed)
    try:
        return _drawn(model.fitted, rows, [one.name for one in model.attributes])
    finally:
        np.random.set_state(before)
