"""Users in their file: what is kept, what is refused, and that no crash and no second writer loses one."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ketluan import users
from ketluan.cli.app import app
from ketluan.errors import UserError

NOW = datetime(2023, 6, 15, 9, 0, tzinfo=UTC)
RIGHT = "rừng thông đầu nguồn"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "users.json"


def test_a_password_is_known_again_and_nowhere_written(file: Path) -> None:
    users.add(file, "ha.le", " Lê  Thị Hà ", RIGHT, now=NOW)
    found = users.verified(users.read(file), "ha.le", RIGHT)
    assert found is not None
    assert found.full_name == "Lê Thị Hà"
    assert users.verified(users.read(file), "ha.le", RIGHT + ".") is None
    assert users.verified(users.read(file), "ai.do", RIGHT) is None
    text = file.read_text(encoding="utf-8")
    assert RIGHT not in text
    assert json.loads(text)["users"][0]["hash"].startswith("scrypt$32768$8$3$")


def test_the_same_password_has_another_hash_for_each(file: Path) -> None:
    users.add(file, "mot", "Một", RIGHT, now=NOW)
    users.add(file, "hai", "Hai", RIGHT, now=NOW)
    assert len({one.hash for one in users.read(file).values()}) == 2


def test_a_password_typed_in_pieces_of_letters_is_the_same(file: Path) -> None:
    """Some keyboards send a letter and its mark apart."""
    import unicodedata

    users.add(file, "ha.le", "Hà", unicodedata.normalize("NFC", RIGHT), now=NOW)
    assert users.verified(users.read(file), "ha.le", unicodedata.normalize("NFD", RIGHT))


def test_only_the_owner_reads_the_file(file: Path) -> None:
    users.add(file, "ha.le", "Hà", RIGHT, now=NOW)
    file.chmod(0o644)
    users.change(file, "ha.le", RIGHT + "!", now=NOW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir() if path.name.endswith(".part")] == []


def test_many_writers_lose_nobody(file: Path) -> None:
    names = [f"nguoi.{n}" for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda name: users.add(file, name, name, RIGHT, now=NOW), names))
    assert sorted(users.read(file)) == names


REFUSED = [
    ("Ha Le", "Hà", RIGHT, "tên đăng nhập"),
    ("../ha", "Hà", RIGHT, "tên đăng nhập"),
    ("ha", "  ", RIGHT, "họ và tên"),
    ("ha", "x" * 81, RIGHT, "họ và tên"),
    ("ha", "Hà", "ngắn", "Mật khẩu"),
    ("ha", "Hà", "x" * 201, "Mật khẩu"),
]


@pytest.mark.parametrize(("name", "full_name", "password", "why"), REFUSED)
def test_what_is_refused_says_why(file: Path, name: str, full_name: str, password: str, why: str) -> None:
    with pytest.raises(UserError, match=why):
        users.add(file, name, full_name, password, now=NOW)
    assert not file.exists()


@pytest.mark.parametrize(
    "hash", ["", "scrypt$1", "plain$32768$8$3$00$00", "scrypt$3$8$3$zz$00", "scrypt$9999999$8$3$00$00"]
)
def test_a_damaged_hash_lets_nobody_in(hash: str) -> None:
    one = users.User("ha", "Hà", hash, "")
    assert users.verified({"ha": one}, "ha", "") is None
    assert users.verified({"ha": one}, "ha", RIGHT) is None


def test_a_damaged_file_is_said_and_not_written_over(file: Path) -> None:
    file.write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match=r"users\.json"):
        users.add(file, "ha", "Hà", RIGHT, now=NOW)
    assert file.read_text(encoding="utf-8") == "{"


def test_the_commands(tmp_path: Path) -> None:
    def run(*words: str, typed: str = "") -> tuple[int, str]:
        done = CliRunner().invoke(app, ["--home", str(tmp_path), "user", *words], input=typed)
        return done.exit_code, done.output

    add = ("add", "ha.le", "--full-name", "Lê Thị Hà", "--password-stdin")
    assert run(*add, typed=f"{RIGHT}\n")[0] == 0
    assert run(*add, typed=f"{RIGHT}\n")[0] == 2
    assert run("add", "ai", "--full-name", "Ai")[0] == 2  # no keyboard to ask at
    assert "Lê Thị Hà" in run("list")[1]
    code, told = run("list", "--json")
    assert (code, json.loads(told)["users"][0]["name"]) == (0, "ha.le")
    assert "scrypt" not in told
    assert run("password", "ai.do", "--password-stdin", typed=f"{RIGHT}\n")[0] == 2
    assert run("password", "ha.le", "--password-stdin", typed="mật khẩu khác\n")[0] == 0
    assert users.verified(users.read(tmp_path / "users.json"), "ha.le", "mật khẩu khác")
    assert run("remove", "ha.le")[0] == 0
    assert users.read(tmp_path / "users.json") == {}
