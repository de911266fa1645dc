"""The website: every page whole, in two languages, without anything from elsewhere."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import altair as alt
import pytest

from slachtoffermonitor.ground import Text
from slachtoffermonitor.publish import publish_edition
from slachtoffermonitor.publish.charts import draw_figures, number_locale, specification
from slachtoffermonitor.published import check_as_data, statements

_VOID = {"meta", "link", "img", "input", "br", "hr"}
_WRITTEN = re.compile(r"^https?://")


class Page(HTMLParser):
    """What a test needs to know of one page; fails on tags that do not close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: Counter[str] = Counter()
        self.words: list[str] = []
        self.headings: list[int] = []
        self.broken: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids.update(value for name, value in attrs if name == "id" and value)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.broken.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        if self.open and self.open[-1] not in {"script", "style"}:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def attributes(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in tags]


@pytest.fixture(scope="session")
def pages(published: Path) -> dict[Path, Page]:
    found = sorted((published / "site").rglob("*.html"))
    return {path: Page(path.read_text("utf-8")) for path in found}


def _of(pages: dict[Path, Page], language: str) -> dict[str, Page]:
    return {path.name: page for path, page in pages.items() if path.parent.name == language}


def test_both_languages_have_every_page(pages):
    nl, en = _of(pages, "nl"), _of(pages, "en")
    assert len(nl) == len(en) >= 30
    expected = {
        "index.html",
        "hidden-number.html",
        "victims-in-view.html",
        "who-reports.html",
        "repeat-victimisation.html",
        "what-changed.html",
        "check-a-number.html",
        "definitions.html",
        "downloads.html",
        "method.html",
    }
    assert expected <= set(en)
    assert {"verborgen-aantal.html", "controleer-een-cijfer.html", "begrippen.html"} <= set(nl)


def test_pages_are_well_formed_and_say_what_they_are(pages):
    for path, page in pages.items():
        assert not page.broken and not page.open, f"{path.name}: {page.broken} {page.open}"
        doubled = [key for key, times in page.ids.items() if times > 1]
        assert not doubled, f"{path.name}: {doubled}"
        language = path.parent.name if path.parent.name in {"nl", "en"} else "nl"
        assert page.attributes("html")[0]["lang"] == language
        assert page.headings.count(1) == 1, path.name
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), f"{path.name}: {page.headings}"
        assert page.attributes("main"), path.name


def test_nothing_is_loaded_from_elsewhere(pages):
    for path, page in pages.items():
        for tag, name in (("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src")):
            for attributes in page.attributes(tag):
                assert not _WRITTEN.match(attributes.get(name) or ""), f"{path.name}: {attributes}"
    for path in pages:
        style = path.parent.parent / "assets" / "monitor.css"
        if style.exists():
            assert "url(" not in style.read_text() and "@import" not in style.read_text()


def test_every_local_link_leads_somewhere(pages):
    for path, page in pages.items():
        for attributes in page.attributes("a", "img", "link", "script"):
            target = attributes.get("href") or attributes.get("src") or ""
            parts = urlsplit(target)
            if parts.scheme or not target:
                continue
            linked = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert linked.exists(), f"{path.name} links to {target}"
            if parts.fragment.startswith("table="):
                _is_a_choice(linked.parent / "tables", parse_qs(parts.fragment))
            elif parts.fragment and linked in pages:
                assert parts.fragment in pages[linked].ids, f"{path.name} links to {target}"


def _is_a_choice(folder: Path, choice: dict[str, list[str]]) -> None:
    """An address of the table builder names a table, its dimensions and codes that it has."""
    script = (folder / f"{choice['table'][0]}.js").read_text("utf-8")
    table = json.loads(script.partition("] = ")[2].rstrip(";\n"))
    codes = {one["key"]: set(one["codes"]) for one in table["dimensions"]}
    for key, values in choice.items():
        kind, _, name = key.partition(".")
        if kind in {"rows", "columns"}:
            assert values == [""] or values[0] in codes
        elif kind in {"where", "only"}:
            assert codes[name] >= set(values), (choice, codes[name])


