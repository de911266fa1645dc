"""The app of the analyst's desk."""

from django.apps import AppConfig

__all__ = ["DeskConfig"]


class DeskConfig(AppConfig):
    """Runs of editions and who approved them."""

    name = "slachtoffermonitor.service.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
