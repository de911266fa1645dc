"""The app of the reporting point."""

from django.apps import AppConfig

__all__ = ["RegisterConfig"]


class RegisterConfig(AppConfig):
    """Reports, consents, counts, drafts, uploads and pairs that may be one person."""

    name = "slachtoffermonitor.service.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"
