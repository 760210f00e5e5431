"""### Lập lại chỉ mục · Rebuild the index

**When it runs**: on demand only: after an upgrade that says so, or when the index is lost.

**What it does**: makes a new index from every notice of the archive and puts it in the place of the old one,
which answers until then. The archive is only read.

**Running it again** makes the same index once more. Two rebuilds never overlap. A notice that the
nightly run takes in meanwhile is added by the next nightly run.
"""

from datetime import timedelta

from airflow.sdk import dag, task
from house import TASKS


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    max_active_tasks=1,
    dagrun_timeout=timedelta(hours=12),
    default_args=TASKS | {"execution_timeout": timedelta(hours=6)},
    tags=["ketluan", "on-demand"],
    doc_md=__doc__,
)
def rebuild_index() -> None:
    @task
    def rebuild() -> int:
        from contextlib import closing

        from ketluan.archive import Archive
        from ketluan.index import Work, open_index, rebuild
        from ketluan.settings import Settings

        settings = Settings()
        with closing(open_index(settings, Work.REBUILD)) as index:
            return rebuild(index, Archive(settings.archive).notices())

    rebuild()


rebuild_index()
