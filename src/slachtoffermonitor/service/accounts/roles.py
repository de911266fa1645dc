"""The roles of people, and the one of systems."""

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["Role"]


class Role(models.TextChoices):
    """What somebody does here; somebody can have more than one role."""

    REPORTER = "reporter", _("reporter")
    REGISTRAR = "registrar", _("registrar")
    CARE_COORDINATOR = "care_coordinator", _("care coordinator")
    ANALYST = "analyst", _("analyst")
    COUNSELLOR = "counsellor", _("counsellor")
    PROGRAMME_COORDINATOR = "programme_coordinator", _("programme coordinator")
    RELEASE_OFFICER = "release_officer", _("release officer")
    PRIVACY_OFFICER = "privacy_officer", _("privacy officer")
    ADMINISTRATOR = "administrator", _("administrator")
    API_CLIENT = "api_client", _("system of an organisation")
