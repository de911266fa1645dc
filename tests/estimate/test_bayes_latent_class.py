"""Latent classes: small posteriors summed out by hand or weighed by the prior, and LCMCR's.

LCMCR cuts the hidden number off at 20 times the observed number, so the comparison does too. Its
four chains of a table are compared with ours twice: their mean, with the larger of two errors (the
spread between its chains, and what its effective sizes promise), and each chain by itself, with
the error that its own effective size promises, on the scale of ranks in our draws.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.special import betaln, gammaln, logsumexp
from scipy.stats import nbinom

from slachtoffermonitor.estimate import CaptureTable
from slachtoffermonitor.estimate.bayes import (
    PosteriorEstimate,
    effective_size,
    quantile_error,
    sample_latent_classes,
)
from slachtoffermonitor.ground import InputError

REFERENCE = Path(__file__).parents[1] / "reference" / "mse"
LARGEST = 8


def read(name: str) -> CaptureTable:
    return CaptureTable.read(REFERENCE / "tables" / f"{name}.csv")


def deals(persons: int, classes: int):
    """Give every way to deal persons over classes."""
    if classes == 1:
        yield (persons,)
        return
    for first in range(persons + 1):
        for rest in deals(persons - first, classes - 1):
            yield (first, *rest)


def by_hand(counts, classes: int, *, shape: float, rate: float) -> np.ndarray:
    """Sum every allocation of every person; the concentration by quadrature, the rest exactly."""
    lists = int(math.log2(len(counts)))
    logs = np.linspace(-40, 8, 1200)
    concentration = np.exp(logs)

    @cache
    def sticks(members: tuple[int, ...]) -> float:
        height, beyond = shape * logs - rate * concentration, sum(members)
        for each in members[:-1]:
            beyond -= each
            height = height + betaln(1 + each, concentration + beyond) - betaln(1, concentration)
        return float(logsumexp(height))

    def ways(dealt: tuple[int, ...]) -> float:
        return float(gammaln(sum(dealt) + 1) - sum(gammaln(each + 1) for each in dealt))

    states = {((0,) * classes, ((0,) * classes,) * lists): 0.0}
    for cell in np.nonzero(counts)[0]:
        grown: dict = {}
        for dealt in deals(int(counts[cell]), classes):
            for (members, found), weight in states.items():
                key = (
                    tuple(map(sum, zip(members, dealt, strict=True))),
                    tuple(
                        tuple(map(sum, zip(row, dealt, strict=True))) if cell >> j & 1 else row
                        for j, row in enumerate(found)
                    ),
                )
                grown[key] = np.logaddexp(grown.get(key, -np.inf), weight + ways(dealt))
        states = grown
    heights = []
    for hidden in range(LARGEST + 1):
        terms = []
        for dealt in deals(hidden, classes):
            for (members, found), weight in states.items():
                whole = tuple(map(sum, zip(members, dealt, strict=True)))
                chances = sum(
                    betaln(1 + row[k], 1 + whole[k] - row[k])
                    for row in found
                    for k in range(classes)
                )
                terms.append(weight + ways(dealt) + sticks(whole) + chances)
        heights.append(logsumexp(terms) + gammaln(sum(counts) + hidden) - gammaln(hidden + 1))
    return np.exp(np.array(heights) - logsumexp(heights))


@pytest.mark.parametrize(
    ("counts", "classes", "shape", "rate", "levels"),
    [
        ([0, 3, 2, 1], 1, 0.25, 0.25, 3),
        ([0, 3, 2, 1], 2, 0.25, 0.25, 1),
        ([0, 3, 2, 1], 2, 0.25, 0.25, 4),
        ([0, 2, 1, 1], 3, 1.0, 0.5, 3),
    ],
)
def test_the_sampler_has_the_posterior_that_was_summed_by_hand(
    counts, classes, shape, rate, levels
):
    counts = np.array(counts)
    expected = by_hand(counts, classes, shape=shape, rate=rate)
    posterior = sample_latent_classes(
        CaptureTable.of_counts(("A", "B"), counts),
        classes=classes,
        shape=shape,
        rate=rate,
        largest_hidden=LARGEST,
        levels=levels,
        warmup=500,
        draws=5000,
        thinning=1,
        seed=3,
    )
    for hidden, chance in enumerate(expected):
        hits = (posterior.draws["hidden"] == hidden).astype(float)
        error = math.sqrt(chance * (1 - chance) / effective_size(hits))
        assert abs(hits.mean() - chance) < 4 * error, hidden


def weighed_prior(
    counts: np.ndarray, hidden: np.ndarray, draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Give the chance of at most so many hidden persons, and its error, from weighed prior draws.

    No allocation, no chain: classes drawn from the prior, weighed by the likelihood of the table
    with the hidden number summed out, which is then negative binomial.
    """
    rng = np.random.default_rng(seed)
    lists, classes = round(math.log2(counts.size)), 10
    concentration = np.maximum(rng.gamma(0.25, 4.0, size=draws), 1e-12)
    taken = -np.expm1(np.log(rng.random((draws, classes))) / concentration[:, None])
    taken[:, -1] = 1.0
    shares = taken * np.cumprod(np.c_[np.ones(draws), 1.0 - taken[:, :-1]], axis=1)
    seen = rng.random((draws, lists, classes))

    def chance(cell: int) -> np.ndarray:
        bits = np.array([cell >> j & 1 for j in range(lists)], dtype=bool)[None, :, None]
        return (shares * np.where(bits, seen, 1.0 - seen).prod(axis=1)).sum(axis=1)

    unseen = chance(0)
    logs = -counts.sum() * np.log1p(-unseen)
    for cell in np.nonzero(counts)[0]:
        logs += counts[cell] * np.log(chance(int(cell)))
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    below = nbinom.cdf(hidden[:, None], counts.sum(), 1.0 - unseen)
    means = below @ weights
    return means, np.sqrt(((below - means[:, None]) ** 2) @ weights**2)


