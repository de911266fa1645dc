"""What has been published: claims with their source, and what they say about a quoted number.

Nothing here is about a person; every number stands in a public source that is cited with it.
"""

from slachtoffermonitor.published.capture import (
    PublishedCaptureTable,
    capture_table,
    capture_table_names,
)
from slachtoffermonitor.published.claims import (
    Claim,
    Standing,
    claim,
    claims,
    claims_frame,
    find_claims,
)

__all__ = [
    "Claim",
    "PublishedCaptureTable",
    "Standing",
    "capture_table",
    "capture_table_names",
    "claim",
    "claims",
    "claims_frame",
    "find_claims",
]
