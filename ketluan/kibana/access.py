"""Who may do what in Elasticsearch? Roles and keys, none of them with more rights than its work needs.

archivist   reads the archive's indices, and Kibana's one space; changes nothing
nightly     key of the nightly run: writes documents into indices that are there
rebuild     key of `ketluan index rebuild` and `rollback`: makes and takes away indices, moves aliases
"""

from __future__ import annotations

from typing import Any

from ketluan.kibana.web import Answer, Site, Unreachable

ARCHIVIST = "ketluan-archivist"

_NIGHTLY = ["create_index", "write", "read", "view_index_metadata", "maintenance"]
_REBUILD = ["manage", "write", "read"]

#: Kind of key → what it may do, in all and with the indices of a prefix.
KEYS: dict[str, tuple[list[str], list[str]]] = {"nightly": ([], _NIGHTLY), "rebuild": (["monitor"], _REBUILD)}

_REFUSED = "Elasticsearch không cho phép {} (mã {}): {}. Hãy kiểm tra tài khoản quản trị (ELASTIC_PASSWORD)."


def archivist(prefix: str, space: str) -> dict[str, Any]:
    """The role of whoever searches in Kibana: reads one archive, in one space."""
    return {
        "cluster": [],
        "indices": [{"names": [f"{prefix}-*"], "privileges": ["read", "view_index_metadata"]}],
        "applications": [
            {"application": "kibana-.kibana", "privileges": ["space_read"], "resources": [f"space:{space}"]}
        ],
    }


def put_role(elasticsearch: Site, prefix: str, space: str) -> None:
    """Make the archivists' role, or set it right. Raises `Unreachable` where it may not be made."""
    answer = elasticsearch.ask("PUT", f"/_security/role/{ARCHIVIST}", archivist(prefix, space))
    _held(answer, f"tạo vai trò {ARCHIVIST}")


def new_key(elasticsearch: Site, kind: str, prefix: str) -> str:
    """A new API key of a kind (of `KEYS`) in its encoded form; it is shown this once only."""
    cluster, indices = KEYS[kind]
    role = {"cluster": cluster, "indices": [{"names": [f"{prefix}-*"], "privileges": indices}]}
    asked = {"name": f"{prefix}-{kind}", "role_descriptors": {f"{prefix}-{kind}": role}}
    answer = elasticsearch.ask("POST", "/_security/api_key", asked)
    _held(answer, f"tạo khóa {kind}")
    return str(answer.body["encoded"])


def _held(answer: Answer, what: str) -> None:
    if not answer.ok:
        body = answer.body if isinstance(answer.body, dict) else {}
        error = body.get("error")
        reason = error.get("reason", "") if isinstance(error, dict) else str(answer.body)
        raise Unreachable(_REFUSED.format(what, answer.status, reason[:300]))
