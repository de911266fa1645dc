"""What has been published: claims with their source, and what they say about a quoted number.

Nothing here is about a person; every number stands in a public source that is cited with it.
"""

from slachtoffermonitor.published.capture import (
    PublishedCaptureTable,
    capture_table,
    capture_table_names,
)
from slachtoffermonitor.published.checking import (
    Answer,
    NumberCheck,
    Question,
    QuotedNumber,
    Statement,
    check_as_data,
    check_number,
    check_rules,
    read_quote,
    statements,
)
from slachtoffermonitor.published.claims import (
    Claim,
    claim,
    claims,
    claims_frame,
    find_claims,
)
from slachtoffermonitor.published.formula import Formula
from slachtoffermonitor.published.key_figures import KeyFigure, key_figure, key_figures
from slachtoffermonitor.published.series import (
    SeriesTotal,
    TotalParts,
    explain_total,
    series_frame,
    series_total,
)

__all__ = [
    "Answer",
    "Claim",
    "Formula",
    "KeyFigure",
    "NumberCheck",
    "PublishedCaptureTable",
    "Question",
    "QuotedNumber",
    "SeriesTotal",
    "Statement",
    "TotalParts",
    "capture_table",
    "capture_table_names",
    "check_as_data",
    "check_number",
    "check_rules",
    "claim",
    "claims",
    "claims_frame",
    "explain_total",
    "find_claims",
    "key_figure",
    "key_figures",
    "read_quote",
    "series_frame",
    "series_total",
    "statements",
]
