"""Partitions of records, drawn fast, held to a slow list of all partitions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import exp, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.link.doubt._kernels.drawing import draw_all
from slachtoffermonitor.link.doubt._kernels.enumerating import log_subsets, log_totals
from slachtoffermonitor.link.doubt._kernels.potential import Ties


def random_ties(seed: int, size: int, *, density: float = 0.7) -> Ties:
    """Make ties between records at random, some apart, some with contradicting birth dates."""
    rng = np.random.default_rng(seed)
    pairs = [
        (one, two)
        for one, two in combinations(range(size), 2)
        if two == one + 1 or rng.random() < density
    ]
    rows: list[list[tuple[int, int]]] = [[] for _ in range(size)]
    for number, (one, two) in enumerate(pairs):
        rows[one].append((two, number))
        rows[two].append((one, number))
    flat = [tie for row in rows for tie in sorted(row)]
    known = rng.random((size, 3)) < 0.7
    known[:, 0] = True
    weight = rng.normal(0, 1.5, (len(pairs), 3))
    weight[:, 0] = rng.normal(-0.5, 0.5, len(pairs))
    return Ties(
        start=np.cumsum([0] + [len(row) for row in rows]).astype(np.int64),
        other=np.array([two for two, _ in flat], dtype=np.int64),
        pair=np.array([number for _, number in flat], dtype=np.int64),
        near_start=np.cumsum([0] + [len(row) for row in rows]).astype(np.int64),
        near_other=np.array([two for two, _ in flat], dtype=np.int64),
        weight=weight,
        apart=rng.random(len(pairs)) < 0.1,
        accepted=rng.random(len(pairs)) < 0.3,
        known=known,
        table=np.where(rng.random(size) < 0.2, 1, -1).astype(np.int64),
        born=rng.integers(-1, 3, (size, 3)).astype(np.int64),
        unmet=np.array([-inf, -1.0, -2.0]),
    )


def slow_potential(ties: Ties, records: tuple[int, ...]) -> float:
    """Weigh a person as the definition says: the heaviest of all trees, feature by feature."""
    met = {}
    for one in records:
        for slot in range(ties.start[one], ties.start[one + 1]):
            met[one, int(ties.other[slot])] = int(ties.pair[slot])
    for one, two in combinations(records, 2):
        pair = met.get((one, two), -1)
        if pair >= 0 and ties.apart[pair]:
            return -inf
        if ties.table[one] >= 0 and ties.table[one] == ties.table[two]:
            return -inf
        if not (pair >= 0 and ties.accepted[pair]) and contradict(ties.born[one], ties.born[two]):
            return -inf
    return sum(heaviest_tree(ties, records, met, feature) for feature in range(3))


def contradict(one: np.ndarray, two: np.ndarray) -> bool:
    if min(one) < 0 or min(two) < 0:
        return False
    if one[0] == two[0] and one[1] == two[2] and one[2] == two[1]:
        return False
    return int((one == two).sum()) < 2


def heaviest_tree(
    ties: Ties, records: tuple[int, ...], met: dict[tuple[int, int], int], feature: int
) -> float:
    told = [record for record in records if ties.known[record, feature]]
    if len(told) < 2:
        return 0.0
    edges = {
        (one, two): ties.weight[met[one, two], feature]
        if (one, two) in met
        else ties.unmet[feature]
        for one, two in combinations(told, 2)
    }
    trees = (
        sum(edges[edge] for edge in chosen)
        for chosen in combinations(edges, len(told) - 1)
        if connects(told, chosen)
    )
    return float(max(trees))


def connects(nodes: list[int], edges: tuple[tuple[int, int], ...]) -> bool:
    reached = {nodes[0]}
    for _ in nodes:
        reached |= {node for edge in edges for node in edge if reached & set(edge)}
    return len(reached) == len(nodes)


def partitions(records: list[int]) -> Iterator[list[tuple[int, ...]]]:
    if not records:
        yield []
        return
    first, rest = records[0], records[1:]
    for size in range(len(rest) + 1):
        for others in combinations(rest, size):
            left = [record for record in rest if record not in others]
            for more in partitions(left):
                yield [(first, *others), *more]


def together(ties: Ties, size: int) -> np.ndarray:
    """Give how often each two records are one person, over all partitions by their weight."""
    weight, counts = 0.0, np.zeros((size, size))
    for partition in partitions(list(range(size))):
        chance = exp(sum(slow_potential(ties, person) for person in partition))
        weight += chance
        for person in partition:
            counts[np.ix_(person, person)] += chance
    return counts / weight


@given(st.integers(0, 10_000), st.integers(2, 5))
@settings(max_examples=40, deadline=None)
def test_persons_are_weighed_as_the_definition_says(seed: int, size: int) -> None:
    ties = random_ties(seed, size)
    fast = log_subsets(ties, np.arange(size))
    for subset in range(1, 1 << size):
        records = tuple(place for place in range(size) if subset >> place & 1)
        slow = slow_potential(ties, records) if len(records) > 1 else 0.0
        assert fast[subset] == pytest.approx(slow, abs=1e-12)
    total = sum(
        exp(sum(slow_potential(ties, person) for person in partition))
        for partition in partitions(list(range(size)))
    )
    assert log_totals(fast)[-1] == pytest.approx(np.log(total), abs=1e-10)


def frequencies(ties: Ties, size: int, *, exact: int, draws: int) -> np.ndarray:
    rng = np.random.default_rng(5)
    label, records = np.arange(size), np.arange(size)
    counts = np.zeros((size, size))
    for _ in range(draws):
        draw_all(ties, np.array([0, size]), records, records, label, exact, 2, rng)
        counts += label[:, None] == label[None, :]
    return counts / draws


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_exact_draws_come_as_often_as_they_weigh(seed: int) -> None:
    ties = random_ties(seed, 5)
    drawn = frequencies(ties, 5, exact=8, draws=5000)
    assert np.abs(drawn - together(ties, 5)).max() < 0.03


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_walk_goes_where_the_weight_is(seed: int) -> None:
    ties = random_ties(seed, 5)
    walked = frequencies(ties, 5, exact=0, draws=3000)
    assert np.abs(walked - together(ties, 5)).max() < 0.05


def test_the_walk_and_the_exact_draws_agree_where_no_list_of_partitions_can_be_made() -> None:
    ties = random_ties(11, 8, density=0.3)
    walked = frequencies(ties, 8, exact=0, draws=2000)
    drawn = frequencies(ties, 8, exact=8, draws=2000)
    assert np.abs(walked - drawn).max() < 0.07
