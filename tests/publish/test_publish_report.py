"""The full report: contents that are right, tags, embedded fonts, and no number from nowhere."""

from __future__ import annotations

import re
from itertools import pairwise

import polars as pl
import pypdf
import pytest

from slachtoffermonitor.ground import LANGUAGES, Number
from slachtoffermonitor.publish.charts import draw_figures
from slachtoffermonitor.publish.report.content import report_content
from slachtoffermonitor.published import key_figures

NUMBER = re.compile(r"(?<![\w.,:-])[-−]?\d[\d.,]*\d|(?<![\w.,:-])[-−]?\d")


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def reader(published, language):
    return pypdf.PdfReader(published / f"report-{language}.pdf")


@pytest.fixture(scope="module")
def content(edition, language):
    figures = draw_figures(edition.tables, language)
    return report_content(edition, figures, language, draw=lambda *_: "<svg></svg>")


@pytest.fixture(scope="module")
def pages(reader):
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_the_report_is_tagged_titled_and_its_fonts_are_embedded(reader, language):
    root = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert bool(root["/MarkInfo"]["/Marked"].value)
    assert root["/StructTreeRoot"]
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"].value)
    assert "2014-2018" in reader.metadata.title
    xmp = root["/Metadata"].get_object().get_data().decode("utf-8")
    assert re.search(r"pdfuaid:part[>=\"]+1", xmp)
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            assert "PublicSans" in descriptor["/FontName"]


