"""Rules in words, their dates and sources, and files of rules that are refused."""

from datetime import date, timedelta
from importlib.resources import files

import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.basis import (
    Policy,
    Situation,
    current_rules,
    may_report,
    read_rules,
    suspects_of,
    withdrawal_effect,
)
from slachtoffermonitor.vocabulary import code_list

NOW = date(2026, 9, 1)
RULES = files("slachtoffermonitor.service.basis").joinpath("data", "rules.toml").read_text("utf-8")


def ask(reporter="JEUGD", *, on=NOW, policy=None, **asked):
    suspects = frozenset(asked.pop("suspects", ()))
    return may_report(
        Situation(reporter=reporter, suspects=suspects, **asked), on=on, policy=policy
    )


def test_police_register_without_consent_and_by_their_own_law():
    verdict = ask("POL")
    assert (verdict.basis, verdict.may_send, verdict.light) == ("WPG", "VOLLEDIG", "green")
    assert "Wpg" in verdict.article
    assert verdict.ask == verdict.needs == ()
    assert ask("NLA").basis == "BPBOD"


def test_police_need_consent_for_help_and_are_told_that_they_may_register():
    verdict = ask("POL", purpose="ZORG", age="L18_PLUS")
    assert verdict.may_send == "TELLING"
    assert verdict.instead == "REGISTER"
    assert verdict.ask == ("ZELF",)
    assert ask("POL", purpose="ZORG", age="L18_PLUS", consent="ZELF").may_send == "VOLLEDIG"
    assert ask("JEUGD", purpose="ZORG", age="L18_PLUS").instead is None


def test_the_jurist_chooses_who_consents_for_a_girl_of_16():
    alone, represented = Policy(minors="TOT_16"), Policy(minors="TOT_18")
    assert ask(age="L16_17", consent="ZELF", policy=alone).basis == "TOEST_ZELF"
    assert ask(age="L16_17", consent="ZELF", policy=represented).basis == "GEEN"
    assert ask(age="L16_17", consent="OUDER", policy=represented).basis == "TOEST_OUDER"
    assert ask(age="L16_17", consent="OUDER", policy=alone).rule == "victim-decides"
    assert ask(age="L16_17", policy=represented).ask == ("OUDER", "VOOGD")


def test_a_parent_who_may_be_the_offender_is_not_asked():
    verdict = ask(age="L00_15", consent="OUDER", suspects=["OUDER"])
    assert verdict.rule == "suspected-giver"
    assert verdict.ask == ("VOOGD",)
    assert verdict.needs == ("CONSENT", "OFFICER")
    assert ask(age="L00_15", consent="VOOGD", suspects=["OUDER"]).basis == "TOEST_VOOGD"
    nobody = ask(age="L00_15", consent="VOOGD", suspects=["OUDER", "VOOGD"])
    assert nobody.ask == ()
    assert nobody.officer_may_decide
    decided = ask(age="L00_15", suspects=["OUDER", "VOOGD"], officer_decided=True)
    assert (decided.basis, decided.light) == ("VITAAL", "amber")


def test_the_relation_of_the_recruiter_says_who_is_suspect():
    assert suspects_of("OUDER") == {"OUDER"}
    assert suspects_of("PARTNER") == suspects_of(None) == frozenset()


def test_an_adult_who_says_no_is_not_overruled_by_an_officer():
    refused = ask(age="L18_PLUS", consent="INGETROKKEN", officer_decided=True)
    assert refused.may_send == "TELLING"
    assert not refused.officer_may_decide
    assert ask(age="L00_15", consent="INGETROKKEN", officer_decided=True).basis == "VITAAL"


def test_legitimate_interest_is_off_unless_turned_on_and_gives_no_name():
    on = Policy(contested_ground=True)
    assert ask(age="L18_PLUS").basis == "GEEN"
    verdict = ask(age="L18_PLUS", policy=on)
    assert (verdict.basis, verdict.may_send) == ("GERECHTV", "PSEUDONIEM")
    assert ask(age="L18_PLUS", policy=on, on=date(2019, 9, 30)).basis == "GEEN"
    assert ask(age="L18_PLUS", policy=on, on=date(2019, 10, 1)).basis == "GERECHTV"


def test_oral_consent_counted_until_the_day_of_the_avg():
    assert ask(age="L18_PLUS", consent="MONDELING", on=date(2018, 5, 24)).basis == "TOEST_ZELF"
    after = ask(age="L18_PLUS", consent="MONDELING", on=date(2018, 5, 25))
    assert (after.basis, after.needs) == ("GEEN", ("WRITTEN",))
    before = ask(age="L18_PLUS", consent="ZELF", on=date(2018, 5, 24))
    assert before.article.startswith("Wbp")


def test_days_before_the_rules_begin_are_refused():
    first = current_rules().rule_sets[0].valid_from
    assert ask("POL", on=first).basis == "WPG"
    with pytest.raises(InputError, match="no rules are known"):
        ask("POL", on=first - timedelta(days=1))


