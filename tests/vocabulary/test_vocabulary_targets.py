"""The code systems of others: what is there is cited, what could not be had is left empty."""

import pytest

from slachtoffermonitor.ground import LANGUAGES, InputError
from slachtoffermonitor.vocabulary import mapping_target, mapping_target_names


def test_targets_are_cited() -> None:
    assert mapping_target_names() == ("ctdc", "ctdc_k11", "eurostat", "htcds_2_0", "ic_tip")
    for name in mapping_target_names():
        target = mapping_target(name)
        assert target.source
        assert target.note
        assert all(target.title[language] for language in LANGUAGES)
        assert target.obtained == bool(target.codes) == bool(target.version)


def test_what_could_not_be_obtained_has_no_codes() -> None:
    ic_tip = mapping_target("ic_tip")
    assert not ic_tip.obtained
    assert dict(ic_tip.codes) == {}
    assert "could not be obtained" in ic_tip.note
    assert repr(ic_tip) == "MappingTarget('ic_tip', version '', 0 codes)"


def test_htcds_picklists_are_whole_and_spelled_as_published() -> None:
    target = mapping_target("htcds_2_0")
    assert target.licence == "CC BY 4.0"
    sizes = {
        field: sum(code.startswith(f"{field}:") for code in target.codes)
        for field in ("vic_TypeOfExploitation", "vic_MethodsOfControl", "prs_Gender", "org_Type")
    }
    assert sizes == {
        "vic_TypeOfExploitation": 11,
        "vic_MethodsOfControl": 0,
        "prs_Gender": 6,
        "org_Type": 9,
    }
    assert "vic_RelationshipToTrafficker:Unaquainted" in target.codes


def test_ctdc_has_the_27_fields_of_the_synthetic_file() -> None:
    fields = {code.split(":")[0] for code in mapping_target("ctdc").codes}
    assert len(fields) == 27


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(InputError, match="found 'icd'"):
        mapping_target("icd")
