"""Slachtoffermonitor: from lawful reports of human trafficking to figures a country can act on."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("slachtoffermonitor")
