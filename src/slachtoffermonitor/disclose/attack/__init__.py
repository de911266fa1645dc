"""What a reader can work out from everything that was published together."""

from slachtoffermonitor.disclose.attack.breaches import Breach, attack, attack_set
from slachtoffermonitor.disclose.attack.intervals import Intervals, Need, feasible_intervals

__all__ = ["Breach", "Intervals", "Need", "attack", "attack_set", "feasible_intervals"]
