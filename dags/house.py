"""What every DAG here shares: who owns it, when a failed task is tried again, and how long it may take.

Only faults that pass are tried again (disk full, network, index down): a fault in the
set-up or in the code fails at once. Parsed often, so it imports Airflow's SDK,
pendulum and the standard library only; exception classes are named, not imported.
"""

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

TIMEZONE = "Asia/Ho_Chi_Minh"
MAX_ACTIVE_TASKS = 2  # never above `core.parallelism`: surplus tasks would fail in the queue

RETRY_POLICY = ExceptionRetryPolicy(
    [
        RetryRule([PermissionError, FileNotFoundError], RetryAction.FAIL, reason="set-up fault"),
        RetryRule(["ketluan.errors.IndexUnavailable", OSError], RetryAction.RETRY, reason="may pass"),
        RetryRule(Exception, RetryAction.FAIL, reason="would fail again"),
    ]
)

TASKS = {
    "owner": "luu-tru",
    "retries": 2,
    "retry_delay": timedelta(minutes=2),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=20),
    "retry_policy": RETRY_POLICY,
    "execution_timeout": timedelta(hours=2),
}
