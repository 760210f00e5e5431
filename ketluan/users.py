"""Who may sign in to the web page? Names and password hashes, in one file of the home that only its owner reads.

    add(file, "ha.le", "Lê Thị Hà", password, now=…)     change(file, …) sets another password     remove(file, "ha.le")
    verified(read(file), "ha.le", typed)

A password is kept as scrypt makes it (RFC 7914) with a salt of its own, at the cost that OWASP names for 32 MiB of
memory. The file is written whole beside the old one and renamed over it: a crash leaves the old or the new.
What is wrong with a request is a `UserError` in Vietnamese.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ketluan.bag import sync_folder
from ketluan.errors import UserError

#: scrypt: N, r, p. 128·N·r bytes of memory.
COST = (2**15, 8, 3)
_MEMORY = 64 * 1024 * 1024
#: Letters of a password, of a name that is typed at the sign-in, of a full name.
SHORTEST, LONGEST = 10, 200
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in. `name` is typed, `full_name` signs corrections; `hash` is `scrypt$N$r$p$salt$key`."""

    name: str
    full_name: str
    hash: str
    since: str  # ISO 8601, of the password


Users = dict[str, User]


def read(file: Path) -> Users:
    """All users by name; none where there is no file. Raises `UserError` where it cannot be read."""
    try:
        listed = json.loads(file.read_bytes())["users"]
        return {one["name"]: User(**one) for one in listed}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise UserError(
            f"Không đọc được tệp người dùng {file}. Hãy kiểm tra quyền của tệp; tệp hỏng thì xóa đi rồi tạo lại người "
            "dùng bằng ketluan user add."
        ) from exc


def add(file: Path, name: str, full_name: str, password: str, *, now: datetime) -> User:
    """Write a new user. Raises `UserError`."""
    made = User(_name(name), _full_name(full_name), _hashed(_password(password)), now.isoformat(timespec="seconds"))

    def put(users: Users) -> Users:
        if made.name in users:
            raise UserError(f"Đã có người dùng {made.name}. Đổi mật khẩu: ketluan user password {made.name}")
        return users | {made.name: made}

    _rewrite(file, put)
    return made


def change(file: Path, name: str, password: str, *, now: datetime) -> User:
    """Set another password; whoever is signed in with the old one is signed out. Raises `UserError`."""
    hashed = _hashed(_password(password))

    def put(users: Users) -> Users:
        old = known(users, name)
        return users | {old.name: User(old.name, old.full_name, hashed, now.isoformat(timespec="seconds"))}

    return _rewrite(file, put)[name]


def remove(file: Path, name: str) -> User:
    """Take the user out, and sign them out. Raises `UserError`."""
    gone = known(read(file), name)
    _rewrite(file, lambda users: {key: user for key, user in users.items() if key != name})
    return gone


def known(users: Users, name: str) -> User:
    """The user of that name. Raises `UserError`."""
    if name not in users:
        listed = ", ".join(users) or "chưa có ai"
        raise UserError(f"Không có người dùng {name} (đang có: {listed}).")
    return users[name]


def verified(users: Users, name: str, password: str) -> User | None:
    """The user, where the password is theirs. Takes the same time for a name that nobody has."""
    user = users.get(name)
    right = _matches(password, user.hash if user else _NOBODY)
    return user if user and right else None


# -- what is typed


def _name(typed: str) -> str:
    if not _NAME.fullmatch(typed):
        raise UserError(
            f"“{typed}” không dùng làm tên đăng nhập được. Hãy dùng 2 đến 40 chữ thường không dấu, chữ số, dấu chấm, "
            "gạch; ví dụ ha.le."
        )
    return typed


def _full_name(typed: str) -> str:
    shown = " ".join("".join(c for c in typed if unicodedata.category(c)[0] != "C" or c.isspace()).split())
    if not shown or len(shown) > _LONGEST_NAME:
        raise UserError(f"Hãy ghi họ và tên (không quá {_LONGEST_NAME} chữ): tên này đứng cạnh mỗi lần sửa.")
    return unicodedata.normalize("NFC", shown)


def _password(typed: str) -> str:
    if not SHORTEST <= len(typed) <= LONGEST:
        raise UserError(f"Mật khẩu cần từ {SHORTEST} đến {LONGEST} ký tự. Một câu vài từ thì dễ nhớ và khó đoán.")
    return typed


# -- hashes


def _hashed(password: str) -> str:
    salt = secrets.token_bytes(16)
    return "$".join(["scrypt", *map(str, COST), salt.hex(), _key(password, salt, *COST).hex()])


def _matches(password: str, hashed: str) -> bool:
    try:
        kind, *cost, salt, key = hashed.split("$")
        n, r, p = map(int, cost)
        made = _key(password[: LONGEST + 1], bytes.fromhex(salt), n, r, p)
        return kind == "scrypt" and hmac.compare_digest(made, bytes.fromhex(key))
    except ValueError:
        return False


def _key(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    typed = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(typed, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)


#: What the password of an unknown name is held against: no password gives a key of zeros.
_NOBODY = "$".join(["scrypt", *map(str, COST), "00" * 16, "00" * 32])


# -- the file


def _rewrite(file: Path, change: Callable[[Users], Users]) -> Users:
    with _alone(file):
        users = change(read(file))
        data = json.dumps({"users": [asdict(user) for user in users.values()]}, ensure_ascii=False, indent=1)
        draft = file.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(data.encode())
                out.flush()
                os.fsync(out.fileno())
            draft.replace(file)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
        sync_folder(file.parent)
        return users


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One writer at a time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600), "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
