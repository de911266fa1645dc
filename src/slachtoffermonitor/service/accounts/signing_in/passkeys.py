"""The questions about a passkey, in the words of the service."""

from __future__ import annotations

from allauth.mfa.webauthn import forms as library
from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["AddPasskeyForm", "EditPasskeyForm"]


class AddPasskeyForm(library.AddWebAuthnForm):
    """What the new passkey is called, and whether it is enough by itself."""

    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    passwordless = forms.BooleanField(
        label=_("Sign in with this passkey alone"),
        help_text=_("Your telephone or computer asks for your fingerprint, your face or a PIN."),
        initial=True,
        required=False,
    )


class EditPasskeyForm(library.EditWebAuthnForm):
    """What a passkey is called from now on."""

    name = forms.CharField(label=_("Name"), max_length=100)
