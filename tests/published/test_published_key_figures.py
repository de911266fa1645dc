"""Every figure of the published editions follows from the claims."""

import csv
from pathlib import Path

import pytest

from slachtoffermonitor.ground import InputError, translate
from slachtoffermonitor.published import claim, key_figure, key_figures

TARGETS = Path(__file__).parents[1] / "reference" / "published" / "regression_targets.csv"

KEYS = {
    "registered 2018": "registered_2018",
    "change 2014->2018 %": "change_2014_2018",
    "BSU 2018": "domestic_sexual_2018",
    "BSU minors 2018": "domestic_sexual_minors_2018",
    "coverage minors %": "minors_in_view_2018",
    "BSU change vs 2014-15 %": "domestic_sexual_change",
    "non-investigative 2018": "non_investigative_2018",
    "non-investigative avg 2014-2017": "non_investigative_2014_2017",
    "one in n 2018": "one_in_2018",
    "one in n 2014": "one_in_2014",
    "change 2019->2020 %": "change_2019_2020",
    "labour share 2019 %": "labour_share_2019",
    "labour share 2020 %": "labour_share_2020",
    "sum 2016-2020": "sum_2016_2020",
    "sum": "sum_2013_2017",
    "sum CoMensha series": "sum_2019_2023",
    "minors change %": "minors_change",
    "total change": "total_difference",
    "change %": "change",
    "5y %": "within_5_years",
    "7y %": "within_7_years",
}


def targets():
    with TARGETS.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def decimals(text):
    return len(text.partition(".")[2])


@pytest.mark.parametrize("row", targets(), ids=lambda row: f"{row['test']}-{row['quantity']}")
def test_the_target_is_recomputed(row):
    figure = key_figure(f"{row['test']}.{KEYS[row['quantity']]}")
    assert figure.source == row["source"]
    if row["quantity"].startswith("BSU change"):
        # Published as 60% on a base that was not published; on the published base it is 63.8%.
        assert figure.published_value == float(row["value"])
        assert round(figure.value, 1) == -63.8
        assert "365" in figure.note.in_language("en")
        return
    assert round(figure.value, decimals(row["value"])) == pytest.approx(float(row["value"]))
    assert figure.numerator_published == ("not published" not in row["published_as"])


def test_every_target_has_its_own_key_figure():
    assert len(key_figures()) == len(targets()) == 22


def test_what_was_not_published_is_said():
    unknown = [figure for figure in key_figures() if not figure.numerator_published]
    assert [figure.key for figure in unknown] == ["monitor_2016_2020.labour_share_2020"]
    assert "not published" in unknown[0].note.in_language("en")


def test_shares_and_changes_are_computed_and_not_repeated():
    for figure in key_figures():
        if figure.unit == "percent" and figure.formula.kind == "value":
            assert len(figure.inputs) == 1
        elif figure.unit in {"percent", "one_in"}:
            assert figure.formula.base
            assert all(claim(name).unit != "percent" for name in figure.inputs)


def test_the_mixed_sum_says_that_it_mixes():
    mixed = key_figure("jaarcijfers_2019_2023.sum_2019_2023")
    assert {claim(name).series for name in mixed.inputs} == {"CoMensha", "both", "NR"}
    assert "1.372" in mixed.note.in_language("nl")


def test_labels_are_in_both_languages():
    for figure in key_figures():
        assert translate(figure.label.message, "nl") != figure.label.message


def test_an_unknown_key_figure_is_refused():
    with pytest.raises(InputError, match="registered_2018"):
        key_figure("factsheet_2014_2018.nothing")
