"""Check a number that somebody quotes: read it, compare it by rules that are data, explain it."""

from slachtoffermonitor.published.checking.answers import (
    Answer,
    NumberCheck,
    Verdict,
    check_number,
)
from slachtoffermonitor.published.checking.comparing import Relation
from slachtoffermonitor.published.checking.exporting import check_as_data
from slachtoffermonitor.published.checking.numbers import QuotedNumber
from slachtoffermonitor.published.checking.questions import Question, read_quote
from slachtoffermonitor.published.checking.rules import check_rules
from slachtoffermonitor.published.checking.statements import Statement, statements

__all__ = [
    "Answer",
    "NumberCheck",
    "Question",
    "QuotedNumber",
    "Relation",
    "Statement",
    "Verdict",
    "check_as_data",
    "check_number",
    "check_rules",
    "read_quote",
    "statements",
]