def _tags(node, found):
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            _tags(child, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.append((str(node["/S"]), node.get("/Alt")))
        if "/K" in node:
            _tags(node["/K"], found)
    return found


def test_tables_figures_and_headings_have_their_tags(reader, content):
    tags = _tags(reader.trailer["/Root"]["/StructTreeRoot"], [])
    kinds = [kind for kind, _ in tags]
    sections = [one for chapter in content["chapters"] for one in chapter["sections"]]
    tables = sum(len(one["tables"]) for one in sections) + len(content["more"])
    assert kinds.count("/Table") >= tables >= 8
    assert kinds.count("/TH") > tables
    assert {"/H1", "/H2", "/TOC", "/TOCI"} <= set(kinds)
    described = [str(words) for kind, words in tags if kind == "/Figure" and words]
    wanted = [figure["alternative"] for one in sections for figure in one["figures"]]
    wanted = [words.replace("→", "–") for words in wanted]  # the typeface has no arrow
    assert sorted(described) == sorted(wanted)
    assert all(len(words) > 60 for words in described)


def test_the_contents_name_every_chapter_with_its_page(reader, content, pages):
    titles = [chapter["title"] for chapter in content["chapters"]]
    bookmarks = {}

    def walk(entries):
        for entry in entries:
            if isinstance(entry, list):
                walk(entry)
            else:
                bookmarks[entry.title] = reader.get_destination_page_number(entry)

    walk(reader.outline)
    contents = pages[1]
    for number, title in enumerate(titles, start=1):
        (marked,) = [
            page
            for name, page in bookmarks.items()
            if name.endswith(title) and name.startswith(f"{number} ")
        ]
        said = re.search(rf"\b{number} {re.escape(title)} ?[. ]+(\d+)", contents)
        assert said, title
        assert int(said[1]) == marked + 1
        assert f"{number} {title}" in pages[marked]
    starts = [bookmarks[name] for name in bookmarks if re.match(r"\d+ ", name)]
    assert all(before <= after for before, after in pairwise(starts))


def test_tables_and_figures_are_numbered_and_listed(content, pages):
    sections = [one for chapter in content["chapters"] for one in chapter["sections"]]
    tables = [one["title"] for part in sections for one in part["tables"]]
    tables += [one["title"] for one in content["more"]]
    figures = [one["title"] for part in sections for one in part["figures"]]
    lists = " ".join(pages[2:4])
    body = " ".join(pages[4:])
    for word, titles in ((content["table_word"], tables), (content["figure_word"], figures)):
        for number, title in enumerate(titles, start=1):
            start = title.replace("→", "–")[:24].strip()
            assert f"{word} {number} {start}" in lists
            assert f"{word} {number}: {start}" in body


def test_every_page_has_its_number_and_simulated_parts_say_so(content, pages, edition):
    for number, text in enumerate(pages[1:], start=2):
        assert text.startswith(content["title"])
        assert str(number) in text[:160] or text.rstrip().endswith(str(number))
    assert content["warning"][:60] in pages[0]
    marked = [one for part in content["findings"] for one in [part["simulated"]]]
    assert marked == [finding.simulated for finding in edition.findings]
    assert content["source_word"] in " ".join(pages)


def _values(edition):
    """Everything that may stand as a number in the text of the report."""
    values = {figure.value for figure in key_figures()}
    values |= {figure.published_value for figure in key_figures()}
    for one in edition.claims:
        values |= {one.value, one.low, one.high, one.first_year, one.last_year}
    for table in edition.tables.values():
        for column in table.frame.iter_columns():
            if column.dtype.is_numeric():
                values |= set(column.drop_nulls().to_list())
        counts = [column.name for column in table.columns if column.role == "count"]
        for column in table.columns:
            if counts and column.role == "dimension":
                summed = table.frame.group_by(column.name).agg(pl.col(counts).sum())
                values |= {value for name in counts for value in summed[name].to_list()}
        values |= {value for value in table.parameters.values() if isinstance(value, int | float)}
    for finding in edition.findings:
        for text in (finding.headline, finding.sentence, finding.how_we_know):
            values |= {number.value for number in text.numbers()}
    return {abs(float(value)) for value in values if value is not None}


def test_every_number_in_a_finding_is_among_claims_and_tables(edition, content, language):
    known = _values(edition)
    shown = {str(year) for year in range(1990, 2031)}
    for value in known:
        for pattern in ("#,##0", "#,##0.0", "#,##0.00", "0%", "0.0%"):
            shown.add(Number(value, pattern).in_language(language).rstrip("%\xa0"))
    for finding in content["findings"]:
        for words in (finding["headline"], finding["sentence"], finding["how"]):
            for number in NUMBER.findall(words):
                assert number.lstrip("-−").rstrip(".,") in shown, (number, words)


def test_every_number_in_the_titles_of_tables_and_figures_is_among_them(edition, content, language):
    known = _values(edition)
    shown = {str(year) for year in range(1990, 2031)}
    for value in known:
        for pattern in ("#,##0", "#,##0.0", "#,##0.00", "0%", "0.0%"):
            shown.add(Number(value, pattern).in_language(language).rstrip("%\xa0"))
        rough = float(f"{value:.3g}") if value else 0.0
        shown.add(Number(rough).in_language(language))
    figures = draw_figures(edition.tables, language)
    for figure in figures.values():
        for number in figure.title.numbers():
            text = number.in_language(language).rstrip("%\xa0").lstrip("-−")
            ratio = number.value < 5  # how much models differ is computed in the chart
            assert text in shown or ratio, (figure.key, text)


def test_sources_are_cited_by_the_number_that_they_have(content, edition):
    sources = content["sources"]
    assert len(sources) == len(set(sources)) > 10
    sections = [one for chapter in content["chapters"] for one in chapter["sections"]]
    cited = {
        cell
        for part in sections
        for table in part["tables"]
        for row in table["rows"]
        for cell in row
        if re.fullmatch(r"\[\d+\]", cell)
    }
    assert {int(cell.strip("[]")) for cell in cited} <= set(range(1, len(sources) + 1))
    known = {claim.source for claim in edition.claims}
    assert set(sources) <= known


def test_a_report_of_few_tables_is_made_too(small_edition, tmp_path):
    from slachtoffermonitor.publish.report import report

    figures = draw_figures(small_edition.tables, "en")
    path = tmp_path / "small.pdf"
    path.write_bytes(report(small_edition, figures, "en"))
    assert 8 < len(pypdf.PdfReader(path).pages) < 25
