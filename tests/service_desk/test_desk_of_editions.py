"""The analyst's desk: editions asked for, approved with four eyes, run, watched, compared."""

from __future__ import annotations

import dataclasses
import json
import time

import pytest
from django.db import transaction
from django.urls import reverse

from slachtoffermonitor.edition import Settings, lay_out_edition
from slachtoffermonitor.ground import write_text
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.desk import running
from slachtoffermonitor.service.desk.models import EditionRun

pytestmark = pytest.mark.django_db
# Stands where the house's command does: tells steps as `run` does, and ends as the test wants.
TELLS = """
import json, os, pathlib, sys, time
from slachtoffermonitor.commands._progress import tell_stages
tell = tell_stages(pathlib.Path(sys.argv[sys.argv.index('--progress') + 1]))
tell('2019-2023', 'Deliveries'); tell('2019-2023', 'Linkage')
{end}
"""
SAYS = "print(json.dumps({'edition': 'x', 'told': sys.argv[1:], 'findings': [" + (
    "{'key': 'k', 'simulated': True, 'headline': {}, "
    "'sentence': {'nl': 'Er zijn 7 groepen.', 'en': 'There are 7 groups.'}}]}))"
)


@pytest.fixture
def folder(tmp_path, settings):
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, editions_folder=tmp_path)
    whole = Settings()
    for name, source in (("echt", "files"), ("oefening", "simulated")):
        deliveries = dataclasses.replace(whole.deliveries, source=source)
        lay_out_edition(tmp_path / name, dataclasses.replace(whole, deliveries=deliveries))
    return tmp_path


@pytest.fixture
def analyst(person):
    return person("analyst", organisation="The Register")


@pytest.fixture
def officer(person):
    return person("release_officer", organisation="The Register")


@pytest.fixture
def at_desk(visitor):
    with as_service("tests"):
        yield lambda user: visitor(user, headers={"accept-language": "nl"})


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


@pytest.fixture
def ends(monkeypatch):
    return lambda end: monkeypatch.setattr(running, "PROGRAM", TELLS.format(end=end))


def asked(browser, edition):
    browser.post(reverse("desk:ask", args=[edition]))
    return EditionRun.objects.filter(edition=edition).first()


def page(browser, edition):
    return browser.get(reverse("desk:edition", args=[edition])).content.decode()


def post(browser, name, run):
    path = reverse(f"desk:{name}", args=[run.edition, run.pk])
    return browser.post(path, follow=True).content.decode()


def over(browser, edition):
    for _ in range(300):
        shown = page(browser, edition)
        if "loopt" not in shown:
            return shown
        time.sleep(0.1)
    raise AssertionError("the run does not end")


def test_without_a_folder_the_desk_says_so(at_desk, analyst, settings):
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, editions_folder=None)
    shown = at_desk(analyst).get(reverse("desk:editions")).content.decode()
    assert "MONITOR_EDITIONS" in shown


def test_a_simulated_edition_runs_at_once_and_shows_what_it_found(  # noqa: PLR0917
    at_desk, analyst, folder, ends, committed, monkeypatch
):
    monkeypatch.setenv("MONITOR_VAULT_KEYS", "secret")
    ends("assert 'MONITOR_VAULT_KEYS' not in os.environ\n" + SAYS)
    browser = at_desk(analyst)
    assert "oefening" in browser.get(reverse("desk:editions")).content.decode()
    run = asked(browser, "oefening")
    with committed(execute=True):
        assert "Het maken is begonnen" in post(browser, "start", run)
    shown = over(browser, "oefening")
    assert "is klaar" in shown
    assert "Er zijn 7 groepen." in shown
    told = json.loads((folder / "oefening/runs" / str(run.pk) / "result.json").read_text())
    steps = ["--progress", str(folder / "oefening/runs" / str(run.pk) / "progress.jsonl")]
    assert told["told"] == ["run", str(folder / "oefening"), "--replace", "--json", "-", *steps]
    acts = AuditEntry.objects.filter(act__startswith="edition.")
    assert list(acts.values_list("act", flat=True)) == ["edition.asked", "edition.started"]


def test_a_real_edition_waits_for_four_eyes_with_a_release_officer_among_them(  # noqa: PLR0917
    at_desk, analyst, officer, person, folder, ends, committed
):
    ends(SAYS)
    other = at_desk(person("analyst", organisation="The Register"))
    first, second = at_desk(analyst), at_desk(officer)
    run = asked(first, "echt")
    for _ in range(2):
        post(first, "approve", run)
    post(other, "approve", run)
    assert run.approvals.count() == 2
    begin = reverse("desk:start", args=["echt", run.pk])
    assert begin not in page(first, "echt")
    with committed(execute=True) as begun:
        assert "twee verschillende mensen" in post(first, "start", run)
    assert not begun
    post(second, "approve", run)
    assert begin in page(first, "echt")
    assert begin not in page(second, "echt")
    assert second.post(begin).status_code == 403
    with committed(execute=True):
        post(first, "start", run)
    assert "is klaar" in over(first, "echt")
    told = json.loads((folder / "echt/runs" / str(run.pk) / "result.json").read_text())["told"]
    assert {officer.name, analyst.name} <= set(told)
    assert told.count("--approve") == 3
    approved = AuditEntry.objects.filter(act="edition.approved")
    assert len(set(approved.values_list("actor", flat=True))) == 3