def test_ten_classes_have_the_posterior_of_the_weighed_prior():
    counts = np.array([0, 7, 6, 2, 9, 1, 3, 1])
    posterior = sample_latent_classes(
        CaptureTable.of_counts(("A", "B", "C"), counts),
        levels=4,
        warmup=1000,
        draws=3000,
        thinning=2,
        seed=4,
    )
    marks = np.array([2, 5, 10, 20, 50, 150])
    chances, errors = weighed_prior(counts, marks, 150_000, seed=1)
    assert (errors < 0.015).all()
    for mark, chance, error in zip(marks, chances, errors, strict=True):
        hits = (posterior.draws["hidden"] <= mark).astype(float)
        ours = math.sqrt(chance * (1 - chance) / effective_size(hits))
        assert abs(hits.mean() - chance) < 4 * math.hypot(ours, error), mark


def oracle(name: str) -> list[dict]:
    return json.loads((REFERENCE / f"mcmc_{name}.json").read_text())["lcmcr"]


def close_to_oracle(posterior: PosteriorEstimate, name: str) -> None:
    """Hold each quantile within 3 errors of the mean of the oracle's chains.

    The oracle's error is the larger of two: the spread between its chains, divided by the root of
    their number, and what its effective sizes together promise for a quantile of our draws.
    """
    chains = oracle(name)
    assert posterior.converged
    effective = sum(each["ess"] for each in chains)
    for probability, hidden in posterior.hidden.items():
        values = [each["quantiles"][f"{probability:g}"] for each in chains]
        ours = quantile_error(posterior.draws["hidden"], probability)
        rank = math.sqrt(probability * (1 - probability) / effective)
        ends = np.clip([probability - rank, probability + rank], 0, 1)
        promised = float(np.diff(np.quantile(posterior.draws["hidden"], ends))[0]) / 2
        between = float(np.std(values, ddof=1)) / math.sqrt(len(values))
        difference = abs(posterior.observed + hidden - np.mean(values))
        # Whole persons: a quantile can jump by one where its error is less than one.
        assert difference <= 3 * math.hypot(ours, max(promised, between)) + 1, probability


