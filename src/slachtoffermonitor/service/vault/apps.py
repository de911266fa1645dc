"""The app of the vault."""

from django.apps import AppConfig

__all__ = ["VaultConfig"]


class VaultConfig(AppConfig):
    """The tables of the vault."""

    name = "slachtoffermonitor.service.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"
