"""The second wall around every table of the register, and versions that are never changed."""

from typing import ClassVar

from django.db import migrations

from slachtoffermonitor.service.accounts.row_security import only_on, protect_rows

_OWN = ("report", "tally", "draft", "accesscode", "idempotencykey", "uploadbatch")
_OF_A_REPORT = ("reportversion", "consent", "officerdecision", "tokenrow", "matchcandidate")
_REFUSAL = "a version of a report is added, never changed"


class Migration(migrations.Migration):
    """Rows are seen within the scope of who acts; a version stays what it was."""

    dependencies: ClassVar = [("register", "0005_uploads")]
    operations: ClassVar = [
        *(protect_rows(f"register_{table}") for table in _OWN),
        *(
            protect_rows(f"register_{table}", through=("report_id", "register_report", "id"))
            for table in _OF_A_REPORT
        ),
        protect_rows("register_uploadrow", through=("batch_id", "register_uploadbatch", "id")),
        only_on(
            "sqlite",
            [
                "CREATE TRIGGER register_version_stays BEFORE UPDATE ON register_reportversion "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            ],
            ["DROP TRIGGER register_version_stays"],
        ),
        only_on(
            "postgresql",
            [
                "CREATE FUNCTION register_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
                "CREATE TRIGGER register_version_stays BEFORE UPDATE ON register_reportversion "
                "FOR EACH ROW EXECUTE FUNCTION register_refuse()",
            ],
            ["DROP FUNCTION register_refuse CASCADE"],
        ),
    ]
