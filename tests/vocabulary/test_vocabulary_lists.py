"""Every code of every list keeps its promises: words, parents, dates and mappings."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slachtoffermonitor.ground import LANGUAGES, InputError
from slachtoffermonitor.vocabulary import (
    Code,
    code_list,
    code_list_names,
    mapping_target,
    mapping_target_names,
)

CONTRACT = {
    "forms": "BSU GSU SEK_ONB ARB CRIM BEDEL DIENST ORGAAN DRAAGM HUWELIJK ADOPTIE ONB",
    "routes": "BINNENLAND GRENS ONB",
    "reporter_classes": "OPSPORING MAG_MELDEN ZELF",
    "reporters": "POL KMAR NLA ZC OPVANG FAIRWORK JEUGD NIDOS IND COA SHN ADV OVERIG ZELF",
    "legal_bases": "WPG BPBOD TOEST_ZELF TOEST_OUDER TOEST_VOOGD GERECHTV VITAAL GEEN",
    "purposes": "REGISTER ZORG STATISTIEK",
    "sexes": "V M X ONB",
    "age_bands": "L00_17 L18_22 L23_PLUS ONB",
    "age_bands_at_exploitation": "L00_17 L18_22 L23_PLUS ONB",
    "age_bands_chat": "L00_14 L15 L16_17 L18_22 L23_PLUS ONB",
    "age_bands_ctdc": "C00_08 C09_17 C18_20 C21_23 C24_26 C27_29 C30_38 C39_47 C48_PLUS ONB",
    "citizenship_groups": "NL EU NIET_EU ONB",
    "residence": "NEDERLANDER EU_RECHT BEDENKTIJD B8_3 DUBLIN ASIEL ANDERS GEEN ONB",
    "recruiter_relations": "PARTNER OUDER FAMILIE VRIEND BEKENDE WERKGEVER ONBEKENDE ONB",
    "platforms": "INSTAGRAM SNAPCHAT TIKTOK FACEBOOK WHATSAPP TELEGRAM DATING SEKSADVERTENTIE "
    "VACATURE GAME ANDERS GEEN ONB",
    "duration_bands": "D00_02 D03_12 D13_24 D25_59 D60_PLUS ONB",
    "care_types": "OPVANG AMBULANT BEGELEID_WONEN PSYCHISCH MEDISCH JURIDISCH DAGBESTEDING",
    "chat_outcomes": "ADVIES DOORVERWEZEN WARME_OVERDRACHT MELDING AFGEBROKEN TERUGKEER",
    "event_roles": "SLACHTOFFER VERDACHTE",
    "event_kinds": "MENSENHANDEL ZEDEN GEWELD BEDREIGING VERMOGEN OVERIG",
    "exit_reasons": "OVERLEDEN EMIGRATIE ONBEKEND",
    "shocks": "AVG_2018 DUBLIN_2019 B8_DUBLIN_2019 CORONA_2020 WET_2026",
}
NEW_FORMS = {"DRAAGM", "HUWELIJK", "ADOPTIE"}


def every_code() -> Iterator[tuple[str, Code]]:
    for name in code_list_names():
        for code in code_list(name).values():
            yield name, code


@pytest.mark.parametrize("name", CONTRACT)
def test_code_values_are_a_contract(name: str) -> None:
    assert list(code_list(name)) == CONTRACT[name].split()


def test_every_list_has_its_words() -> None:
    for name in code_list_names():
        codes = code_list(name)
        assert codes.name == name
        assert codes.version
        assert codes.source
        assert all(codes.title[language] for language in LANGUAGES)
        assert len(codes) == len(codes.codes()) > 0


def test_every_code_has_label_and_definition_in_both_languages() -> None:
    for name, code in every_code():
        for language in LANGUAGES:
            assert code.label[language].strip() == code.label[language] != "", (name, code.code)
            definition = code.definition[language]
            assert definition.endswith((".", "?")), (name, code.code, language)
            assert len(definition.split()) >= 3, (name, code.code, language)


def test_no_two_codes_of_a_list_have_the_same_label() -> None:
    for name in code_list_names():
        for language in LANGUAGES:
            labels = [code.label[language] for code in code_list(name).values()]
            assert len(labels) == len(set(labels)), (name, language)


def test_definitions_of_the_two_languages_differ() -> None:
    same = [(n, c.code) for n, c in every_code() if c.definition["nl"] == c.definition["en"]]
    assert same == []


def test_every_parent_exists() -> None:
    with_parents = 0
    for name, code in every_code():
        if code.parent is not None:
            assert code.parent in code_list(code_list(name).parent_list), (name, code.code)
            with_parents += 1
    assert with_parents >= len(code_list("reporters"))


def test_every_mapping_lands_on_an_existing_target_code() -> None:
    mapped = 0
    for name, code in every_code():
        for target, codes in code.mappings.items():
            assert target in mapping_target_names(), (name, code.code)
            assert codes, (name, code.code, target)
            assert set(codes) <= set(mapping_target(target).codes), (name, code.code, target)
            mapped += len(codes)
    assert mapped > 100


def test_every_form_but_the_unknown_one_can_be_exchanged() -> None:
    forms = code_list("forms")
    for code in set(forms) - {"ONB"}:
        for target in ("htcds_2_0", "ctdc", "eurostat"):
            assert forms.mapped(code, target), (code, target)
    assert forms.mapped("ONB", "htcds_2_0") == ()


def test_loss_of_criminal_exploitation_is_written_down() -> None:
    forms = code_list("forms")
    assert "vic_TypeOfExploitation:Other" in forms.mapped("CRIM", "htcds_2_0")
    assert forms.mapped("CRIM", "ctdc_k11") == (
        "isForcedLabour",
        "typeOfLabourIllicitActivities",
    )
    assert "criminal exploitation" in str(forms["CRIM"].attributes["mapping_note"])


def test_validity_has_a_source_and_runs_forward() -> None:
    for name, code in every_code():
        if code.valid_from or code.valid_to:
            assert code.validity_source, (name, code.code)
        if code.valid_from and code.valid_to:
            assert code.valid_from <= code.valid_to


def test_the_forms_of_2026_hold_from_2026_only() -> None:
    forms = code_list("forms")
    assert set(forms) - set(forms.codes(on=date(2025, 12, 31))) == NEW_FORMS
    assert set(forms.codes(on=date(2026, 7, 14))) & NEW_FORMS == set()
    assert forms.codes(on=date(2026, 7, 15)) == forms.codes() == tuple(forms)
    assert {forms[code].valid_from for code in NEW_FORMS} == {date(2026, 7, 15)}


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)))
def test_codes_on_a_date_are_those_that_say_so(on: date) -> None:
    for name in ("forms", "shocks", "residence"):
        codes = code_list(name)
        expected = tuple(
            code
            for code in codes
            if (codes[code].valid_from or date.min) <= on <= (codes[code].valid_to or date.max)
        )
        assert codes.codes(on=on) == expected


def test_shocks_are_dated_and_say_what_they_touch() -> None:
    shocks = code_list("shocks")
    dates = [code.valid_from for code in shocks.values()]
    assert all(dates)
    assert dates == sorted(day for day in dates if day)
    assert shocks["AVG_2018"].valid_from == date(2018, 5, 25)
    touched = {*code_list("reporters"), *code_list("reporter_classes"), "all"}
    for code in shocks.values():
        assert code.attributes["affects"] in touched
        assert code.attributes["direction"] in {"up", "down"}
        assert code.attributes["precision"] in {"day", "month", "year"}
        assert code.attributes["kind"] in {"registration", "inflow", "law"}


def test_reporters_of_a_class() -> None:
    reporters = code_list("reporters")
    assert reporters.children("OPSPORING") == ("POL", "KMAR", "NLA")
    assert reporters.children("ZELF") == ("ZELF",)
    assert len(reporters.children("MAG_MELDEN")) == 10
    assert reporters.children("POL") == ()
    with pytest.raises(InputError, match="OPSPORIN"):
        reporters.children("OPSPORIN")


def test_legal_bases_name_reporters_that_exist_and_count_only_without_basis() -> None:
    bases = code_list("legal_bases")
    for code, basis in bases.items():
        assert basis.attributes["allows"] == ("count" if code == "GEEN" else "person")
        used_by = str(basis.attributes.get("used_by", ""))
        assert all(
            reporter in code_list("reporters") for reporter in used_by.split(";") if reporter
        )


def test_labels_are_given_in_the_language_asked_for() -> None:
    forms = code_list("forms")
    assert forms.label("ARB", "nl") == "Arbeidsuitbuiting"
    assert forms.label("ARB", "en") == "Labour exploitation"
    assert forms.definition("ORGAAN", "en").startswith("The victim")


def test_a_list_is_a_mapping() -> None:
    forms = code_list("forms")
    assert "BSU" in forms
    assert "bsu" not in forms
    assert forms.get("bsu") is None
    assert forms["BSU"].code == "BSU"
    assert code_list("forms") is forms
    assert repr(forms) == "CodeList('forms', version 2026.1, 12 codes)"


def test_an_unknown_code_names_what_was_found_and_what_is_allowed() -> None:
    with pytest.raises(InputError) as caught:
        code_list("sexes").label("W", "nl")
    assert str(caught.value) == (
        "no such code in the list 'sexes'; found 'W'; allowed: V, M, X, ONB"
    )
    with pytest.raises(InputError, match="and 220 more"):
        code_list("countries")["ZZ"]


def test_an_unknown_list_names_the_lists() -> None:
    with pytest.raises(InputError, match=r"no such code list; found 'form'; allowed: .*forms"):
        code_list("form")


def test_nothing_of_a_list_can_be_changed() -> None:
    forms = code_list("forms")
    with pytest.raises(TypeError):
        forms.entries["NIEUW"] = forms["ONB"]  # type: ignore[index]
    with pytest.raises(TypeError):
        forms["ONB"].label["nl"] = "iets"  # type: ignore[index]
    with pytest.raises(AttributeError):
        forms.version = "0"  # type: ignore[misc]