def test_every_chart_has_words_rows_and_a_live_form(pages):
    for path, page in pages.items():
        images = page.attributes("img")
        for image in images:
            assert len(image["alt"] or "") > 60, f"{path.name}: {image}"
            assert (path.parent / (image["src"] or "")).read_text("utf-8").startswith("<svg")
            assert int(image["width"] or 0) > 300 and int(image["height"] or 0) > 100
        figures = [a for a in page.attributes("figure") if "chart" in (a.get("class") or "")]
        drawings = [a["data-chart"] for a in page.attributes("div") if a.get("data-chart")]
        assert len(figures) == len(images) == len(drawings)
        assert set(drawings) <= set(page.ids)
        assert len(page.attributes("caption")) >= len(figures)


def test_tables_have_captions_and_headed_rows_and_columns(pages):
    for path, page in pages.items():
        assert len(page.attributes("table")) == len(page.attributes("caption")), path.name
        for attributes in page.attributes("th"):
            assert attributes.get("scope") in {"row", "col"}, path.name


def test_numbers_are_written_as_the_language_does(pages):
    nl, en = _of(pages, "nl")["index.html"].text, _of(pages, "en")["index.html"].text
    assert "Van 1.255 geregistreerde slachtoffers in 2014 naar 668 in 2018; 944 in 2024" in nl
    assert "From 1,255 registered victims in 2014 to 668 in 2018; 944 in 2024" in en
    assert number_locale("nl")["decimal"] == ","
    share = _of(pages, "nl")["tabel-repeat-horizons.html"].text
    assert "44,8%" in share and "44.8%" not in share


def test_what_is_simulated_is_marked_and_what_is_published_is_not(pages, edition):
    for language, word in (("nl", "Gesimuleerd"), ("en", "Simulated")):
        stem = {"nl": "tabel", "en": "table"}[language]
        for table in edition.tables.values():
            page = _of(pages, language)[f"{stem}-{table.name.replace('_', '-')}.html"]
            badges = [
                a["class"] for a in page.attributes("span") if "badge" in (a.get("class") or "")
            ]
            assert (badges == ["badge simulated"]) == (table.origin == "simulated"), table.name
            assert (word in page.text) == (table.origin == "simulated"), table.name
    figures = draw_figures(edition.tables, "en")
    for figure in figures.values():
        drawing = specification(figure, "en")
        marked = "not real persons" in json.dumps(drawing.get("title", ""))
        assert marked == figure.simulated == (figure.table.origin == "simulated")


def test_a_simulated_finding_is_marked_where_it_is_told(pages, edition):
    told = sum(finding.simulated for finding in edition.findings)
    start = _of(pages, "nl")["index.html"]
    flags = start.text.count("Dit zijn geen echte personen.")
    assert told == 1 and flags == 2  # once at the finding, once at its chart


def test_small_counts_are_words_and_never_numbers(pages):
    page = _of(pages, "nl")["tabel-register-by-year-form.html"]
    assert "minder dan 10" in page.text
    row = page.text[page.text.index("2016") :][:200]
    assert not re.search(r"\b[1-9]\b", row.replace("minder dan 10", "").replace("2016", ""))


def test_the_hidden_number_never_stands_alone(pages, edition):
    page = _of(pages, "en")["hidden-number.html"].text
    estimates = edition.tables["hidden_number_models"].frame["estimate"].to_list()
    assert all(f"{round(value):,}" in page for value in estimates)
    assert "No single one of these numbers is the hidden number" in page
    assert "factor of 2.9" in page


def test_every_chart_obeys_the_vega_lite_schema(edition):
    figures = draw_figures(edition.tables, "nl")
    assert len(figures) >= 18
    for figure in figures.values():
        spec = specification(figure, "nl")
        spec.pop("config")
        alt.Chart.from_dict(spec)