def agreeing_chains(posterior: PosteriorEstimate, name: str) -> list[int]:
    """Give the seeds of the oracle's chains with each quantile within 3 errors of ours, by rank."""
    population = posterior.draws["population"]
    agreeing = []
    for each in oracle(name):
        gaps = []
        for key, value in each["quantiles"].items():
            probability = float(key)
            below, upto = (population < value).mean(), (population <= value).astype(float)
            spread = probability * (1 - probability) * (1 / each["ess"] + 1 / effective_size(upto))
            gap = max(below - probability, probability - upto.mean(), 0.0)
            gaps.append(gap / math.sqrt(spread))
        if max(gaps) <= 3:
            agreeing.append(each["seed"])
    return agreeing


def test_korea_lies_within_three_errors_of_the_oracle():
    table = read("Korea")
    posterior = sample_latent_classes(
        table, levels=4, warmup=1000, thinning=5, seed=1, largest_hidden=20 * table.observed
    )
    close_to_oracle(posterior, "Korea")
    assert agreeing_chains(posterior, "Korea") == [1, 2, 3, 4]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "agreeing"),
    [("Kosovo", {1, 2, 3, 4}), ("Australia", {1, 2, 3, 4}), ("UKdat_5", {3, 4})],
)
def test_quantiles_lie_within_three_errors_of_the_oracle(name: str, agreeing: set[int]):
    """On UKdat_5 the oracle's second chain stays with a mode that holds 0.4% of the posterior.

    Its first chain stands 2.9 to 3.2 errors away, by our seed: nothing is asked of it.
    """
    table = read(name)
    posterior = sample_latent_classes(table, seed=1, largest_hidden=20 * table.observed)
    assert posterior.convergence["hidden"].r_hat < 1.005
    assert posterior.convergence["hidden"].ess > 1000
    close_to_oracle(posterior, name)
    found = set(agreeing_chains(posterior, name))
    assert found - {1} == agreeing - {1}
    assert name == "UKdat_5" or found == agreeing


@pytest.mark.slow
def test_the_plain_sampler_and_the_tempered_one_have_the_same_posterior():
    table = read("Australia")
    tempered = sample_latent_classes(table, seed=2)
    plain = sample_latent_classes(table, levels=1, chains=16, draws=4000, thinning=50, seed=3)
    for probability in (0.25, 0.5, 0.75, 0.9):
        error = math.hypot(
            quantile_error(tempered.draws["hidden"], probability),
            quantile_error(plain.draws["hidden"], probability),
        )
        difference = tempered.hidden[probability] - plain.hidden[probability]
        assert abs(difference) < 4 * error


def test_short_chains_on_the_united_kingdom_are_not_believed():
    posterior = sample_latent_classes(read("UKdat_5"), levels=1, warmup=500, draws=300, thinning=2)
    assert not posterior.converged
    notice = next(each for each in posterior.notices if "disagree" in each.message)
    assert "do not use" in notice.in_language("en")
    assert "gebruik deze schatting niet" in notice.in_language("nl")


def test_draws_fit_arviz_and_the_seed_decides_them():
    lengths = {"levels": 3, "chains": 3, "draws": 200, "warmup": 100, "thinning": 1}
    first = sample_latent_classes(read("Korea"), **lengths, seed=5)
    again = sample_latent_classes(read("Korea"), **lengths, seed=5)
    other = sample_latent_classes(read("Korea"), **lengths, seed=6)
    assert set(first.draws) == {"hidden", "population", "concentration", "classes"}
    assert {each.shape for each in first.draws.values()} == {(3, 200)}
    assert (first.draws["hidden"] == again.draws["hidden"]).all()
    assert (first.draws["hidden"] != other.draws["hidden"]).any()
    assert (first.draws["hidden"][0] != first.draws["hidden"][1]).any()
    assert sum(each.probability for each in first.models) == pytest.approx(1)


def test_the_cut_off_holds():
    posterior = sample_latent_classes(
        read("Korea"), largest_hidden=12, levels=4, draws=500, warmup=200, thinning=1
    )
    assert posterior.draws["hidden"].max() == 12


@pytest.mark.parametrize(
    "wrong",
    [
        {"classes": 0},
        {"levels": 0},
        {"shape": 0.0},
        {"rate": -1.0},
        {"largest_hidden": 0},
        {"chains": 1},
        {"thinning": 0},
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(InputError):
        sample_latent_classes(read("Korea"), **wrong)
