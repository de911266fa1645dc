"""An edition on screen and on paper: website, factsheet, open data. Sees released tables only."""

from slachtoffermonitor.publish.publishing import publish_edition

__all__ = ["publish_edition"]
