"""What must hold of every question, drawn at random."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from slachtoffermonitor.service.basis import (
    SUSPECTS,
    Policy,
    Situation,
    content_rank,
    current_rules,
    may_report,
)
from slachtoffermonitor.vocabulary import code_list

FIRST = current_rules().rule_sets[0].valid_from
KNOWN_AGES = ("L00_15", "L16_17", "L18_PLUS")


def codes(name):
    return st.sampled_from(list(code_list(name)))


situations = st.builds(
    Situation,
    reporter=codes("reporters"),
    purpose=codes("purposes"),
    age=codes("age_bands_consent"),
    consent=codes("consent_forms"),
    suspects=st.frozensets(st.sampled_from(SUSPECTS)),
    officer_decided=st.booleans(),
)
policies = st.builds(Policy, minors=codes("minor_consent"), contested_ground=st.booleans())
days = st.dates(min_value=FIRST, max_value=date(2100, 1, 1))


def rank(situation, policy, on):
    return content_rank(may_report(situation, on=on, policy=policy).may_send)


@given(situations, policies, days)
def test_nothing_about_a_person_without_a_basis(situation, policy, on):
    verdict = may_report(situation, on=on, policy=policy)
    assert (verdict.basis == "GEEN") == (verdict.may_send == "TELLING")
    assert (verdict.light == "red") == (verdict.may_send == "TELLING")
    assert verdict.allows("TELLING")
    assert verdict.allows("VOLLEDIG") == (verdict.may_send == "VOLLEDIG")
    assert bool(verdict.article) == (verdict.basis != "GEEN")
    assert verdict.sources


@given(situations, policies, days, codes("consent_forms"))
def test_consent_never_gives_less_than_none(situation, policy, on, consent):
    without = replace(situation, consent="GEEN")
    if consent != "INGETROKKEN":
        given_now = replace(situation, consent=consent)
        assert rank(given_now, policy, on) >= rank(without, policy, on)


@given(situations, policies, days)
def test_what_is_withdrawn_gives_no_more_than_what_was_never_given(situation, policy, on):
    withdrawn = replace(situation, consent="INGETROKKEN")
    assert rank(withdrawn, policy, on) <= rank(replace(situation, consent="GEEN"), policy, on)


@given(situations, policies, days)
def test_a_suspect_is_never_asked_and_never_consents(situation, policy, on):
    verdict = may_report(situation, on=on, policy=policy)
    assert not set(verdict.ask) & situation.suspects
    taken_from = {"TOEST_OUDER": "OUDER", "TOEST_VOOGD": "VOOGD"}.get(verdict.basis)
    assert taken_from not in situation.suspects
    assert rank(situation, policy, on) <= rank(replace(situation, suspects=frozenset()), policy, on)


@given(situations, policies, days)
def test_a_suspected_giver_leaves_a_way_by_guardian_or_officer(situation, policy, on):
    suspected = replace(
        situation, purpose="REGISTER", suspects=frozenset({"OUDER"}), officer_decided=False
    )
    verdict = may_report(suspected, on=on, policy=policy)
    if verdict.may_send == "TELLING" and suspected.age == "L00_15":
        assert verdict.ask == ("VOOGD",)
        assert verdict.officer_may_decide


@given(situations, policies, days)
def test_an_unknown_age_gives_no_more_than_any_age(situation, policy, on):
    unknown = rank(replace(situation, age="ONB"), policy, on)
    assert all(unknown <= rank(replace(situation, age=age), policy, on) for age in KNOWN_AGES)


@given(situations, policies, days)
def test_who_is_asked_can_give_what_is_missing(situation, policy, on):
    verdict = may_report(situation, on=on, policy=policy)
    for giver in verdict.ask:
        after = may_report(replace(situation, consent=giver), on=on, policy=policy)
        assert after.light == "green"
        assert content_rank(after.may_send) > content_rank(verdict.may_send)


@given(situations, policies, days)
def test_the_jurists_choices_and_the_officer_only_add(situation, policy, on):
    strict = replace(policy, contested_ground=False)
    assert rank(situation, strict, on) <= rank(situation, policy, on)
    without = replace(situation, officer_decided=False)
    assert rank(without, policy, on) <= rank(situation, policy, on)


@given(situations, policies, days)
def test_statistics_never_need_a_name(situation, policy, on):
    counted = may_report(replace(situation, purpose="STATISTIEK"), on=on, policy=policy)
    assert not counted.allows("VOLLEDIG")
    assert counted.basis != "VITAAL"


@given(days)
def test_every_day_has_one_rule_set(on):
    assert sum(found.holds(on) for found in current_rules().rule_sets) == 1
