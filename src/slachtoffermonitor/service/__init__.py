"""The reporting point and its desks: a Django project; the only room where Django lives.

People type here; nothing is counted or estimated here. The service hands frames to the analysis
rooms and shows what they return. What runs it is `slachtoffermonitor serve` and `manage`.
"""

from slachtoffermonitor.service.project.configuration import Configuration, read_configuration

__all__ = ["Configuration", "read_configuration"]
