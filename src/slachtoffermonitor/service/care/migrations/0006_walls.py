"""The second wall around every table of care, and events that are never changed."""

from typing import ClassVar

from django.db import migrations

from slachtoffermonitor.service.accounts.row_security import only_on, protect_rows

_OF_A_REQUEST = ("helpground", "need", "careevent")
_REQUEST = ("request_id", "care_helprequest", "id")
_REFUSAL = "an event of a request is added, never changed"


class Migration(migrations.Migration):
    """Rows are seen within the scope of who acts; offers and hand-overs by both sides."""

    dependencies: ClassVar = [("care", "0005_hand_overs")]
    operations: ClassVar = [
        protect_rows("care_helprequest", municipality="municipality"),
        *(protect_rows(f"care_{table}", through=_REQUEST) for table in _OF_A_REQUEST),
        protect_rows("care_supply"),
        protect_rows("care_supplyday", through=("supply_id", "care_supply", "id")),
        protect_rows("care_offer", shared=_REQUEST),
        protect_rows(
            "care_handover",
            organisation="to_organisation_id",
            municipality="to_municipality",
            shared=_REQUEST,
        ),
        only_on(
            "sqlite",
            [
                "CREATE TRIGGER care_event_stays BEFORE UPDATE ON care_careevent "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            ],
            ["DROP TRIGGER care_event_stays"],
        ),
        only_on(
            "postgresql",
            [
                "CREATE FUNCTION care_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
                "CREATE TRIGGER care_event_stays BEFORE UPDATE ON care_careevent "
                "FOR EACH ROW EXECUTE FUNCTION care_refuse()",
            ],
            ["DROP FUNCTION care_refuse CASCADE"],
        ),
    ]
