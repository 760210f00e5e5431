"""### Nhận văn bản từ hộp thư đến · Take in the inbox

**When it runs**: every night at 01:00 (Asia/Ho_Chi_Minh), and on demand. After nights
without power only the latest one is made up for: the work is whatever lies in the
inbox now, not the files of a date.

**What it does**: `plan` lists the files that have stood still and cuts them into chunks;
`ingest` reads and archives one chunk; `index` brings the index level with the archive;
`report` writes what came of every file and always runs; `tell` asks the followed questions and sends letters,
and tries again next night what it could not send; `watcher` turns the run red
when a step before it failed.

**What a bad file does**: it goes to quarantine with its reason and into the report. The run stays green.

**Running it again** changes nothing: files are known by their content.
Two runs never overlap; one that is started by hand waits for the other.

**Parameter** `settle_seconds`: a file is taken once it has stood still this long; empty means the setting.
"""

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, TriggerRule, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException
from house import MAX_ACTIVE_TASKS, TASKS, TIMEZONE

SETTLE = Param(None, type=["null", "number"], minimum=0, maximum=3600, title="Chờ tệp đứng yên (giây)")


@dag(
    schedule=CronTriggerTimetable("0 1 * * *", timezone=TIMEZONE, run_immediately=timedelta(0)),
    catchup=False,
    max_active_runs=1,
    max_active_tasks=MAX_ACTIVE_TASKS,
    dagrun_timeout=timedelta(hours=5),
    default_args=TASKS,
    tags=["ketluan", "nightly"],
    doc_md=__doc__,
    params={"settle_seconds": SETTLE},
)
def ingest_inbox() -> None:
    @task
    def plan() -> list[dict[str, Any]]:
        from ketluan import steps

        context = get_current_context()
        planned = steps.plan(TIMEZONE, context["params"]["settle_seconds"])
        context["ti"].xcom_push(key="plan", value=planned)
        return list(planned["chunks"])

    @task(map_index_template="{{ chunk_label }}")
    def ingest(chunk: dict[str, Any]) -> list[dict[str, Any]]:
        from ketluan import steps

        context: Any = get_current_context()
        context["chunk_label"] = f"{len(chunk['files'])} tệp"
        return steps.ingest_chunk(chunk)

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def index() -> dict[str, Any]:
        from ketluan import steps

        return steps.index()

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def report(planned: Any, results: Any, indexed: Any) -> dict[str, int]:
        from ketluan import steps

        counts, failure = steps.report(planned, list(results or []), indexed)
        if failure:
            raise AirflowFailException(failure)
        return counts

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def tell(planned: Any) -> dict[str, Any]:
        from ketluan import steps

        return steps.tell(planned, TIMEZONE)

    @task(trigger_rule=TriggerRule.ONE_FAILED, retries=0)
    def watcher() -> None:
        raise AirflowFailException("Một bước trước đã lỗi; xem nhật ký của bước đó.")

    planned: Any = plan()
    ingested = ingest.expand(chunk=planned)
    indexed = index()
    reported = report(planned["plan"], ingested, indexed)
    ingested >> indexed
    told = tell(planned["plan"])
    reported >> told
    [planned, ingested, indexed, reported, told] >> watcher()


ingest_inbox()
