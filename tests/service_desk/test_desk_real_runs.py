"""Real editions begun from the desk: watched to their end, let out by two, held side by side."""

from __future__ import annotations

import dataclasses
import re
import time

import pytest
from django.urls import reverse

from slachtoffermonitor.disclose import Ledger
from slachtoffermonitor.edition import Settings, lay_out_edition
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.desk.models import EditionRun
from slachtoffermonitor.simulate import simulate_nation

pytestmark = pytest.mark.django_db
YEARS = range(2022, 2024)
SECONDS = 400


@pytest.fixture(scope="module")
def nation():
    return simulate_nation(seed=19, persons=1_000, years=YEARS)


@pytest.fixture
def folder(tmp_path, settings, nation):
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, editions_folder=tmp_path)
    whole = Settings()
    small = dataclasses.replace(
        whole,
        edition=dataclasses.replace(whole.edition, first_year=YEARS[0], last_year=YEARS[-1]),
        deliveries=dataclasses.replace(whole.deliveries, source="files"),
        estimate=dataclasses.replace(whole.estimate, bootstrap=0),
        disclosure=dataclasses.replace(whole.disclosure, ledger="ledger.jsonl"),
    )
    for name in ("voorjaar", "najaar"):
        named = dataclasses.replace(small.edition, name=name)
        lay_out_edition(tmp_path / name, dataclasses.replace(small, edition=named))
    return tmp_path


def deliver(folder, edition, tables):
    for name, frame in tables.items():
        if frame.height:
            frame.write_csv(folder / edition / "deliveries" / f"{name}.csv")


@pytest.fixture
def desks(person, visitor):
    with as_service("tests"):
        yield [
            (user, visitor(user, headers={"accept-language": "nl"}))
            for user in (
                person("analyst", organisation="The Register"),
                person("release_officer", organisation="The Register"),
            )
        ]


@pytest.fixture
def run_to_its_end(desks, django_capture_on_commit_callbacks):
    """Ask, approve twice, begin, and look again until it is over; give what the page shows."""

    def run(edition):
        (_, analyst), (_, officer) = desks
        analyst.post(reverse("desk:ask", args=[edition]))
        asked = EditionRun.objects.filter(edition=edition).first()
        path = lambda act: reverse(f"desk:{act}", args=[edition, asked.pk])  # noqa: E731 - short
        analyst.post(path("approve"))
        officer.post(path("approve"))
        with django_capture_on_commit_callbacks(execute=True):
            analyst.post(path("start"))
        page, stages = reverse("desk:edition", args=[edition]), []
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            told = officer.get(page)
            shown = told.context["runs"][0]
            stages = [name for name, _ in shown["stages"]]
            if shown["progress"].state.value != "running":
                return told.content.decode(), stages
            time.sleep(0.3)
        analyst.post(path("stop"))
        raise AssertionError(f"the run does not end; it came to {stages}")

    return run


def test_faults_of_a_delivery_are_told_at_the_end_of_a_real_run(folder, run_to_its_end):
    bad = "tally_id,reporter,month,age_band,form,region,persons\nt1,ZC,2022-02-30,L00_17,BSU,,4\n"
    (folder / "voorjaar/deliveries/tallies-ZC.csv").write_text(bad, encoding="utf-8")
    shown, stages = run_to_its_end("voorjaar")
    assert "mislukt</h3>" in shown
    assert "2022-02-30" in shown
    assert stages == ["Leveringen lezen"]
    assert not (folder / "voorjaar" / "edition").exists()


@pytest.mark.slow
def test_two_real_editions_are_made_let_out_by_two_and_compared(
    folder, nation, desks, run_to_its_end
):
    deliver(folder, "voorjaar", nation.deliveries)
    without = {**nation.deliveries, "notifications-POL": nation.deliveries["notifications-POL"][9:]}
    deliver(folder, "najaar", without)
    for edition in ("voorjaar", "najaar"):
        shown, stages = run_to_its_end(edition)
        assert "is klaar</h3>" in shown, re.findall(r"<pre.*?</pre>", shown, re.S)
        assert stages[0] == "Leveringen lezen"
        assert stages[-2:] == [
            "Alle tabellen beveiligen en aanvallen",
            "Website, factsheets en gegevens",
        ]
        assert "Wat eruit kwam" in shown
        assert (folder / edition / "edition/site/nl/index.html").is_file()
        ledger = Ledger.read(folder / edition / "ledger.jsonl")
        assert {name for one in ledger.entries for name in one.approvals} == {
            user.name for user, _ in desks
        }
    (_, analyst), _ = desks
    asked = {"before": "voorjaar", "after": "najaar"}
    answer = analyst.get(reverse("desk:compare"), asked)
    found = answer.context["comparison"]
    assert not found.same
    assert "register_by_year_reporter" in {change.table for change in found.changes}
    assert "register_by_year_reporter" in answer.content.decode()
    assert any("notifications-POL" in name for name in found.data)
    same = analyst.get(reverse("desk:compare"), {"before": "najaar", "after": "najaar"})
    assert same.context["comparison"].same
