"""Who may do what in Elasticsearch? Roles and keys, none of them with more rights than its work needs.

archivist   reads the archive's indices, and Kibana's one space; changes nothing
reader      key of the web page: reads the archive's indices
nightly     key of the nightly run: writes documents into indices that are there
rebuild     key of `ketluan index rebuild` and `rollback`: makes and takes away indices, moves aliases
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ketluan.index import Work
from ketluan.kibana.web import Answer, Site, Unreachable

ARCHIVIST = "ketluan-archivist"
#: The user that Kibana itself signs in as (built into Elasticsearch).
KIBANA = "kibana_system"

_READ = ["read", "view_index_metadata"]
_NIGHTLY = ["create_index", "write", *_READ, "maintenance"]
_REBUILD = ["manage", "write", "read"]

#: Kind of key → what it may do, in all and with the indices of a prefix.
KEYS: dict[Work, tuple[list[str], list[str]]] = {
    Work.READER: ([], _READ),
    Work.NIGHTLY: ([], _NIGHTLY),
    Work.REBUILD: (["monitor"], _REBUILD),
}
_MODE = 0o440  # of a key's file: the owner and the group of the stack's services

_REFUSED = "Elasticsearch không cho phép {} (mã {}): {}. Hãy kiểm tra tài khoản quản trị (ELASTIC_PASSWORD)."


def archivist(prefix: str, space: str) -> dict[str, Any]:
    """The role of whoever searches in Kibana: reads one archive, in one space."""
    return {
        "cluster": [],
        "indices": [{"names": [f"{prefix}-*"], "privileges": _READ}],
        "applications": [
            {"application": "kibana-.kibana", "privileges": ["space_read"], "resources": [f"space:{space}"]}
        ],
    }


def put_role(elasticsearch: Site, prefix: str, space: str) -> None:
    """Make the archivists' role, or set it right. Raises `Unreachable` where it may not be made."""
    answer = elasticsearch.ask("PUT", f"/_security/role/{ARCHIVIST}", archivist(prefix, space))
    _held(answer, f"tạo vai trò {ARCHIVIST}")


def add_archivist(elasticsearch: Site, name: str, password: str) -> bool:
    """Make a user who may only read; one who is there already keeps the password. Gives back whether one was made."""
    if elasticsearch.ask("GET", f"/_security/user/{name}").ok:
        return False
    answer = elasticsearch.ask("PUT", f"/_security/user/{name}", {"password": password, "roles": [ARCHIVIST]})
    _held(answer, f"tạo tài khoản {name}")
    return True


def set_password(elasticsearch: Site, user: str, password: str) -> None:
    """Give a user that is there this password."""
    _held(
        elasticsearch.ask("POST", f"/_security/user/{user}/_password", {"password": password}), f"đặt mật khẩu {user}"
    )


def new_key(elasticsearch: Site, work: Work, prefix: str, name: str | None = None) -> str:
    """A new API key for a kind of work in its encoded form; it is shown this once only."""
    cluster, indices = KEYS[work]
    role = {"cluster": cluster, "indices": [{"names": [f"{prefix}-*"], "privileges": indices}]}
    asked = {"name": name or f"{prefix}-{work}", "role_descriptors": {f"{prefix}-{work}": role}}
    answer = elasticsearch.ask("POST", "/_security/api_key", asked)
    _held(answer, f"tạo khóa {work}")
    return str(answer.body["encoded"])


def keep_keys(elasticsearch: Site, folder: Path, prefix: str) -> Iterator[Work]:
    """Have a key for each kind of work in a file of its name; gives those that were made.

    A file whose key still opens stays as it is; the key that a lost or dead file held is withdrawn.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for work in KEYS:
        path = folder / work.value
        if _opens(elasticsearch, path):
            continue
        name = f"{prefix}-{work}-kept"
        elasticsearch.ask("DELETE", "/_security/api_key", {"name": name})  # 404: there was none
        _write(path, new_key(elasticsearch, work, prefix, name))
        yield work


def _opens(elasticsearch: Site, path: Path) -> bool:
    try:
        key = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return False
    return bool(key) and elasticsearch.with_key(key).ask("GET", "/_security/_authenticate").ok


def _write(path: Path, key: str) -> None:
    """Never half a key, at no moment readable by others."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "w", encoding="ascii") as file:
        file.write(key)
        os.fchmod(file.fileno(), _MODE)  # whatever the umask is
    draft.replace(path)


def _held(answer: Answer, what: str) -> None:
    if not answer.ok:
        body = answer.body if isinstance(answer.body, dict) else {}
        error = body.get("error")
        reason = error.get("reason", "") if isinstance(error, dict) else str(answer.body)
        raise Unreachable(_REFUSED.format(what, answer.status, reason[:300]))
