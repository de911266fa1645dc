"""Linking without names: tokens made at the organisation, and compared here."""

from slachtoffermonitor.link.private.columns import is_tokenised
from slachtoffermonitor.link.private.gathering import gather_private
from slachtoffermonitor.link.private.keys import Key, new_key
from slachtoffermonitor.link.private.parameters import TokenParameters
from slachtoffermonitor.link.private.token_files import is_token_file, read_tokens, write_tokens
from slachtoffermonitor.link.private.tokens import tokenise

__all__ = [
    "Key",
    "TokenParameters",
    "gather_private",
    "is_token_file",
    "is_tokenised",
    "new_key",
    "read_tokens",
    "tokenise",
    "write_tokens",
]
