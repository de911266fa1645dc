"""Files with many reports: checked at once, taken in as wished, and hostile ones kept out."""

import csv
import io
import random
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.basis import Policy
from slachtoffermonitor.service.register.models import Report, Tally, UploadBatch, UploadRow
from slachtoffermonitor.service.register.uploads.rows import COLUMNS, read_sheet
from slachtoffermonitor.service.register.uploads.writing import harmless, template
from slachtoffermonitor.service.vault.models import SealedIdentity

pytestmark = pytest.mark.django_db
GOOD = {
    "reported_on": "2026-03-01",
    "purpose": "REGISTER",
    "age": "L18_PLUS",
    "given_name": "Wiesje",
    "surname": "Zandbergen",
    "birth_date": "1999-04-05",
    "sex": "V",
    "main_form": "BSU",
    "forms": "BSU;CRIM",
    "route": "BINNENLAND",
}
SIGNED = {
    "consent": "ZELF",
    "consent_given_on": "2026-02-01",
    "consent_text_id": "2026.1/ZELF/REGISTER/nl",
}


def rows_of(*changes):
    return [
        {name: "" for name in COLUMNS} | GOOD | {"own_reference": f"R-{number}"} | change
        for number, change in enumerate(changes, 1)
    ]


def as_csv(*changes):
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows_of(*changes))
    return text.getvalue().encode()


def as_xlsx(*changes):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, COLUMNS)
        for number, row in enumerate(rows_of(*changes), 1):
            for column, name in enumerate(COLUMNS):
                page.write_string(number, column, row[name])
    return buffer.getvalue()


def send(browser, content, name="reports.csv", **wishes):
    file = SimpleUploadedFile(name, content)
    return browser.post(reverse("register:upload"), {"file": file, **wishes})


def read(content, name="reports.csv", reporter="POL"):
    return read_sheet(content, name, reporter=reporter, policy=Policy())


@pytest.mark.parametrize(("name", "write"), [("r.csv", as_csv), ("r.xlsx", as_xlsx)])
def test_a_good_file_is_taken_in_whole(visitor, officer, name, write):
    answer = send(visitor(officer), write({}, {"sex": "M"}, {"birth_date": ""}), name)
    assert answer.status_code == 200
    assert Report.objects.count() == SealedIdentity.objects.count() == 3
    assert UploadBatch.objects.get().rows == 3
    acts = list(AuditEntry.objects.values_list("act", flat=True))
    assert acts[-4:] == ["report.received"] * 3 + ["upload.received"]


def test_all_problems_of_all_rows_are_told_at_once_and_nothing_is_kept(visitor, officer):
    wrong = ({"sex": "Q", "route": ""}, {}, {"reported_on": "01-03-2026"}, {"age": "L00_15"})
    answer = send(visitor(officer), as_csv(*wrong))
    assert answer.status_code == 422
    page = answer.content.decode()
    for word in ("sex: is geen code", "route: mag niet leeg", "reported_on: is geen datum"):
        assert word in page
    assert "Wiesje" not in page
    assert "1999" not in page
    assert not Report.objects.exists()


def test_the_good_rows_are_taken_in_when_the_sender_says_so(visitor, officer):
    answer = send(visitor(officer), as_csv({"sex": "Q"}, {}), leave_faulty="on")
    assert answer.status_code == 200
    assert Report.objects.get().own_reference == "R-2"
    assert UploadRow.objects.get().number == 2


def test_a_file_sent_again_changes_nothing(visitor, officer):
    browser = visitor(officer)
    for _ in range(2):
        assert send(browser, as_csv({}, {})).status_code == 200
    assert Report.objects.count() == 2
    assert UploadRow.objects.filter(outcome="KNOWN").count() == 2


