"""The headline findings: each a sentence bound to figures, and what should be done.

A finding is left out when the edition lacks its figures. Every number in a sentence comes from a
claim, from a key figure computed from claims, or from a released table.
"""

from __future__ import annotations

from collections.abc import Mapping

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition.findings.factsheet_2014_2018 import factsheet_findings
from slachtoffermonitor.edition.findings.general import general_findings
from slachtoffermonitor.edition.findings.monitor_2016_2020 import monitor_findings
from slachtoffermonitor.edition.results import Finding

__all__ = ["state_findings"]

_OF_WINDOW = {(2014, 2018): factsheet_findings, (2016, 2020): monitor_findings}


def state_findings(
    tables: Mapping[str, ReleasedTable], window: tuple[int, int]
) -> tuple[Finding, ...]:
    """What are the headlines of the edition, from its released tables and the claims?

    The windows of the factsheet on 2014-2018 and of the monitor on 2016-2020 have the findings of
    those, with figures that follow from the claims.
    """
    return _OF_WINDOW.get(window, general_findings)(tables)
