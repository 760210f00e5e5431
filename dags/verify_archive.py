"""### Kiểm tra kho · Verify the archive

**When it runs**: every Sunday at 04:00 (Asia/Ho_Chi_Minh), and on demand.

**What it does**: `verify` reads every file of the archive and compares it with the checksum
written when it was stored; anything missing, changed or unknown turns the run red and is listed. Nothing is
repaired: take the file from a backup. `heal` compares the index with the archive and mends the index:
adds what is missing, takes out what the archive does not hold, replaces what is outdated.

**Running it again** changes nothing. A verification that was stopped goes on where it was.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task
from airflow.sdk.exceptions import AirflowFailException
from house import TASKS, TIMEZONE


@dag(
    schedule=CronTriggerTimetable("0 4 * * 0", timezone=TIMEZONE, run_immediately=timedelta(0)),
    catchup=False,
    max_active_runs=1,
    max_active_tasks=1,
    dagrun_timeout=timedelta(hours=12),
    default_args=TASKS | {"execution_timeout": timedelta(hours=6)},
    tags=["ketluan", "weekly"],
    doc_md=__doc__,
)
def verify_archive() -> None:
    @task
    def verify() -> None:
        from ketluan import steps

        if found := steps.verify(TIMEZONE):
            raise AirflowFailException("\n".join([f"{len(found)} sai lệch trong kho:", *found]))

    @task
    def heal() -> dict[str, int]:
        from contextlib import closing

        from ketluan.archive import Archive
        from ketluan.index import open_index, reconcile
        from ketluan.settings import Settings

        settings = Settings()
        with closing(open_index(settings)) as index:
            found = reconcile(index, Archive(settings.archive).notices(), heal=True)
        return {"missing": len(found.missing), "orphaned": len(found.orphaned), "outdated": len(found.outdated)}

    verify()
    heal()


verify_archive()
