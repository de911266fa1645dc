"""The questions of the reporting point, as forms that work without JavaScript."""
