"""The app of the audit."""

from django.apps import AppConfig

__all__ = ["AuditConfig"]


class AuditConfig(AppConfig):
    """The tables of the audit."""

    name = "slachtoffermonitor.service.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
