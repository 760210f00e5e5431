"""A backup is a proven copy or none, and a home that is lost comes back from it: same hashes, same answers."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ketluan import backup, correcting
from ketluan.archive import Archive
from ketluan.backup import making, sets
from ketluan.errors import BackupError
from ketluan.index import open_index, rebuild
from ketluan.ingest import ingest_inbox
from ketluan.search import search
from ketluan.settings import Settings
from tests.ketluan.killing import tree
from tests.ketluan.stand_in import read

NOW = datetime(2021, 10, 1, 1, 0, tzinfo=UTC)
FILES = {
    "t8.txt": b"2021-08|phong dich|7",
    "t9.docx": b"2021-09|quy hoach",
    "t9.pdf": b"2021-09|quy hoach|68",
    "menu\n\u202e 100%.txt": b"menu of the canteen",  # quarantined
    os.fsdecode(b"latin \xe9.txt"): b"locked",
    "bug.txt": b"bug",  # waits
    "half.part": b"half",  # passed over
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three versions in two notices, a correction, two files in quarantine and one waiting."""
    settings = Settings(home=tmp_path_factory.mktemp("office"), settle_seconds=0, _env_file=None)
    for name, data in FILES.items():
        settings.inbox.mkdir(parents=True, exist_ok=True)
        (settings.inbox / name).write_bytes(data)
    ingest_inbox(settings, now=NOW, extract=read)
    archive = Archive(settings.archive)
    first = next(archive.ids())
    correcting.correct(archive, first, "number", "8", by="Hà", because="theo bản ký", now=NOW)
    (settings.home / "label.txt").write_text("Thử", encoding="utf-8")
    return settings.home


@pytest.fixture
def settings(office: Path, tmp_path: Path) -> Settings:
    """A copy of the office."""
    shutil.copytree(office, tmp_path / "home")
    return Settings(home=tmp_path / "home", settle_seconds=0, _env_file=None)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    disk = tmp_path / "disk"
    disk.mkdir()
    return disk


def kept(home: Path) -> dict[str, bytes]:
    """What a restored home must hold of another."""
    gone = (
        "airflow/",
        "keys/",
        "index/",
        "cache/",
        "state/",
        "archive/.lock",
        "inbox/.ketluan/",
        "inbox/done/",
        "inbox/duplicate/",
    )
    return {path: data for path, data in tree(home).items() if not path.startswith(gone)}


def answers(settings: Settings) -> list[tuple[str, str]]:
    with closing(open_index(settings)) as index:
        asked = ("bao cao", "Sở Y tế", "quy hoach", "phong dich", "không có")
        return [(q, hit.id) for q in asked for hit in search(index, q).hits]


def test_a_lost_home_comes_back(settings: Settings, disk: Path, tmp_path: Path) -> None:
    secrets = [settings.home / "airflow" / "password", settings.home / "keys" / "nightly"]
    for secret in secrets:
        secret.parent.mkdir()
        secret.write_bytes(b"a secret of this machine")
    settings = settings.model_copy(update={"elasticsearch_keys": settings.home / "keys"})
    made = backup.back_up(settings, disk, NOW)
    assert (made.damaged, made.passed_over) == ((), ())
    assert b"a secret of this machine" not in [path.read_bytes() for path in contents(disk)]
    before, asked = kept(settings.home), answers(settings)
    assert asked
    home = settings.home.rename(tmp_path / "burnt")
    restored = backup.restore([disk], settings.home)
    assert restored.lost == ()
    assert kept(settings.home) == before == kept(home)
    archive = Archive(settings.archive)
    assert not list(archive.verify())
    assert next(archive.notices()).notice.number == "8", "the correction is there"
    with closing(open_index(settings)) as index:
        assert rebuild(index, archive.notices()) == 2
    assert answers(settings) == asked
    (settings.inbox / "new.txt").write_bytes(b"2021-10|moi")
    assert ingest_inbox(settings, now=NOW, extract=read).counts["stored"] == 1, "work goes on"


