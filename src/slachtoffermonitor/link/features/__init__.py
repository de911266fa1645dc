"""From what a record says to the features that are compared."""

from slachtoffermonitor.link.features.clear import FEATURES, clear_features, features_from

__all__ = ["FEATURES", "clear_features", "features_from"]