def test_rows_without_a_basis_are_told_or_counted(visitor, carer):
    browser = visitor(carer)
    content = as_csv({}, SIGNED)
    assert send(browser, content).status_code == 422
    assert not Report.objects.exists()
    assert send(browser, content, count_others="on").status_code == 200
    assert Report.objects.get().basis == "TOEST_ZELF"
    tally = Tally.objects.get()
    assert (tally.form, tally.age_band, tally.origin) == ("BSU", "L23_PLUS", "UPLOAD")
    assert SealedIdentity.objects.count() == 1


def test_two_rows_with_one_reference_are_not_guessed_at():
    sheet = read(as_csv({"own_reference": "A"}, {"own_reference": "A"}))
    assert [problem.what for problem in sheet.rows[1].problems] == ["stands in an earlier row too"]


def test_the_file_comes_back_with_remarks_and_without_formulas(visitor, officer):
    hostile = {"surname": '=HYPERLINK("http://x")', "given_name": "\u200b@SUM(1)", "sex": "Q"}
    answer = send(visitor(officer), as_csv(hostile), give_back="1")
    assert answer["Content-Disposition"].endswith('"reports-checked.xlsx"')
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    header, row = rows.to_python()
    said = dict(zip(header, row, strict=True))
    assert said["surname"].startswith("'=")
    assert said["given_name"].startswith("'")
    assert said["problems"] == "sex: is geen code van de lijst"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert not Report.objects.exists()


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\u200b=", "＝", "\ufeff+", " ="])
def test_a_text_that_could_be_a_formula_is_made_harmless(sign):
    assert harmless(f"{sign}1+1").startswith("'")
    assert harmless("Zandbergen-Koper") == "Zandbergen-Koper"


def test_the_template_has_every_column_and_is_taken_in(visitor, officer):
    answer = visitor(officer).get(reverse("register:template"))
    assert answer.content == answer.content
    book = CalamineWorkbook.from_filelike(io.BytesIO(template("nl")))
    assert tuple(book.get_sheet_by_name("reports").to_python()[0]) == COLUMNS
    codes = {(row[0], row[1]) for row in book.get_sheet_by_name("codes").to_python()}
    assert ("purpose", "ZORG") in codes
    assert ("main_form", "BSU") in codes


def test_tokens_are_taken_in_without_a_name(visitor, officer, tmp_path):
    import polars as pl

    from slachtoffermonitor.link.private import new_key, tokenise, write_tokens
    from slachtoffermonitor.records import Notification

    empty = Notification.create_empty()
    said = {"reporter": "POL", "basis": "WPG", "purpose": "REGISTER", "given_name": "Wiesje"}
    said |= {"sex": "V", "main_form": "BSU", "forms": "BSU", "route": "ONB"}
    frame = pl.DataFrame(
        [dict.fromkeys(empty.columns) | said | {"notification_id": f"N-{n}"} for n in range(3)],
        schema_overrides={"reported_on": pl.Date},
    ).with_columns(reported_on=pl.date(2026, 5, 1))
    path = tmp_path / "tokens.parquet"
    write_tokens(tokenise(frame.cast(dict(empty.schema)), new_key(purpose="register")), path)
    assert send(visitor(officer), path.read_bytes(), "t.parquet").status_code == 200
    assert Report.objects.filter(content="PSEUDONIEM", basis="WPG").count() == 3
    assert not SealedIdentity.objects.exists()


