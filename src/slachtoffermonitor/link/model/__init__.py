"""What a linkage model compares, as data: one design per kind of input, one engine for all."""

from slachtoffermonitor.link.model.clear import clear_design
from slachtoffermonitor.link.model.design import (
    BlockingRule,
    Comparison,
    Level,
    ModelDesign,
    PairWeight,
)
from slachtoffermonitor.link.model.sql import level_sql, splink_settings

__all__ = [
    "BlockingRule",
    "Comparison",
    "Level",
    "ModelDesign",
    "PairWeight",
    "clear_design",
    "level_sql",
    "splink_settings",
]
