"""The factsheet: two pages, in the order of blocks of the published sheet on 2014-2018.

Headline; the research; the integral approach; findings, each with one recommendation; charts of
reporters, of domestic sexual exploitation and of reports by the police. Tagged for screen readers
(PDF/UA-1), fonts embedded, made without a network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition import Edition, Finding
from slachtoffermonitor.ground import Language, ReleaseError, Text
from slachtoffermonitor.publish._typesetting import typeset
from slachtoffermonitor.publish.charts import PAPER, PAPER_WIDE, Figure, Look, svg

__all__ = ["factsheet"]

_PAGES = 2
_SCALES = (1.14, 1.1, 1.06, 1.03, 1.0, 0.97, 0.94, 0.91, 0.88, 0.84, 0.8, 0.75)
_CHARTS: tuple[tuple[str, ...], ...] = (
    ("registered-by-reporter", "register-by-year-reporter", "registered-by-year"),
    ("registered-by-form-domestic-sexual", "register-by-year-form", "hidden-number-models"),
    ("registered-by-reporter-police", "repeat-victimisation", "changes"),
)
_RESEARCH: tuple[Text, ...] = (
    Text(
        "The monitor counts presumed victims who were registered, estimates those whom nobody "
        "registered, and follows what happens to them afterwards."
    ),
    Text(
        "Registered figures come from published sources, each with its series and vintage. The "
        "hidden number is estimated from the overlap between lists, with several models side by "
        "side."
    ),
)
_SIMULATED = Text(
    "What is marked as simulated comes from a nation that does not exist; it shows how the "
    "monitor works."
)
_WITH_CARE: tuple[Text, ...] = (
    Text("A fall in registered victims can mean less sight, and not fewer victims."),
    Text("Two series of registered victims exist; their years must not be added together."),
    Text("A notification is not a victim: several reporters can report the same person."),
    Text("One victim can be exploited in several forms, so the forms add up to more."),
    Text("The hidden number depends on the model: read the range, not one number."),
)
_APPROACH: tuple[tuple[Text, Text], ...] = (
    (Text("Criminal law"), Text("Find, prosecute and punish offenders.")),
    (Text("Municipalities and inspectorates"), Text("Check, permit, and close down exploitation.")),
    (Text("Protection and support"), Text("Shelter, care and residence for victims.")),
    (Text("Public and private together"), Text("Banks, platforms and employers recognise signs.")),
)


def factsheet(edition: Edition, figures: Mapping[str, Figure], language: Language) -> bytes:
    """What fits on two pages that somebody with five minutes must know?

    Returns:
        The PDF: exactly two A4 pages, tagged, with title and language. Long findings are set
        smaller until they fit.

    Raises:
        ReleaseError: the findings are too long for two pages in any readable size.

    """
    content = _content(edition, figures, language)
    for scale in _SCALES:
        pdf = typeset("factsheet.typ", content | {"scale": scale}, edition.made_on, pages=_PAGES)
        if pdf is not None:
            return pdf
    raise ReleaseError(
        f"the factsheet in '{language}' does not fit on {_PAGES} pages; shorten the findings"
    )


def _content(
    edition: Edition, figures: Mapping[str, Figure], language: Language
) -> dict[str, object]:
    def say(text: Text | str) -> str:
        return (Text(text) if isinstance(text, str) else text).in_language(language)

    first, *_ = edition.findings or (None,)
    return {
        "lang": language,
        "title": say(edition.title),
        "kind": say("Factsheet"),
        "made_on": edition.made_on.isoformat(),
        "window": f"{edition.window[0]}–{edition.window[1]}",
        "headline": _finding(first, language) if first else None,
        "research_title": say("The research"),
        "research": [say(text) for text in _RESEARCH]
        + ([say(_SIMULATED)] if _any_simulated(edition) else []),
        "approach_title": say("An approach that hangs together"),
        "approach": [{"name": say(name), "words": say(words)} for name, words in _APPROACH],
        "findings_title": say("Findings and recommendations"),
        "findings": [_finding(one, language) for one in edition.findings],
        "finding_word": say("Finding"),
        "recommendation_word": say("Recommendation"),
        "simulated_word": say("Simulated"),
        "charts_title": say("In charts"),
        "charts": [
            _chart(figure, look, language)
            for figure, look in zip(_chosen(figures), (PAPER_WIDE, PAPER, PAPER), strict=False)
        ],
        "care_title": say("Read with care"),
        "care": [say(text) for text in _WITH_CARE],
        "source_word": say("Source:"),
        "foot": say("All figures, definitions and methods are in the edition on screen."),
    }


def _finding(finding: Finding, language: Language) -> dict[str, object]:
    return {
        "headline": finding.headline.in_language(language),
        "sentence": finding.sentence.in_language(language),
        "recommendation": finding.recommendation.in_language(language),
        "simulated": finding.simulated,
    }


def _chart(figure: Figure, look: Look, language: Language) -> dict[str, object]:
    return {
        "title": figure.title.in_language(language),
        "alternative": figure.alternative.in_language(language),
        "svg": svg(figure, language, look),
        "source": figure.table.source.in_language(language),
        "simulated": figure.simulated,
    }


def _chosen(figures: Mapping[str, Figure]) -> Sequence[Figure]:
    """The three charts of the published sheet, or the nearest that this edition has."""
    wanted = [next((figures[key] for key in keys if key in figures), None) for keys in _CHARTS]
    chosen = [figure for figure in wanted if figure is not None]
    spare = [figure for figure in figures.values() if figure not in chosen]
    return (chosen + spare)[: len(_CHARTS)]


def _any_simulated(edition: Edition) -> bool:
    tables: tuple[ReleasedTable, ...] = tuple(edition.tables.values())
    return any(table.origin == "simulated" for table in tables)
