"""Tokens of one victim beside a name, or in the place of one, on the pages of a report."""

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from slachtoffermonitor.link.private import new_key, tokenise, write_tokens
from slachtoffermonitor.records import Notification
from slachtoffermonitor.service.register.models import Report, RuleChoice, TokenRow

from .conftest import FACTS, IDENTITY
from .test_report_pages import ADULT, begun, walk

pytestmark = pytest.mark.django_db
HELP = "Uw ICT-afdeling maakt het bestand met slachtoffermonitor tokenise"


@pytest.fixture
def tokens(tmp_path):
    """Give a file of as many rows as asked, and the id of its key."""

    def write(rows=1):
        empty = Notification.create_empty()
        said = {"reporter": "POL", "basis": "WPG", "purpose": "REGISTER", "main_form": "BSU"}
        said |= {name: FACTS[name] for name in ("forms", "route", "sex")}
        said |= {name: IDENTITY[name] for name in ("given_name", "surname")}
        frame = pl.DataFrame(
            [
                dict.fromkeys(empty.columns) | said | {"notification_id": f"N{n}"}
                for n in range(rows)
            ]
        ).with_columns(reported_on=pl.date(2026, 5, 1))
        made = tokenise(frame.cast(dict(empty.schema)), new_key(purpose="register"))
        write_tokens(made, tmp_path / f"{rows}.parquet")
        file = SimpleUploadedFile("t.parquet", (tmp_path / f"{rows}.parquet").read_bytes())
        return file, made["key_id"][0]

    return write


def test_a_full_report_may_bring_tokens_and_the_page_says_where_they_come_from(
    visitor, officer, tokens
):
    file, key = tokens()
    browser = visitor(officer)
    base = begun(browser)
    names = list(ADULT)
    for name in names[: names.index("identity")]:
        browser.post(f"{base}/{name}/", ADULT[name])
    assert HELP in browser.get(f"{base}/identity/").content.decode()
    browser.post(f"{base}/identity/", ADULT["identity"] | {"tokens": file})
    assert key in browser.get(f"{base}/check/").content.decode()
    # Looked over and answered again without the file: what was sent before is kept.
    assert browser.post(f"{base}/identity/", ADULT["identity"]).status_code == 302
    assert browser.post(f"{base}/check/", {}).status_code == 200
    report = Report.objects.get()
    assert (report.content, report.basis) == ("VOLLEDIG", "WPG")
    assert TokenRow.objects.get(report=report).key_id == key


def test_without_a_name_the_tokens_have_a_page_of_their_own(visitor, carer, tokens):
    RuleChoice.objects.create(
        minors="TOT_16",
        contested_ground=True,
        jurist="J",
        chosen_on=timezone.localdate(),
        chosen_by="x",
    )
    file, key = tokens()
    sent, way = walk(visitor(carer), ADULT | {"tokens": {"tokens": file}})
    assert sent.status_code == 200
    assert "identity" not in way
    assert way[-2:] == ["tokens", "check"]
    report = Report.objects.get()
    assert (report.content, report.basis) == ("PSEUDONIEM", "GERECHTV")
    assert TokenRow.objects.get(report=report).key_id == key


@pytest.mark.parametrize("wrong", ["two rows", "clear text", "damaged"])
def test_a_file_that_is_not_one_row_of_tokens_is_refused(visitor, officer, tokens, wrong):
    file, _ = tokens(2)
    if wrong != "two rows":
        content = b"naam,Wiesje" if wrong == "clear text" else file.read()[:300]
        file = SimpleUploadedFile("t.parquet", content)
    answer, way = walk(visitor(officer), ADULT | {"identity": ADULT["identity"] | {"tokens": file}})
    assert way[-1] == "identity"
    assert "Dit bestand bevat geen sleutelwaarden, of niet precies één rij." in (
        answer.content.decode()
    )
    assert not Report.objects.exists()