def test_the_rules_know_the_four_dates_and_what_was_not_read():
    rules = current_rules()
    starts = [found.valid_from for found in rules.rule_sets]
    assert starts == [date(2014, 1, 1), date(2018, 5, 25), date(2019, 10, 1), date(2026, 7, 15)]
    assert {fact.on for fact in rules.facts} == set(starts)
    read = {source.id for source in rules.sources.values() if source.reading == "read"}
    assert {"comensha_2018", "ecpat_2021"} <= read
    assert not {"avg", "uavg", "wpg", "wbp", "directive_19a"} & read


@pytest.mark.parametrize(
    ("basis", "leaves"),
    [
        ("TOEST_ZELF", "TELLING"),
        ("TOEST_OUDER", "TELLING"),
        ("TOEST_VOOGD", "TELLING"),
        ("GERECHTV", "TELLING"),
        ("GEEN", "TELLING"),
        ("WPG", "VOLLEDIG"),
        ("BPBOD", "VOLLEDIG"),
        ("VITAAL", "VOLLEDIG"),
    ],
)
def test_what_a_withdrawal_leaves(basis, leaves):
    effect = withdrawal_effect(basis)
    assert effect.leaves == leaves
    assert effect.text["nl"]
    assert effect.text["en"]


def test_codes_that_do_not_exist_are_refused_together():
    with pytest.raises(InputError) as refused:
        Situation(reporter="FBI", purpose="X", age="42", consent="JA")
    assert [p.column for p in refused.value.problems] == ["reporter", "purpose", "age", "consent"]
    with pytest.raises(InputError, match="consents for somebody else"):
        Situation(reporter="POL", suspects=frozenset({"ZELF"}))
    with pytest.raises(InputError, match="TOT_16, TOT_18"):
        Policy(minors="TOT_12")
    with pytest.raises(InputError, match="no such legal basis"):
        withdrawal_effect("AVG")


CHANGES = {
    "days have no rules": ("valid_to = 2018-05-24", "valid_to = 2018-05-23"),
    "overlap": ("valid_to = 2018-05-24", "valid_to = 2018-05-25"),
    "has no end": ("valid_to = 2019-09-30\n", ""),
    "ends before it begins": ("valid_to = 2019-09-30", "valid_to = 2018-01-01"),
    "is not a date": ("valid_from = 2018-05-25", 'valid_from = "2018-05-25"'),
    "more than a count without a basis": (
        'basis = "WPG", may_send = "VOLLEDIG"',
        'basis = "GEEN", may_send = "VOLLEDIG"',
    ),
    "the light is red where": (
        'basis = "WPG", may_send = "VOLLEDIG", light = "green"',
        'basis = "WPG", may_send = "VOLLEDIG", light = "red"',
    ),
    "may be a suspect": (
        'when = { consents = ["OUDER"], giver_is_asked = true, giver_suspected = false }',
        'when = { consents = ["OUDER"], giver_is_asked = true }',
    ),
    "not a code of the list 'reporters'": ('reporters = ["NLA"]', 'reporters = ["SZW"]'),
    "not a code of the list 'legal_bases'": ('basis = "WPG"', 'basis = "WET"'),
    "an unknown source": ('sources = ["wbp"]', 'sources = ["wbp", "heard"]'),
    "neither read nor cited": ('reading = "read"', 'reading = "skimmed"'),
    "no such condition": ("officer_decided = true", "officer_hopes = true"),
    "unknown need": ('needs = ["WEIGHING"]', 'needs = ["LUCK"]'),
    "unknown rule set": ('rule_sets = ["2014"]', 'rule_sets = ["2013"]'),
    "the last row has a condition": (
        'sources = ["comensha_2018", "ecpat_2021"]\n',
        'sources = ["comensha_2018"]\nwhen = { consents = ["GEEN"] }\n',
    ),
    "no row under it": ("when = { giver_suspected = true }\n", ""),
    "stands there twice": ('id = "oral-consent"', 'id = "withdrawn"'),
    "lacks 'nl'": ('nl = "de toestemming op papier"\n', ""),
    "not one line for each age": ('L16_17 = ["ZELF"]\n', ""),
    "unknown giver": ('L16_17 = ["ZELF"]', 'L16_17 = ["BUUR"]'),
    "each legal basis exactly once": ('bases = ["WPG", "BPBOD"]', 'bases = ["WPG"]'),
    "lacks 'version'": ('version = "2026.1"', ""),
    "has an unknown key": ('id = "police"', 'id = "police"\nodd = 1'),
    "does not say what it decides": (', light = "amber", needs', ", needs"),
    "not valid TOML": ("[[rows]]", "[[rows"),
}


@pytest.mark.parametrize("said", CHANGES)
def test_a_faulty_file_of_rules_is_refused(said):
    before, after = CHANGES[said]
    assert before in RULES
    with pytest.raises(InputError) as refused:
        read_rules(RULES.replace(before, after, 1))
    assert said in str(refused.value)


def test_every_sentence_of_the_rules_is_in_both_languages_and_differs():
    rules = current_rules()
    texts = [row.reason for row in rules.rows] + [fact.text for fact in rules.facts]
    texts += list(rules.needs.values()) + [effect.text for effect in rules.withdrawals]
    for text in texts:
        assert text["nl"].strip() != text["en"].strip()
    assert set(rules.purposes) == set(code_list("purposes"))
