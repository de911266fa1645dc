"""The vault: what identifies a person, sealed apart from the record, opened only for a purpose.

Data keys are of one record each and lie in the database wrapped by a key-encryption key that does
not: who holds the database alone holds nothing. Destroying a record's data key destroys what it
sealed.

The functions are in `vault.sealing` and `vault.rotating` and are given here as `seal`,
`open_identity`, `rotate_keys` and `shred`; they load the database's models, and therefore only
when asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slachtoffermonitor.service.vault.rotating import rotate_keys
    from slachtoffermonitor.service.vault.sealing import (
        open_identity,
        remove_fields,
        reseal,
        seal,
        seal_many,
        shred,
    )

__all__ = ["open_identity", "remove_fields", "reseal", "rotate_keys", "seal", "seal_many", "shred"]


def __getattr__(name: str) -> Any:
    """Load the models only when a name is asked for: Django must be set up by then."""
    if name not in __all__:
        raise AttributeError(name)
    from slachtoffermonitor.service.vault import rotating, sealing  # noqa: PLC0415

    return getattr(rotating if name == "rotate_keys" else sealing, name)
