"""The app of people and permissions."""

from django.apps import AppConfig

__all__ = ["AccountsConfig"]


class AccountsConfig(AppConfig):
    """Organisations, users, roles, keys of clients."""

    name = "slachtoffermonitor.service.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for what has to stand in the audit trail, and check the permission table."""
        from slachtoffermonitor.service.accounts.signing_in import signals  # noqa: F401, PLC0415
