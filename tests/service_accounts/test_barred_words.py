"""A password holds no word of the service and no name of an organisation."""

from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from slachtoffermonitor.service.accounts.models import Organisation
from slachtoffermonitor.service.accounts.signing_in.passwords import BARRED_WORDS

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).parents[2] / "docs" / "service-security.md"


@pytest.mark.parametrize(
    "password",
    [
        "Slachtoffer-2026-hier",
        "m.o.n.i.t.o.r stands here",
        "een tocht naar Zuidwésthoek",
        "trafficking by the sea",
    ],
)
def test_a_barred_word_is_refused_and_not_repeated(person, password):
    user = person("reporter")
    Organisation.objects.create(name="Politie Zuidwesthoek", reporter="POL")
    with pytest.raises(ValidationError) as refused:
        validate_password(password, user)
    assert [error.code for error in refused.value.error_list] == ["barred_word"]
    assert "uidw" not in " ".join(refused.value.messages)


@pytest.mark.parametrize("password", ["seven owls in a quiet barn", "kievit tureluur wulp griet"])
def test_other_sentences_are_taken(person, password):
    assert validate_password(password, person("reporter")) is None


def test_the_list_stands_in_the_documents():
    said = DOCUMENT.read_text(encoding="utf-8")
    assert [word for word in BARRED_WORDS if f"`{word}`" not in said] == []
