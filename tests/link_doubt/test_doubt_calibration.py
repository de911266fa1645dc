"""Probabilities that mean what they say, and matches that met in no block."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.link import Linkage, clerical_sample, link_reports
from slachtoffermonitor.link.engine import Compared, learn
from slachtoffermonitor.link.model import Comparison, Level, ModelDesign
from slachtoffermonitor.simulate.lists import ListedPersons, simulate_lists

SHARES = {"POL": 0.4, "ZC": 0.4, "OPVANG": 0.35, "KMAR": 0.3}
# How often one person, and two strangers, agree.
AGREEMENT = {
    "name": (0.80, 0.004),
    "born": (0.75, 0.0005),
    "place": (0.75, 0.05),
    "sex": (0.97, 0.5),
}
RECORDS, MATCHES = 500, 300


def yes_or_no(name: str, m: float, u: float) -> Comparison:
    return Comparison(
        name=name,
        uses=(name,),
        missing="false",
        levels=(Level("same", "true", m, u), Level("different", "ELSE", 1 - m, 1 - u)),
    )


@pytest.fixture(scope="module")
def pairs() -> pl.DataFrame:
    """Give all pairs of a small register, of which few are one person, with the truth."""
    rng = np.random.default_rng(4)
    left, right = np.triu_indices(RECORDS, 1)
    one = np.zeros(left.size, dtype=bool)
    one[rng.choice(left.size, MATCHES, replace=False)] = True
    levels = {
        name: (rng.random(left.size) < np.where(one, m, u)).astype(np.int8)
        for name, (m, u) in AGREEMENT.items()
    }
    return pl.DataFrame({"left": left, "right": right, **levels, "one": one})


def test_chance_is_learned_from_strangers_though_most_who_agree_are_one_person(
    pairs: pl.DataFrame,
) -> None:
    started = {name: (m, 3 * u if u < 0.1 else u) for name, (m, u) in AGREEMENT.items()}
    design = ModelDesign(
        name="four",
        comparisons=tuple(yes_or_no(name, m, u) for name, (m, u) in started.items()),
        blocking_rules=(),
    )
    compared = Compared(
        pairs=pairs, random_pairs=pairs, left_records=RECORDS, right_records=RECORDS, within=True
    )
    same_date = pairs.filter(born=1)
    assert same_date["one"].mean() > 0.7  # type: ignore[operator]
    found = learn(compared, design)
    for name, (m, u) in AGREEMENT.items():
        assert found.model.u[name][0, 1] == pytest.approx(u, rel=0.35)
        assert found.model.m[name][1] == pytest.approx(m, abs=0.06)
    assert found.matches == pytest.approx(MATCHES, rel=0.08)
    judged = pairs.select("one", sure=pl.Series(found.probability))
    for low, high in ((0.0, 0.05), (0.05, 0.5), (0.5, 0.95), (0.95, 1.0)):
        band = judged.filter(pl.col("sure").is_between(low, high))
        slack = 3 * float((band["sure"] * (1 - band["sure"])).sum()) ** 0.5 + 0.06 * MATCHES
        assert band["one"].sum() == pytest.approx(band["sure"].sum(), abs=slack)


@pytest.fixture(scope="module")
def nation() -> ListedPersons:
    return simulate_lists(seed=3, persons=250, shares=SHARES, errors=5)


@pytest.fixture(scope="module")
def linkage(nation: ListedPersons) -> Linkage:
    return link_reports(nation.notifications)


def test_matches_that_met_in_no_block_are_counted_and_drawn_but_never_joined(
    nation: ListedPersons, linkage: Linkage
) -> None:
    evidence = linkage.evidence
    unmet = evidence.unmet_pairs
    assert unmet.height > 50
    assert unmet.join(evidence.pairs, on=["left", "right"], how="semi").is_empty()
    assert evidence.unmet_matches >= unmet["match_probability"].sum() > 0
    person = (
        evidence.reports.select("notification_id")
        .join(nation.truth, on="notification_id", how="left", maintain_order="left")["person_id"]
        .to_numpy()
    )
    left, right = unmet["left"].to_numpy(), unmet["right"].to_numpy()
    true = int((person[left] == person[right]).sum())
    assert true > 0
    assert evidence.unmet_matches == pytest.approx(true, abs=3 * true**0.5 + 3)
    drawn = np.array(
        [
            draw.reports["person_id"].to_numpy()
            for draw in linkage.impute(10, np.random.default_rng(1))
        ]
    )
    assert (drawn[:, left] == drawn[:, right]).any()


def test_recall_counts_the_matches_that_met_in_no_block(linkage: Linkage) -> None:
    model = linkage.quality(imputations=0)
    assert model.unmet == linkage.evidence.unmet_matches
    assert model.recall is not None and model.precision is not None
    hits = model.precision * model.joined
    assert model.recall == pytest.approx(hits / (model.expected + model.unmet))
    sample = clerical_sample(linkage, 60, np.random.default_rng(2)).with_columns(
        same_person=pl.col("match_probability") > 0.5
    )
    by_sample = linkage.quality(sample, rng=np.random.default_rng(3))
    assert by_sample.recall is not None
    assert by_sample.intervals["recall"][0] < by_sample.recall < 1
    assert by_sample.to_dict()["unmet"] == model.unmet
