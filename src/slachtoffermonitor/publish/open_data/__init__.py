"""The edition as open data: every table in open formats, described for people and for software."""

from slachtoffermonitor.publish.open_data.frames import open_frame
from slachtoffermonitor.publish.open_data.writing import write_open_data

__all__ = ["open_frame", "write_open_data"]
