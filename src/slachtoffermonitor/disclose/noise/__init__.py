"""Differential privacy for counts, and the budget that it takes over all editions."""

from slachtoffermonitor.disclose.noise.counts import NoisyCounts, noisy_counts, sensitivity

__all__ = ["NoisyCounts", "noisy_counts", "sensitivity"]
