"""The ground floor: what every room stands on (errors, languages, safe writing, progress).

Nothing here knows what trafficking is. A thing belongs here only when three rooms need it.
"""

from slachtoffermonitor.ground.errors import (
    InputError,
    Problem,
    ReleaseError,
    SlachtoffermonitorError,
)
from slachtoffermonitor.ground.files import new_folder, write_bytes, write_text
from slachtoffermonitor.ground.language import LANGUAGES, Language, Number, Text, translate
from slachtoffermonitor.ground.progress import progress

__all__ = [
    "LANGUAGES",
    "InputError",
    "Language",
    "Number",
    "Problem",
    "ReleaseError",
    "SlachtoffermonitorError",
    "Text",
    "new_folder",
    "progress",
    "translate",
    "write_bytes",
    "write_text",
]
