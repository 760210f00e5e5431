"""The few questions that the launcher asks Airflow over HTTP: is it well, start a run, how far is the run."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

ENDED = {"success", "failed"}


class NotReady(Exception):
    """No answer, or not the one that was asked for (yet)."""


@dataclass(slots=True)
class Api:
    """Airflow's REST API at `base`. Signs in at the first question that needs it."""

    base: str
    user: str
    password: str = field(repr=False)
    _token: str = field(default="", repr=False)

    def unhealthy(self) -> list[str]:
        """Names of the parts that are not healthy yet. Raises NotReady without an answer."""
        health = self._ask("/api/v2/monitor/health", signed=False)
        return [name for name, part in health.items() if part and part.get("status") not in ("healthy", None)]

    def start_run(self, dag_id: str, conf: dict[str, Any]) -> str:
        """Start a run of the DAG; gives its id. Raises NotReady while the DAG is not known."""
        answer = self._ask(f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": conf})
        return str(answer["dag_run_id"])

    def run_state(self, dag_id: str, run_id: str) -> str:
        """`queued`, `running`, `success` or `failed`."""
        return str(self._ask(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")["state"])

    def task_states(self, dag_id: str, run_id: str) -> list[tuple[str, str]]:
        """Task and state of each task instance of the run."""
        answer = self._ask(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances")
        return [(task["task_id"], task["state"] or "") for task in answer["task_instances"]]

    def _ask(self, path: str, body: dict[str, Any] | None = None, *, signed: bool = True) -> Any:
        headers = {"Content-Type": "application/json"}
        if signed:
            headers["Authorization"] = f"Bearer {self._sign_in()}"
        return self._send(path, body, headers)

    def _sign_in(self) -> str:
        if not self._token:
            body = {"username": self.user, "password": self.password}
            answer = self._send("/auth/token", body, {"Content-Type": "application/json"})
            self._token = str(answer["access_token"])
        return self._token

    def _send(self, path: str, body: dict[str, Any] | None, headers: dict[str, str]) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, headers)  # noqa: S310  # our own http address
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 401:
                self._token = ""
            raise NotReady(f"{path}: {error.code} {error.read(300).decode('utf-8', 'replace')}") from error
        except (OSError, ValueError) as error:
            raise NotReady(f"{path}: {error}") from error
