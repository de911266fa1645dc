"""Cell suppression: which counts to hide so that the unsafe ones cannot be worked out."""

from slachtoffermonitor.disclose.suppression.hiding import Suppression, suppress
from slachtoffermonitor.disclose.suppression.primary import unsafe_rows

__all__ = ["Suppression", "suppress", "unsafe_rows"]
