"""What a reader can work out from everything that was published together."""

from slachtoffermonitor.disclose.attack.breaches import Breach, attack, attack_set

__all__ = ["Breach", "attack", "attack_set"]