def edited(part, change, *, add=()):
    """Give a workbook with one part changed, or parts added."""
    old, new = io.BytesIO(as_xlsx({})), io.BytesIO()
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in source.infolist():
            text = source.read(entry)
            made.writestr(entry.filename, change(text) if entry.filename == part else text)
        for name, text in add:
            made.writestr(name, text)
    return new.getvalue()


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
DTD = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def hostile_files():
    yield "empty.csv", b""
    yield "empty.xlsx", b""
    yield "huge.csv", b"a,b\n" + b"x" * (11 * 1024 * 1024)
    yield "rows.csv", as_csv({}) + b",\n" * 30_000
    yield "wide.csv", b",".join(b"c%d" % n for n in range(5_000)) + b"\n1\n"
    yield "latin.csv", as_csv({}).replace(b"Wiesje", "Wiësje".encode("latin-1"))
    yield "utf16.csv", as_csv({}).decode().encode("utf-16")
    yield "nul.csv", as_csv({}).replace(b"Wiesje", b"Wie\x00sje")
    yield "semicolons.csv", as_csv({}).replace(b",", b";")
    yield "quote.csv", as_csv({}) + b'"open,\n'
    yield "ragged.csv", as_csv({}) + b"," * 200 + b"\n"
    yield "zip.csv", as_xlsx({})
    yield "text.xlsx", as_csv({})
    yield "page.html", b"<html>"
    yield "noname", as_csv({})
    yield "old.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 600
    yield "tokens.parquet", b"PAR1" + b"\x00" * 50 + b"PAR1"
    yield "xxe.xlsx", edited(STRINGS, lambda text: text.replace(b"<sst", DTD + b"<sst", 1))
    yield "xxe16.xlsx", edited(STRINGS, lambda text: text.decode().encode("utf-16"))
    yield "bomb.xlsx", edited(SHEET, lambda text: text + b" " * 50_000_000)
    yield "bombs.xlsx", edited("", None, add=[(f"xl/p{n}.xml", b"0" * 9**6) for n in range(150)])
    yield "parts.xlsx", edited("", None, add=[(f"xl/p{n}.xml", b"") for n in range(300)])
    yield "macro.xlsx", edited("", None, add=[("xl/vbaProject.bin", b"x")])
    yield "link.xlsx", edited("", None, add=[("xl/externalLinks/externalLink1.xml", b"<x/>")])
    yield "climb.xlsx", edited("", None, add=[("../../etc/passwd", b"x")])
    yield "far.xlsx", edited(SHEET, lambda text: text.replace(b'r="A2"', b'r="XFD1048576"', 1))
    yield "rows.xlsx", edited(SHEET, lambda text: text.replace(b'<row r="2"', b'<row r="900000"'))
    long = b"<si><t>" + b"x" * 50_000 + b"</t></si>"
    yield "long.xlsx", edited(STRINGS, lambda text: text.replace(b"<si>", long + b"<si>", 1))
    chance = random.Random(5)  # noqa: S311
    good = {"csv": as_csv({}, {}), "xlsx": as_xlsx({}, {})}
    for number in range(275):
        kind = chance.choice(["csv", "xlsx"])
        content = bytearray(good[kind])
        for _ in range(chance.randint(1, 40)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        if number % 5 == 0:
            content = content[: chance.randrange(1, len(content))]
        yield f"damaged-{number}.{kind}", bytes(content)


def test_300_hostile_files_break_nothing_and_are_answered(officer):
    files = list(hostile_files())
    assert len(files) >= 300
    refused = []
    for name, content in files:
        try:
            sheet = read(content, name)
        except InputError as error:
            refused.append(name)
            assert "Wiesje" not in str(error), name
            assert "passwd" not in str(error), name
        else:
            assert len(sheet.rows) <= 20_000
            for row in sheet.rows:
                assert "Zandbergen" not in str(row.problems), name
    named = [name for name, _ in files if not name.startswith("damaged")]
    assert set(named) <= set(refused), set(named) - set(refused)


def test_the_page_answers_a_hostile_file_in_dutch(visitor, officer):
    answer = send(visitor(officer), edited("", None, add=[("xl/vbaProject.bin", b"x")]), "m.xlsx")
    assert answer.status_code == 422
    assert "het bestand bevat macro" in answer.content.decode()
    assert not Report.objects.exists()


def test_a_file_or_document_that_is_too_large_is_refused_before_it_is_read(visitor, officer):
    answer = send(visitor(officer), b"x" * (11 * 1024 * 1024))
    assert "het bestand is te groot" in answer.content.decode()
    assert not UploadBatch.objects.exists()
