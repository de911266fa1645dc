"""What a reader can work out from everything that was published together."""

from slachtoffermonitor.disclose.attack.breaches import Breach, attack, attack_set
from slachtoffermonitor.disclose.attack.reconstruction import Reconstruction, reconstruct

__all__ = ["Breach", "Reconstruction", "attack", "attack_set", "reconstruct"]
