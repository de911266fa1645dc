"""Where somebody was said to live or be found: places, addresses, postcodes."""

from __future__ import annotations

from typing import Final

from slachtoffermonitor.link.model.comparing import ELSE, one_apart, unknown
from slachtoffermonitor.link.model.design import Comparison, Level

__all__ = ["ADDRESS", "HOUSE_NUMBER", "PLACE", "POSTCODE"]

ADDRESS: Final = Comparison(
    name="address",
    uses=("address", "address_tokens"),
    missing=unknown("address"),
    levels=(
        Level("same words", "address_l = address_r", 0.60, 1e-5),
        Level("alike", "jaro_winkler_similarity(address_l, address_r) >= 0.9", 0.10, 1e-4),
        Level(
            "shares half of the words",
            "list_has_any(address_tokens_l, address_tokens_r) AND "
            "2 * len(list_intersect(address_tokens_l, address_tokens_r)) >= "
            "greatest(len(address_tokens_l), len(address_tokens_r))",
            0.10,
            5e-3,
        ),
        Level(
            "shares a word",
            "list_has_any(address_tokens_l, address_tokens_r)",
            0.05,
            0.1,
        ),
        Level("different", ELSE, 0.15, 0.89),
    ),
)
HOUSE_NUMBER: Final = Comparison(
    name="house_number",
    uses=("house_number",),
    missing=unknown("house_number"),
    levels=(
        Level("same", "house_number_l = house_number_r", 0.75, 0.02),
        Level("one sign apart", one_apart("house_number", 2), 0.05, 0.1),
        Level("different", ELSE, 0.20, 0.88),
    ),
)
POSTCODE: Final = Comparison(
    name="postcode",
    uses=("postcode",),
    missing=unknown("postcode"),
    levels=(
        Level("same", "postcode_l = postcode_r", 0.65, 1e-3),
        Level("one sign apart", one_apart("postcode", 4), 0.08, 5e-3),
        Level(
            "same district",
            "length(postcode_l) > 4 AND postcode_l[:4] = postcode_r[:4]",
            0.05,
            2e-3,
        ),
        Level("different", ELSE, 0.22, 0.992),
    ),
)
PLACE: Final = Comparison(
    name="municipality",
    uses=("municipality",),
    missing=unknown("municipality"),
    levels=(
        Level("same", "municipality_l = municipality_r", 0.6, 0.1, "bearers"),
        Level(
            "alike",
            "jaro_winkler_similarity(municipality_l, municipality_r) >= 0.9",
            0.03,
            0.01,
        ),
        Level("different", ELSE, 0.37, 0.89),
    ),
    frequency="municipality",  # many live in Amsterdam
)