def test_estimates_are_drawn_with_their_intervals(edition):
    figures = draw_figures(edition.tables, "en")
    for key in ("hidden-number-models", "hidden-number-by-year", "repeat-victimisation", "changes"):
        drawn = json.dumps(specification(figures[key], "en"))
        assert '"low' in drawn and '"high' in drawn, key


def test_a_known_truth_is_held_against_the_intervals(edition):
    figure = draw_figures(edition.tables, "en")["hidden-number-by-year"]
    assert figure.title.in_language("en") == (
        "The true number lies within the interval of 10 of 10 estimates"
    )


def test_years_without_a_source_are_not_bridged(edition):
    spec = specification(draw_figures(edition.tables, "en")["registered-by-year"], "en")
    (rows,) = spec["datasets"].values()
    at_2009 = [row for row in rows if row["x"] == 2009]
    assert at_2009 and all(row["y"] is None for row in at_2009)
    earlier = {(row["x"], row["y"]) for row in rows if row["hollow"]}
    assert earlier == {(2014, 1256.0), (2017, 958.0)}


def test_the_page_lists_every_claim_with_its_denominator_and_source(published, edition):
    text = (published / "site" / "nl" / "controleer-een-cijfer.html").read_text("utf-8")
    rows = dict(re.findall(r'<tr id="([^"]+)">(.*?)</tr>', text, re.S))
    assert set(rows) == {claim.id for claim in edition.claims}
    assert "11%" in rows["press.share_of_reports.sexual.2020"]
    right = rows["nr.registered_victims.sexual.2020"]
    assert "408" in right and "984" in right and "Trafficking" in right


def test_the_page_holds_the_rules_by_which_the_command_checks(published):
    text = (published / "site" / "nl" / "controleer-een-cijfer.html").read_text("utf-8")
    found = re.search(r'<script type="application/json" id="check-data">(.*?)</script>', text, re.S)
    assert found
    data = json.loads(found.group(1))
    assert data == json.loads(json.dumps(check_as_data("nl")))
    assert len(data["statements"]) == len(statements())


def test_a_small_edition_makes_a_small_site(small_edition, tmp_path):
    publish_edition(replace(small_edition, earlier={"2014-2018": "editions/w"}), tmp_path)
    start = Page((tmp_path / "site" / "en" / "index.html").read_text("utf-8"))
    linked = [a["href"] for a in start.attributes("a")]
    assert "../../editions/w/site/en/index.html" in linked and "2014–2018" in start.text
    gaps = Page((tmp_path / "site" / "nl" / "wat-we-niet-zien.html").read_text("utf-8"))
    assert "Online platforms" in gaps.text
    names = {path.name for path in (tmp_path / "site" / "en").glob("*.html")}
    assert "victims-in-view.html" in names and "hidden-number.html" not in names
    page = Page((tmp_path / "site" / "en" / "table-odd-one.html").read_text("utf-8"))
    assert "A table that no chart knows" in page.text and "fewer than 10" in page.text


def test_words_from_outside_cannot_become_markup(edition, tmp_path):
    attack = "</script><script>alert(1)</script>"
    claims = (replace(edition.claims[0], wording=attack, note=attack), *edition.claims[1:])
    finding = replace(edition.findings[0], sentence=Text("{x}", {"x": attack}))
    tables = {"registered_by_year": edition.tables["registered_by_year"]}
    publish_edition(replace(edition, claims=claims, findings=(finding,), tables=tables), tmp_path)
    for path in (tmp_path / "site").rglob("*.html"):
        assert "<script>alert" not in path.read_text("utf-8"), path.name


def test_the_same_edition_gives_the_same_bytes(small_edition, tmp_path):
    for name in ("one", "two"):
        publish_edition(small_edition, tmp_path / name)
    one, two = (
        {
            path.relative_to(root): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }
        for root in (tmp_path / "one", tmp_path / "two")
    )
    assert one == two