def test_what_was_approved_is_what_runs(at_desk, analyst, officer, folder):
    browser = at_desk(analyst)
    run = asked(browser, "echt")
    post(browser, "approve", run)
    write_text(folder / "echt" / "deliveries" / "extra.csv", "a\n1\n")
    assert "intussen veranderd" in post(at_desk(officer), "approve", run)
    assert run.approvals.count() == 1
    assert "intussen veranderd" in post(browser, "start", run)


@pytest.mark.parametrize(
    ("end", "shown"),
    [
        ("sys.exit('Error: a table breaks')", "Error: a table breaks"),
        (
            "sys.stderr.write('100% \u2595\u2588\u2588 (00:00:03.15 elapsed)\\n');"
            "sys.stderr.flush(); os.kill(os.getpid(), 9)",
            "hield zonder bericht op",
        ),
        ("os.kill(os.getpid(), 9)", "hield zonder bericht op"),
    ],
)
def test_a_run_that_failed_or_was_killed_is_shown_as_such(  # noqa: PLR0917
    at_desk, analyst, folder, ends, committed, end, shown
):
    ends(end)
    browser = at_desk(analyst)
    run = asked(browser, "oefening")
    with committed(execute=True):
        post(browser, "start", run)
    assert shown in over(browser, "oefening")


def test_a_run_is_watched_is_alone_and_is_stopped(at_desk, analyst, folder, ends, committed):
    ends("time.sleep(60)")
    browser = at_desk(analyst)
    run, second = asked(browser, "oefening"), asked(browser, "oefening")
    with committed(execute=True):
        post(browser, "start", run)
    for _ in range(300):
        if "koppelen" in (shown := page(browser, "oefening")):
            break
        time.sleep(0.1)
    assert "Leveringen lezen" in shown
    assert "Meldingen koppelen tot personen" in shown
    listed = browser.get(reverse("desk:editions")).content.decode()
    assert "loopt: Meldingen koppelen tot personen" in listed
    assert "deze editie wordt nu al gemaakt" in post(browser, "start", second)
    assert "Het maken is gestopt" in post(browser, "stop", run)
    assert "is afgebroken" in over(browser, "oefening")
    assert "Dit is al afgelopen" in post(browser, "stop", run)
    assert AuditEntry.objects.filter(act="edition.stopped").count() == 1


def test_names_that_are_no_edition_are_not_found(at_desk, analyst, folder):
    (folder / "leeg").mkdir()
    (folder / "ergens").symlink_to(folder / "echt")
    for name in ("leeg", "ergens", "nergens"):
        assert at_desk(analyst).get(reverse("desk:edition", args=[name])).status_code == 404


def test_settings_that_cannot_be_read_are_told_and_nothing_runs(at_desk, analyst, folder):
    (folder / "echt" / "monitor.toml").write_text("edition = 1 [", encoding="utf-8")
    browser = at_desk(analyst)
    assert "niet te lezen" in page(browser, "echt")
    assert asked(browser, "echt") is None


def test_two_editions_are_compared_and_a_broken_one_is_told(at_desk, analyst, folder):
    browser, path = at_desk(analyst), reverse("desk:compare")
    assert browser.get(path).status_code == 200
    data = folder / "echt" / "edition" / "data"
    data.mkdir(parents=True)
    (data / "datapackage.json").write_text("{", encoding="utf-8")
    shown = browser.get(path, {"before": "echt", "after": "echt"}).content.decode()
    assert "Een van deze edities is niet te lezen" in shown


def test_nobody_else_reaches_the_desk(person, visitor, folder):
    browser = visitor(person("reporter", "registrar", "administrator", "privacy_officer"))
    assert browser.get(reverse("desk:editions")).status_code == 403
    assert browser.post(reverse("desk:ask", args=["echt"])).status_code == 403
    assert not EditionRun.objects.exists()


def test_an_act_that_fails_leaves_no_run(analyst, folder):
    from slachtoffermonitor.service.desk.acts import ask_for_run
    from slachtoffermonitor.service.desk.folders import find_edition

    with as_service("tests"), pytest.raises(ZeroDivisionError), transaction.atomic():
        ask_for_run(find_edition("echt"), actor=analyst)
        raise ZeroDivisionError
    assert not EditionRun.objects.exists()
