"""Each attack, with and without hardening: what is found, what is not, and what that costs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.link import TokenParameters, link_reports, new_key
from slachtoffermonitor.link.private.attacks import (
    HARDENINGS,
    AttackOutcome,
    attack_table,
    dictionary_attack,
    frequency_attack,
    pattern_attack,
)

PLAIN = TokenParameters(epsilon=None)
BALANCED = TokenParameters(epsilon=None, balanced=True)
SALTED = TokenParameters(epsilon=None, salt="sex")
FLIPPED = TokenParameters()


@pytest.fixture(scope="module")
def tokens(nation):
    return {each: nation.tokens(each) for each in (PLAIN, BALANCED, SALTED, FLIPPED)}


@pytest.mark.parametrize("hardening", [PLAIN, BALANCED, SALTED, FLIPPED])
def test_who_holds_the_key_finds_the_names_in_the_dictionary_whatever_hardening(
    nation, tokens, hardening
):
    """The key is what protects: no hardening helps against who holds it."""
    found = dictionary_attack(
        tokens[hardening], nation.clear, nation.population, key=nation.key, field="given"
    )
    assert found.rate > 0.7


@pytest.mark.parametrize("hardening", [PLAIN, FLIPPED])
def test_who_has_no_key_finds_no_more_than_by_naming_the_most_frequent_name(
    nation, tokens, hardening
):
    found = dictionary_attack(
        tokens[hardening], nation.clear, nation.population, key=new_key(), field="given"
    )
    assert found.rate <= found.chance + 0.01


@pytest.fixture(scope="module")
def attacked(nation, tokens):
    """Let an attacker who knows all names, but not whose they are, look for given names."""

    @cache
    def run(attack: Callable[..., AttackOutcome], hardening: TokenParameters) -> AttackOutcome:
        return attack(tokens[hardening], nation.clear, nation.clear, field="given")

    return run


def test_the_frequency_attack_finds_names_and_flipped_bits_do_not_stop_it(attacked):
    """What the documentation says plainly: equal names stay equal."""
    plain = attacked(frequency_attack, PLAIN)
    assert plain.rate > 3 * plain.chance
    for hardening in (BALANCED, FLIPPED):
        assert attacked(frequency_attack, hardening).rate == plain.rate


def test_pattern_mining_finds_names_without_hardening_and_few_with_flipped_bits(attacked):
    plain = attacked(pattern_attack, PLAIN)
    flipped = attacked(pattern_attack, FLIPPED)
    assert plain.rate > 5 * plain.chance
    assert flipped.rate < plain.rate / 4
    assert flipped.rate <= flipped.chance + 0.05


@pytest.mark.slow
def test_balanced_filters_do_not_stop_pattern_mining_and_a_salt_does_in_part(attacked):
    plain = attacked(pattern_attack, PLAIN)
    assert attacked(pattern_attack, BALANCED).rate > plain.rate / 2
    assert attacked(pattern_attack, SALTED).rate < plain.rate


def test_an_attacker_who_knows_only_the_register_finds_less(nation, tokens, attacked):
    for attack in (frequency_attack, pattern_attack):
        known = attack(tokens[PLAIN], nation.clear, nation.population, field="given")
        assert known.rate < attacked(attack, PLAIN).rate


def test_hardening_by_default_costs_little(nation, tokens):
    f1 = {
        each: nation.f1(link_reports(tokens[each], private=True, seed=1).reports)
        for each in (PLAIN, FLIPPED)
    }
    assert f1[PLAIN] > 0.94
    assert f1[FLIPPED] > f1[PLAIN] - 0.02


@pytest.mark.slow
def test_the_table_holds_every_attack_on_every_hardening():
    table = attack_table(seed=3, persons=1_000, hardenings={"none": PLAIN, "flipped": FLIPPED})
    assert list(table["hardenings"]) == ["none", "flipped"]
    assert set(HARDENINGS) >= set(table["hardenings"])
    for found in table["hardenings"].values():
        rows = {(row["attack"], row["attacker"], row["field"]) for row in found["attacks"]}
        assert len(rows) == len(found["attacks"]) == 12
        assert all(0 <= row["rate"] <= 1 for row in found["attacks"])
        assert 0 < found["f1"] <= 1
    assert table["hardenings"]["none"]["f1_cost"] == 0


def test_an_attack_on_a_field_without_tokens_is_refused(nation, tokens):
    with pytest.raises(InputError):
        frequency_attack(tokens[PLAIN], nation.clear, nation.clear, field="religion")
