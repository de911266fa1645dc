"""Known events in a series of counts: what changed at that day, beside the trend."""
