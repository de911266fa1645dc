"""An edition becomes files: website, factsheets, open data."""

from __future__ import annotations

from pathlib import Path

from slachtoffermonitor.edition import Edition
from slachtoffermonitor.ground import LANGUAGES, write_bytes
from slachtoffermonitor.publish._factsheet import factsheet
from slachtoffermonitor.publish._site import WHOLE_FILES, write_site
from slachtoffermonitor.publish.charts import draw_figures
from slachtoffermonitor.publish.open_data import write_open_data
from slachtoffermonitor.publish.report import report

__all__ = ["publish_edition"]


def publish_edition(edition: Edition, folder: Path) -> None:
    """How does everybody get to see the edition?

    Only what `disclose.release` let through can be published: an edition holds nothing else. A
    table that no chart knows is shown as a table; a chapter without tables is left out.

    Args:
        edition: what the run of an edition gave.
        folder: exists and is empty, or is a folder that is being filled (`ground.new_folder`).

    Writes `site/nl/index.html` and `site/en/index.html` with all further pages, the factsheets
    `factsheet-nl.pdf` and `factsheet-en.pdf`, the full reports `report-nl.pdf` and `report-en.pdf`,
    and `data/`. The same edition gives the same bytes, the font of the reader's machine excepted.

    """
    write_open_data(edition, folder / "data")
    figures = {language: draw_figures(edition.tables, language) for language in LANGUAGES}
    for language in LANGUAGES:
        sheet = factsheet(edition, figures[language], language)
        write_bytes(folder / f"factsheet-{language}.pdf", sheet)
        whole = report(edition, figures[language], language)
        write_bytes(folder / f"report-{language}.pdf", whole)
    sizes = {
        name: (folder / name).stat().st_size for name, _ in WHOLE_FILES if (folder / name).exists()
    }
    write_site(edition, folder / "site", figures=figures, sizes=sizes)