def test_without_this_program_it_comes_back_too(settings: Settings, disk: Path) -> None:
    made = backup.back_up(settings, disk, NOW)
    read_me = (disk / "DOC-TRUOC.txt").read_text(encoding="utf-8")
    start = read_me.index("  grep -E")
    script = read_me[start : read_me.index("done\n", start) + 4].replace("<danh sách>", f"{made.set.name}.txt")
    subprocess.run(["sh", "-c", script], cwd=disk, check=True)
    assert tree(disk / "khoi-phuc" / "archive") == {
        path: data for path, data in tree(settings.archive).items() if path != ".lock"
    }


def test_a_second_backup_copies_what_is_new_only(settings: Settings, disk: Path) -> None:
    first = backup.back_up(settings, disk, NOW)
    again = backup.back_up(settings, disk, NOW)
    assert first.copied > 20
    assert again.copied == 0
    assert again.set.items == first.set.items
    assert [one.name for one in backup.all_sets(disk)] == [first.set.name, again.set.name]
    (settings.inbox / "new.txt").write_bytes(b"2021-10|moi")
    ingest_inbox(settings, now=NOW, extract=read)
    third = backup.back_up(settings, disk, NOW + timedelta(days=1))
    assert 0 < third.copied < 15
    assert {item.path for item in first.set.items} < {item.path for item in third.set.items}


def test_an_older_set_stays_as_it_was(settings: Settings, disk: Path, tmp_path: Path) -> None:
    before = kept(settings.home)
    made = backup.back_up(settings, disk, NOW)
    shutil.rmtree(next(Archive(settings.archive).folders()))
    later = backup.back_up(settings, disk, NOW + timedelta(days=1))
    assert [path.rpartition("/")[2] for path in later.damaged] == ["v0001"], "the ledger knows what is gone"
    backup.restore([disk], tmp_path / "old", name=made.set.name)
    assert kept(tmp_path / "old") == before


def test_an_earlier_set_knows_of_lines_cut_from_the_ledger(settings: Settings, disk: Path) -> None:
    backup.back_up(settings, disk, NOW)
    path = settings.archive / "ledger.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert backup.back_up(settings, disk, NOW).damaged == ("archive/ledger.jsonl",)


# -- damage at the source


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)


SPOILT = ["data/notice.json", "data/originals/*", "manifest-sha256.txt", "tagmanifest-sha256.txt", "bag-info.txt"]


@pytest.mark.parametrize("what", SPOILT)
@pytest.mark.parametrize("how", [flip, Path.unlink], ids=["flipped", "missing"])
def test_damage_at_the_source_is_told_where_it_is_copied(
    settings: Settings, disk: Path, what: str, how: Callable[[Path], None]
) -> None:
    how(next(next(Archive(settings.archive).folders()).glob(f"v0001/{what}")))
    assert backup.back_up(settings, disk, NOW).damaged


@pytest.mark.parametrize("how", [flip, Path.unlink], ids=["flipped", "missing"])
def test_damage_that_came_later_does_not_reach_the_backup(
    settings: Settings, disk: Path, tmp_path: Path, how: Callable[[Path], None]
) -> None:
    before = kept(settings.home)
    backup.back_up(settings, disk, NOW)
    how(next(next(Archive(settings.archive).folders()).glob("v0001/data/notice.json")))
    backup.back_up(settings, disk, NOW)
    assert backup.restore([disk], tmp_path / "new").lost == ()
    assert kept(tmp_path / "new") == before


# -- damage at the destination


def contents(disk: Path) -> list[Path]:
    return sorted(path for path in (disk / "files").rglob("*") if path.is_file())


