"""Covariates that are missing for some persons or never kept by a list."""

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm

from slachtoffermonitor.estimate import CaptureTable
from slachtoffermonitor.estimate.groups import estimate_by_group
from slachtoffermonitor.ground import InputError


def table_of(rows, strata, lists=("A", "B")):
    frame = pl.DataFrame(rows, schema=[*lists, *strata, "count"], orient="row")
    return CaptureTable.from_counts(frame, strata=list(strata))


# List B never keeps the sex: thirty persons on B alone may be of either.
NEVER_KEPT = [
    (1, 0, "M", 40),
    (1, 0, "V", 60),
    (1, 1, "M", 10),
    (1, 1, "V", 5),
    (0, 1, "ONB", 30),
]


def test_a_list_that_never_keeps_the_covariate_by_hand():
    # With B depending on sex and A not: A alone finds a·H, both a·b·H, B alone Σ b·H. So
    # b = (10/40, 5/60), a = Σ both / 30 = 0.5, H = A alone / a = (80, 120).
    table = table_of(NEVER_KEPT, ["sex"])
    found = estimate_by_group(table, ["sex"], select="fixed", terms=["B:sex"])
    np.testing.assert_allclose(found.groups["hidden"], [80.0, 120.0], rtol=1e-8)
    # Of the thirty, b·H = 20 are men and 10 women.
    np.testing.assert_allclose(found.groups["observed"], [70.0, 75.0], rtol=1e-8)
    assert found.observed == 145
    assert found.groups["observed"].sum() == pytest.approx(145.0, rel=1e-12)
    assert any("missing" in notice.in_language("en") for notice in found.notices)
    assert any("ontbreekt" in notice.in_language("nl") for notice in found.notices)


def test_what_a_list_never_keeps_cannot_tell_how_it_depends_on_it():
    # With A depending on sex too there are more parameters than what was recorded can fix.
    table = table_of(NEVER_KEPT, ["sex"])
    with pytest.raises(InputError, match="not fixed by the persons seen"):
        estimate_by_group(table, ["sex"], select="fixed", terms=["A:sex", "B:sex"])


def test_unknown_levels_are_missing_only_when_named_so():
    table = table_of(NEVER_KEPT, ["sex"])
    apart = estimate_by_group(table, ["sex"], select="fixed", unknown=[])
    assert apart.groups["sex"].to_list() == ["M", "ONB", "V"]


def slow_em(counts, partial, designs, steps=6000):
    """Divide who has no known sex over the sexes in turn with refitting, very many times."""
    observed, hidden = designs
    means = np.full(counts.shape, counts.mean() + 1.0)
    for _ in range(steps):
        shares = means / means.sum(axis=1, keepdims=True)
        completed = counts + partial[:, None] * shares
        fit = sm.GLM(completed.ravel(), observed, family=sm.families.Poisson()).fit(
            tol=1e-12, start_params=None
        )
        fresh = fit.fittedvalues.reshape(counts.shape)
        if np.abs(fresh - means).max() < 1e-10 * means.max():
            break
        means = fresh
    return np.exp(hidden @ fit.params), completed


def test_equals_a_slow_expectation_maximisation():
    rng = np.random.default_rng(5)
    counts = rng.poisson([[40, 90], [60, 30], [8, 14], [50, 50], [9, 10], [8, 5], [3, 2]])
    partial = np.array([20, 60, 5, 0, 3, 0, 2])
    rows = []
    for history in range(1, 8):
        bits = [history >> i & 1 for i in range(3)]
        rows += [(*bits, sex, int(counts[history - 1, k])) for k, sex in enumerate("MV")]
        rows.append((*bits, "ONB", int(partial[history - 1])))
    table = table_of(rows, ["sex"], lists=("A", "B", "C"))
    found = estimate_by_group(table, ["sex"], select="fixed", terms=["A:sex", "B:sex", "A:C"])

    def row(history, sex):
        a, b, c = (history >> i & 1 for i in range(3))
        return [1, a, b, c, sex, a * sex, b * sex, a * c]

    observed = np.array([row(h, s) for h in range(1, 8) for s in (0, 1)], dtype=float)
    hidden = np.array([row(0, s) for s in (0, 1)], dtype=float)
    expected, completed = slow_em(counts.astype(float), partial, (observed, hidden))
    np.testing.assert_allclose(found.groups["hidden"], expected, rtol=1e-6)
    np.testing.assert_allclose(found.groups["observed"], completed.sum(axis=0), rtol=1e-6)


def two_covariates(seed, hide=0.0):
    rng = np.random.default_rng(seed)
    persons = 6000
    sex, year = rng.integers(0, 2, persons), rng.integers(0, 3, persons)
    on = rng.random((persons, 3)) < 0.2 + 0.15 * np.outer(sex, [1, 0, 1])
    names = np.array(["M", "V"])[sex].astype(object)
    names[rng.random(persons) < hide] = "ONB"
    years = year.astype(str).astype(object)
    years[rng.random(persons) < hide / 2] = "ONB"
    frame = pl.DataFrame(
        {"A": on[:, 0], "B": on[:, 1], "C": on[:, 2]}
        | {"sex": names.tolist(), "year": years.tolist()}
    ).filter(pl.any_horizontal("A", "B", "C"))
    counts = frame.group_by(frame.columns).agg(count=pl.len()).sort(frame.columns)
    counts = counts.with_columns(pl.col("A", "B", "C").cast(pl.Int64))
    return CaptureTable.from_counts(counts, strata=["sex", "year"])


def test_complete_persons_are_as_they_are_whatever_means_unknown():
    table = two_covariates(1)
    one = estimate_by_group(table, ["sex", "year"], unknown=["ONB"])
    two = estimate_by_group(table, ["sex", "year"], unknown=[])
    assert one.estimate == two.estimate
    assert one.groups.equals(two.groups)


def test_missing_at_random_moves_the_estimate_little_and_widens_the_groups():
    whole = estimate_by_group(two_covariates(2), ["sex"], covariates=["sex", "year"])
    part = estimate_by_group(two_covariates(2, hide=0.3), ["sex"], covariates=["sex", "year"])
    np.testing.assert_allclose(part.groups["estimate"], whole.groups["estimate"], rtol=0.05)
    assert part.observed == whole.observed
    assert part.groups["estimate"].sum() == pytest.approx(part.estimate, rel=1e-12)
    width = [frame["high"][0] - frame["low"][0] for frame in (part.groups, whole.groups)]
    assert width[0] > width[1]


def test_replicates_with_missing_covariates_add_up():
    for resampling in ("multinomial", "parametric"):
        found = estimate_by_group(
            two_covariates(3, hide=0.2),
            ["sex"],
            covariates=["sex", "year"],
            select="fixed",
            terms=["A:sex", "C:sex"],
            bootstrap=40,
            resampling=resampling,
            seed=4,
        )
        total = found.spread.seen_replicates.sum(axis=1)
        np.testing.assert_allclose(total, found.observed, rtol=1e-9)
        assert found.low < found.estimate < found.high
        delta = estimate_by_group(
            two_covariates(3, hide=0.2),
            ["sex"],
            covariates=["sex", "year"],
            select="fixed",
            terms=["A:sex", "C:sex"],
        )
        ratio = (found.high - found.low) / (delta.high - delta.low)
        assert 0.55 < ratio < 1.6


def test_nobody_with_a_known_level_is_refused():
    table = table_of([(1, 0, "ONB", 4), (0, 1, "ONB", 3), (1, 1, "ONB", 2)], ["sex"])
    with pytest.raises(InputError, match="known value"):
        estimate_by_group(table, ["sex"])
