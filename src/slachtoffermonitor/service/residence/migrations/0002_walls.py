"""The second wall around tracks, and events that are never changed."""

from typing import ClassVar

from django.db import migrations

from slachtoffermonitor.service.accounts.row_security import only_on, protect_rows

_REFUSAL = "an event of a track is added, never changed"


class Migration(migrations.Migration):
    """A track is seen by its organisation, and by who sees the request that it is about."""

    dependencies: ClassVar = [("residence", "0001_tracks")]
    operations: ClassVar = [
        protect_rows("residence_track", shared=("request_id", "care_helprequest", "id")),
        protect_rows("residence_trackevent", through=("track_id", "residence_track", "id")),
        only_on(
            "sqlite",
            [
                "CREATE TRIGGER residence_event_stays BEFORE UPDATE ON residence_trackevent "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            ],
            ["DROP TRIGGER residence_event_stays"],
        ),
        only_on(
            "postgresql",
            [
                "CREATE FUNCTION residence_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
                "CREATE TRIGGER residence_event_stays BEFORE UPDATE ON residence_trackevent "
                "FOR EACH ROW EXECUTE FUNCTION residence_refuse()",
            ],
            ["DROP FUNCTION residence_refuse CASCADE"],
        ),
    ]
