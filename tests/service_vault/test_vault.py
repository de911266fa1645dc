"""What is sealed opens for a purpose, for its own record, with its key: and otherwise never."""

import base64
import json

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from slachtoffermonitor.ground import SlachtoffermonitorError
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.vault import (
    open_identity,
    remove_fields,
    reseal,
    rotate_keys,
    seal,
    shred,
)
from slachtoffermonitor.service.vault.keys import (
    VaultError,
    decrypt,
    encrypt,
    new_key_ring,
    read_key_ring,
)
from slachtoffermonitor.service.vault.models import SealedIdentity

pytestmark = pytest.mark.django_db
NAME = {"family_name": "Verzonnen", "birth_date": "2007-04-01"}
WHO = {"actor": "service:test", "purpose": "REGISTER"}


@pytest.fixture(autouse=True)
def everything(db):
    with as_service("test"):
        yield


@pytest.fixture
def ring(monkeypatch):
    """Put another ring in the place of the keys."""
    from dataclasses import replace

    def put(text):
        ring = read_key_ring(text)
        monkeypatch.setattr(settings, "CONFIGURATION", replace(settings.CONFIGURATION, keys=ring))

    return put


def test_what_is_sealed_opens_again_and_the_opening_is_written_down():
    sealed = seal(NAME)
    assert open_identity(sealed, **WHO) == NAME
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.purpose) == ("identity.opened", "REGISTER")
    assert entry.subject == f"sealedidentity:{sealed.pk}"


def test_only_the_fields_asked_for_are_opened():
    assert open_identity(seal(NAME), fields=["birth_date"], **WHO) == {"birth_date": "2007-04-01"}


def test_without_a_purpose_nothing_opens():
    with pytest.raises(VaultError, match="purpose"):
        open_identity(seal(NAME), actor="service:test", purpose=" ")
    assert not AuditEntry.objects.exists()


def test_nothing_of_the_identity_stands_in_the_row_its_text_or_the_trail():
    sealed = seal(NAME)
    open_identity(sealed, **WHO)
    row = SealedIdentity.objects.values().get()
    told = repr(row) + repr(sealed) + str(sealed) + repr(list(AuditEntry.objects.values()))
    assert "Verzonnen" not in told
    assert "2007-04-01" not in told
    assert base64.b64encode(b"Verzonnen").decode()[:8] not in told


def test_lengths_do_not_tell_names_apart():
    short, long = seal({"family_name": "Li"}), seal({"family_name": "Verzonnen-van den Bosch"})
    assert len(short.fields["family_name"]) == len(long.fields["family_name"])


@given(value=st.text(min_size=1, max_size=200))
def test_any_text_survives(value):
    assert open_identity(seal({"note": value}), **WHO) == {"note": value}


@pytest.mark.parametrize("column", ["wrapped_key", "fields", "key_id"])
def test_what_is_put_in_another_record_does_not_open(column):
    own, other = seal(NAME), seal({"family_name": "Anders", "birth_date": "1999-01-01"})
    setattr(own, column, getattr(other, column) if column != "key_id" else "k9")
    with pytest.raises(VaultError):
        open_identity(own, **WHO)


def test_fields_cannot_change_places_within_a_record():
    sealed = seal({"family_name": "Verzonnen", "given_name": "Anders"})
    sealed.fields = {
        "family_name": sealed.fields["given_name"],
        "given_name": sealed.fields["family_name"],
    }
    with pytest.raises(VaultError, match="altered"):
        open_identity(sealed, **WHO)


def test_a_correction_changes_its_field_alone():
    sealed = seal(NAME)
    reseal(sealed, {"family_name": "Bedacht"}, **WHO)
    assert open_identity(sealed, **WHO) == {**NAME, "family_name": "Bedacht"}


def test_a_field_whose_time_is_over_is_gone_and_the_others_stay():
    sealed = seal(NAME)
    remove_fields(sealed, ["family_name"], actor="service:retention", reason="RETENTION")
    assert open_identity(sealed, **WHO) == {"birth_date": "2007-04-01"}


def test_a_destroyed_identity_is_gone_for_ever():
    sealed = seal(NAME)
    shred(sealed, actor="service:retention", reason="RETENTION")
    kept = SealedIdentity.objects.get()
    assert (bytes(kept.wrapped_key), kept.fields) == (b"", {})
    with pytest.raises(VaultError, match="destroyed"):
        open_identity(kept, **WHO)


def test_after_rotation_the_old_key_is_not_needed_any_more(ring):
    first = new_key_ring("old")
    ring(first)
    rows = [seal({"family_name": f"Naam{number}"}) for number in range(7)]
    shred(rows[0], actor="service:test", reason="RETENTION")
    both = new_key_ring("new", first)
    ring(both)
    assert rotate_keys() == 6
    assert rotate_keys() == 0
    alone = json.loads(both)
    del alone["keys"]["old"]
    ring(json.dumps(alone))
    for number, row in enumerate(rows[1:], 1):
        row.refresh_from_db()
        assert open_identity(row, **WHO) == {"family_name": f"Naam{number}"}


def test_rotation_says_how_many_cannot_be_unwrapped_and_does_the_others(ring):
    ring(new_key_ring("lost"))
    lost = seal(NAME)
    first = new_key_ring("old")
    ring(first)
    kept = seal(NAME)
    ring(new_key_ring("new", first))
    with pytest.raises(SlachtoffermonitorError, match="1 sealed"):
        rotate_keys()
    kept.refresh_from_db()
    lost.refresh_from_db()
    assert (kept.key_id, lost.key_id) == ("new", "lost")


def test_a_ciphertext_altered_anywhere_does_not_open():
    key = bytes(range(32))
    sealed = encrypt(key, b"Verzonnen", b"record")
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(VaultError):
            decrypt(key, bytes(altered), b"record")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no keys"),
        ("{", "no ring"),
        ('{"current": "k", "keys": {"k": "AAAA"}, "audit": "AAAA"}', "32 bytes"),
        (new_key_ring("k").replace('"current": "k"', '"current": "z"'), "not in the ring"),
    ],
)
def test_a_ring_that_cannot_be_used_is_refused(text, what):
    with pytest.raises(ValueError, match=what):
        read_key_ring(text)


def test_a_ring_does_not_take_the_same_name_twice():
    with pytest.raises(ValueError, match="of this name"):
        new_key_ring("k", new_key_ring("k"))
