"""The app of care."""

from django.apps import AppConfig

__all__ = ["CareConfig"]


class CareConfig(AppConfig):
    """Requests for help, providers' places, offers, and hand-overs."""

    name = "slachtoffermonitor.service.care"
    label = "care"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of consents that are withdrawn at the register."""
        from slachtoffermonitor.service.care.acts.ending import hear_of_withdrawals  # noqa: PLC0415

        hear_of_withdrawals()
