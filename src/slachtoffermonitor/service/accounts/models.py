"""Who works with the service: organisations, their people, the roles and the keys of systems.

Of a person who works here only the name and the e-mail address for signing in are kept.
"""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from slachtoffermonitor.service.accounts.roles import Role
from slachtoffermonitor.vocabulary import code_list

__all__ = ["ClientKey", "Organisation", "RoleAssignment", "User"]


def reporter_codes() -> list[tuple[str, str]]:
    """Give the codes of reporters of the vocabulary, as a form wants them."""
    reporters = code_list("reporters")
    return [(code, reporters.label(code, "en")) for code in reporters]


class Organisation(models.Model):
    """An organisation that reports, registers, gives care or analyses."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200, unique=True)
    reporter = models.CharField(_("kind of reporter"), max_length=10, choices=reporter_codes)
    municipality = models.CharField(_("municipality"), max_length=6, blank=True)
    region = models.CharField(_("region"), max_length=40, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        """Named once, listed by name."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Give the name."""
        return self.name


class UserAccounts(BaseUserManager["User"]):
    """Makes accounts; an account without a password signs in through its office only."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an account, its address in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in; what the person may do is said by the roles and the organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="people")
    is_active = models.BooleanField(_("active"), default=True)
    # None for a password of one's own; else until when the first one counts.
    first_password_until = models.DateTimeField(null=True, editable=False)

    objects = UserAccounts()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        """Listed by name."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Give the name."""
        return self.name

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles that hold today."""
        found = self.assignments.filter(
            models.Q(until=None) | models.Q(until__gte=timezone.localdate())
        )
        return frozenset(Role(role) for role in found.values_list("role", flat=True))

    @property
    def audit_name(self) -> str:
        """How the audit trail names the person: by key, not by name."""
        return f"user:{self.pk}"

    def has_perm(self, permission: str, about: object = None) -> bool:
        """Whether the permission table lets the person do this with that object."""
        from slachtoffermonitor.service.accounts.permissions import may  # noqa: PLC0415

        return may(self, permission, about)


class RoleAssignment(models.Model):
    """A role that a person holds, until a day or until taken away."""

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments")
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        """A role is held once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role"], name="one_assignment_of_a_role")
        ]

    def __str__(self) -> str:
        """Name the role."""
        return str(Role(self.role).label)


class ClientKey(models.Model):
    """The key with which a system of an organisation calls the API; only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="client_keys")
    label = models.CharField(_("what it is for"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)
    last_used_on = models.DateField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    # An API client stands where a user stands: the same questions are asked of it.
    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False
    roles: ClassVar[frozenset[Role]] = frozenset({Role.API_CLIENT})

    class Meta:
        """Listed by organisation."""

        ordering: ClassVar = ["organisation", "label"]

    def __str__(self) -> str:
        """Say what it is for."""
        return self.label

    @property
    def audit_name(self) -> str:
        """How the audit trail names the client."""
        return f"client:{self.pk}"
