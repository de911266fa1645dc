"""Key-encryption keys: read from outside the database, named, the newest in use.

The ring is JSON: `{"current": "k2", "keys": {"k1": BASE64, "k2": BASE64}, "audit": BASE64}`, each
key 32 random bytes. A key stays in the ring until `rotate_keys` has re-wrapped everything under
the current one; the audit key never changes, because the chain of old entries is checked with it.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from slachtoffermonitor.ground import SlachtoffermonitorError

__all__ = ["KeyRing", "VaultError", "decrypt", "encrypt", "new_key_ring", "read_key_ring"]

_BYTES = 32
_NONCE = 12


class VaultError(SlachtoffermonitorError):
    """Something sealed cannot be opened: destroyed, altered, or its key is not in the ring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """The keys by name, which one seals now, and the key of the audit chain; `repr` has none."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)
    audit: bytes = field(repr=False)

    @classmethod
    def empty(cls) -> KeyRing:
        """Give a ring without keys, which can seal nothing."""
        return cls(current="", keys={}, audit=b"")

    def wrap(self, key: bytes, record: bytes) -> bytes:
        """Encrypt a record's data key under the current key, bound to the record."""
        return encrypt(self.keys[self.current], key, record)

    def unwrap(self, wrapped: bytes, record: bytes, key_id: str) -> bytes:
        """Decrypt a record's data key.

        Raises:
            VaultError: The key is not in the ring, or what is wrapped was altered or moved.

        """
        if key_id not in self.keys:
            raise VaultError(f"the key '{key_id}' is not in the ring of the vault")
        return decrypt(self.keys[key_id], wrapped, record)


def encrypt(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """Encrypt with AES-256-GCM; the random nonce stands before the ciphertext."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Decrypt what `encrypt` gave.

    Raises:
        VaultError: The ciphertext was altered, belongs elsewhere or to another key.

    """
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to)
    except (InvalidTag, ValueError):
        raise VaultError(
            "something in the vault was altered, belongs to another record, or was destroyed"
        ) from None


def read_key_ring(text: str) -> KeyRing:
    """Which keys does the vault have?

    Raises:
        ValueError: What is wrong with the ring, without any key.

    """
    if not text:
        raise ValueError("the vault has no keys; `slachtoffermonitor manage new-keys` makes a ring")
    try:
        ring = json.loads(text)
        current = str(ring["current"])
        keys = {
            str(name): base64.b64decode(key, validate=True) for name, key in ring["keys"].items()
        }
        audit = base64.b64decode(ring["audit"], validate=True)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError("is no ring of keys as `manage new-keys` makes it") from None
    if any(len(key) != _BYTES for key in (*keys.values(), audit)):
        raise ValueError("has a key that is not 32 bytes long")
    if len({*keys.values(), audit}) <= len(keys):
        raise ValueError("has the same key twice")
    if current not in keys:
        raise ValueError("names a current key that is not in the ring")
    return KeyRing(current=current, keys=keys, audit=audit)


def new_key_ring(name: str, old: str = "") -> str:
    """Give the text of a ring with a fresh current key; the keys of the old ring stay in it.

    Raises:
        ValueError: The old ring cannot be read, or has a key of this name.

    """
    fresh = base64.b64encode(secrets.token_bytes(_BYTES)).decode()
    if not old:
        audit = base64.b64encode(secrets.token_bytes(_BYTES)).decode()
        ring: dict[str, object] = {"current": name, "keys": {name: fresh}, "audit": audit}
        return json.dumps(ring, indent=1)
    if name in read_key_ring(old).keys:
        raise ValueError("the ring has a key of this name")
    former = json.loads(old)
    return json.dumps(
        {**former, "current": name, "keys": {**former["keys"], name: fresh}}, indent=1
    )