@pytest.mark.parametrize("how", [flip, Path.unlink], ids=["flipped", "missing"])
def test_damage_at_a_destination_is_found_bridged_and_mended(
    settings: Settings, disk: Path, tmp_path: Path, how: Callable[[Path], None]
) -> None:
    second = tmp_path / "second"
    second.mkdir()
    for destination in (disk, second):
        backup.back_up(settings, destination, NOW)
    assert list(backup.check(disk)) == []
    how(contents(disk)[3])
    how(contents(second)[7])
    assert len(list(backup.check(disk))) == 1
    assert len(backup.restore([disk], tmp_path / "one").lost) >= 1
    assert backup.restore([disk, second], tmp_path / "both").lost == ()
    assert kept(tmp_path / "both") == kept(settings.home)
    assert backup.back_up(settings, disk, NOW, full=True).copied == 1
    assert list(backup.check(disk)) == []


CUTS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("cut", lambda data: data[: len(data) // 2]),
    ("cut at a line", lambda data: b"\n".join(data.split(b"\n")[:5]) + b"\n"),
    ("without a line", lambda data: b"\n".join([*data.split(b"\n")[:5], *data.split(b"\n")[6:]])),
    ("empty", lambda data: b""),
    ("edited", lambda data: data.replace(b"notice.json", b"notice.jsom", 1)),
    ("longer", lambda data: data + b"\n"),
]


@pytest.mark.parametrize("change", [row[1] for row in CUTS], ids=[row[0] for row in CUTS])
def test_half_a_list_is_no_set(
    settings: Settings, disk: Path, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    first = backup.back_up(settings, disk, NOW)
    later = backup.back_up(settings, disk, NOW + timedelta(days=1))
    path = disk / "sets" / f"{later.set.name}.txt"
    path.chmod(0o644)
    path.write_bytes(change(path.read_bytes()))
    assert [one.name for one in backup.all_sets(disk)] == [first.set.name]
    assert any(later.set.name in told for told in backup.check(disk))
    assert backup.restore([disk], tmp_path / "new").set.name == first.set.name


@pytest.mark.parametrize("path", ["../evil", "/etc/evil", "a/../../evil", ""])
def test_a_set_that_leads_outside_is_no_set(disk: Path, path: str) -> None:
    (disk / "sets").mkdir()
    item = sets.Item(path, "0" * 64, 1)
    with pytest.raises(OSError, match="read back"):
        sets.write(disk, NOW, "0" * 64, [item])
    assert backup.all_sets(disk) == []


# -- what goes wrong on the way


@pytest.mark.parametrize("step", ["drafted", "verified", "kept", "flushed"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES], ids=errno.errorcode.get)
def test_a_fault_leaves_no_set_and_the_next_one_is_whole(
    settings: Settings, disk: Path, step: str, number: int
) -> None:
    left = 4 if step != "flushed" else 1

    def strike(name: str) -> None:
        nonlocal left
        left -= name == step
        if left == 0:
            raise OSError(number, "as the test wants it")

    with pytest.raises(OSError, match="as the test wants it"):
        backup.back_up(settings, disk, NOW, step=strike)
    assert backup.all_sets(disk) == []
    assert not list((disk / "files").glob(".part-*"))
    backup.back_up(settings, disk, NOW)
    assert list(backup.check(disk)) == []


def test_killed_at_any_step_there_is_no_half_set(settings: Settings, disk: Path, tmp_path: Path) -> None:
    script = (
        "import datetime, os, pathlib, signal, sys\n"
        "from ketluan import backup\n"
        "from ketluan.settings import Settings\n"
        "home, disk, step, nth = sys.argv[1:]\n"
        "left = int(nth)\n"
        "def strike(name):\n"
        "    global left\n"
        "    left -= name == step\n"
        "    if left == 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "settings = Settings(home=pathlib.Path(home))\n"
        "backup.back_up(settings, pathlib.Path(disk), datetime.datetime.now(datetime.UTC), step=strike)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    for step, nth in (("drafted", 3), ("verified", 5), ("kept", 8), ("flushed", 1)):
        words = [sys.executable, "-c", script, str(settings.home), str(disk), step, str(nth)]
        assert subprocess.run(words, env=environment, check=False).returncode == -9, step
        assert backup.all_sets(disk) == []
    backup.back_up(settings, disk, NOW)
    assert list(backup.check(disk)) == []
    assert not list((disk / "files").glob(".part-*"))
    assert backup.restore([disk], tmp_path / "new").lost == ()


def test_a_medium_that_gives_back_other_bytes_is_found(
    settings: Settings, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(name: str) -> None:
        if name == "drafted":
            flip(next((disk / "files").glob(".part-*")))

    with pytest.raises(OSError, match="read back differently"):
        backup.back_up(settings, disk, NOW, step=spoil)
    assert backup.all_sets(disk) == []


def test_a_file_that_moves_meanwhile_is_in_the_set_all_the_same(settings: Settings, disk: Path) -> None:
    (settings.inbox / "late.txt").write_bytes(b"2021-11|tre")
    moved = False

    def meanwhile(name: str) -> None:
        nonlocal moved
        if name == "kept" and not moved:  # the inbox has been listed, its files are being copied
            moved = True
            ingest_inbox(settings, now=NOW, extract=read)

    made = backup.back_up(settings, disk, NOW, step=meanwhile)
    assert moved
    kept_there = {path.read_bytes() for path in contents(disk)}
    assert set(FILES.values()) | {b"2021-11|tre"} <= kept_there
    assert made.damaged == ()


UNSUITABLE: list[tuple[str, Callable[[Settings, Path], Path], str]] = [
    ("not there", lambda settings, tmp: tmp / "unplugged", "cắm ổ"),
    ("a file", lambda settings, tmp: settings.home / "label.txt", "cắm ổ"),
    ("inside the home", lambda settings, tmp: settings.inbox, "nằm trong nhau"),
    ("the home itself", lambda settings, tmp: settings.home, "nằm trong nhau"),
    ("around the home", lambda settings, tmp: tmp, "nằm trong nhau"),
]


@pytest.mark.parametrize(("where", "said"), [row[1:] for row in UNSUITABLE], ids=[row[0] for row in UNSUITABLE])
def test_what_would_be_no_backup_is_refused(
    settings: Settings, tmp_path: Path, where: Callable[[Settings, Path], Path], said: str
) -> None:
    with pytest.raises(BackupError, match=said):
        backup.back_up(settings, where(settings, tmp_path), NOW)


def test_two_at_once_to_one_destination(settings: Settings, disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "LOCK_SECONDS", 0.1)

    def again(name: str) -> None:
        if name == "flushed":
            backup.back_up(settings, disk, NOW)

    with pytest.raises(BackupError, match="một lần sao lưu khác"):
        backup.back_up(settings, disk, NOW, step=again)


def test_nothing_is_restored_over_anything(settings: Settings, disk: Path) -> None:
    backup.back_up(settings, disk, NOW)
    before = tree(settings.home)
    with pytest.raises(BackupError, match="đã có dữ liệu"):
        backup.restore([disk], settings.home)
    assert tree(settings.home) == before


def test_a_restore_that_fails_leaves_nothing(
    settings: Settings, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.back_up(settings, disk, NOW)
    left = 5

    def full(handle: int) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            raise OSError(errno.ENOSPC, "disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        backup.restore([disk], tmp_path / "new")
    assert not [path.name for path in tmp_path.iterdir() if "new" in path.name]


def test_a_destination_without_a_set_says_so(disk: Path, tmp_path: Path) -> None:
    for ask in (lambda: backup.restore([disk], tmp_path / "new"), lambda: list(backup.check(disk))):
        with pytest.raises(BackupError, match="bộ sao lưu nào"):
            ask()


def test_every_path_survives_its_list(disk: Path) -> None:
    (disk / "sets").mkdir()
    names = ["a b", " a", "a%2e", "dòng\nhai", "\u202etxt", os.fsdecode(b"\xe9\xff"), "a\u00a0b", "a\r", "a  b", "%"]
    items = tuple(sets.Item(f"inbox/{name}", "0" * 64, n) for n, name in enumerate(names))
    made = sets.write(disk, NOW, "0" * 64, items)
    assert set(made.items) == set(items)
    assert backup.all_sets(disk) == [replace(made)]
