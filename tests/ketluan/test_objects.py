"""An archive in object storage keeps what one on a disk keeps: complete versions, nothing written over, damage found.

The same tests on a disk, on fsspec's memory and on an S3 server; then what only object storage has.
"""

from __future__ import annotations

import errno
import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from typer.testing import CliRunner

from ketluan import correcting, lease, ledger
from ketluan.archive import Archive, Incoming, Outcome
from ketluan.cli import app
from ketluan.errors import ArchiveError
from ketluan.fixity import MESSAGES
from ketluan.objects import ObjectPath, Place, Store
from ketluan.publishing import STEPS
from tests.ketluan import test_archive, test_ledger
from tests.ketluan.killing import PASSING, fill, running
from tests.ketluan.test_archive import NOW, extraction

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "2021-09-lao-cai.txt"
LOGS = ("ledger.jsonl", "corrections.jsonl")


def opened(url: str, tmp_path: Path) -> ObjectPath:
    return ObjectPath(Store(f"{url}/{uuid.uuid4().hex}/archive", tmp_path / "cache"))


@pytest.fixture
def objects(tmp_path: Path) -> Iterator[ObjectPath]:
    """In memory: fast, and fit for every row of a long table."""
    MemoryFileSystem().makedirs("/office", exist_ok=True)
    yield opened("memory://office", tmp_path)
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


@pytest.fixture(params=["disk", "memory", "s3"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "disk":
        return tmp_path / "archive"
    if request.param == "s3":
        return opened(request.getfixturevalue("s3"), tmp_path)
    there: ObjectPath = request.getfixturevalue("objects")
    return there


def fill_archive(root: Place) -> Archive:
    """Two notices, one of them in two versions."""
    archive = Archive(root)
    archive.store(b"draft", "a.docx", extraction("docx"), NOW)
    archive.store(b"signed", "a.pdf", extraction("pdf", "68"), NOW)
    archive.store(b"other", "b.txt", extraction(title="Kết luận cuộc họp khác"), NOW)
    return archive


def files(root: Place) -> dict[str, bytes]:
    """Every file of the archive but its lock; logs as the one file that they are."""
    if isinstance(root, Path):
        found = test_archive.files(root)
        return {path: data for path, data in found.items() if path != ".lock"}
    found = {}
    for key in root.store.below(""):
        path = next((key.partition(f"/{log}")[0] + f"/{log}" for log in LOGS if f"/{log}/" in f"/{key}"), key)
        path = "ledger.jsonl" if key.startswith("ledger.jsonl/") else path
        if not key.startswith(".lock/"):
            found[path] = found.get(path, b"") + root.store.read(key)
    return found


def changed(root: ObjectPath, folder: Path, change: Callable[[Path], object]) -> None:
    """Do to the objects what `change` does to the same archive in a folder."""
    for path, data in files(root).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    change(folder)
    for key in root.store.below(""):
        root.store.delete(key)
    for path, data in test_archive.files(folder).items():
        root.store.renew(f"{path}/000000001.jsonl" if path.endswith(LOGS) else path, data)


# -- the same on every store


def test_what_is_stored_is_given_back(root: Place) -> None:
    empty = Archive(root)
    assert (list(empty.ids()), list(empty.verify()), empty.contains("0" * 64)) == ([], [], False)
    archive = fill_archive(root)
    again = Archive(root)
    assert sorted(stored.version for stored in again.notices()) == [1, 2]
    stored = next(s for s in again.notices() if s.version == 2)
    assert again.original(stored.renditions[0]).read_bytes() == b"signed"
    assert again.original(stored.renditions[1]).read_bytes() == b"draft"
    assert again.get(stored.id, version=1).text == extraction("docx").source.text
    assert all(again.contains(rendition.sha256) for rendition in stored.renditions)
    assert again.seal(stored.id) == archive.seal(stored.id)
    assert list(again.verify()) == []
    assert [event.event for event in ledger.read(root).versions] == ["new", "version", "new"]


def test_nothing_is_written_over(root: Place) -> None:
    archive = fill_archive(root)
    before = files(root)
    assert Archive(root).store(b"draft", "b.docx", extraction("docx"), NOW).outcome is Outcome.DUPLICATE
    assert files(root) == before
    book = before.pop("ledger.jsonl")
    assert archive.store(b"plain", "a.txt", extraction("txt"), NOW).version == 3
    after = files(root)
    assert {path: after[path] for path in before} == before
    assert after["ledger.jsonl"].startswith(book)
    assert list(archive.verify()) == []


def test_files_of_one_notice_that_come_together(root: Place) -> None:
    incoming = [test_ledger.said("2021-01"), test_ledger.said("2021-01", "7"), test_ledger.said("2021-02")]
    stored = Archive(root).store_all([Incoming(*said) for said in incoming], NOW)
    assert [one.version for one in stored if not isinstance(one, Exception)] == [1, 2, 1]
    assert list(Archive(root).verify()) == []


def test_corrections_are_kept_and_chained(root: Place) -> None:
    archive = fill_archive(root)
    id = next(s.id for s in archive.notices() if s.version == 2)
    seal = archive.seal(id)
    for number in ("8", "9"):
        correcting.correct(archive, id, "number", number, by="Hà", because="theo bản ký", now=NOW)
    assert Archive(root).get(id).notice.number == "9"
    assert archive.seal(id) != seal
    assert [event.correction for event in ledger.read(root).versions][-2:] == [1, 2]
    assert list(archive.verify()) == []


class Crash(BaseException):
    """The power is cut."""


CRASHES = [  # in object storage are no folders to be made
    *(("disk", step) for step in STEPS),
    *(("memory", step) for step in STEPS if step != "foldered"),
    *(("s3", step) for step in ("verified", "published")),
]


@pytest.mark.parametrize(("root", "step"), CRASHES, indirect=["root"])
def test_a_version_is_there_whole_or_not_at_all(root: Place, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(name: str) -> None:
        if name == step:
            monkeypatch.setattr(ledger, "append", killed)  # who was killed records nothing
            raise Crash

    def killed(*_args: object) -> None:
        raise Crash

    fill_archive(root)
    said = (b"plain", "a.txt", extraction("txt"), NOW)
    with pytest.raises(Crash):
        Archive(root, step=crash).store(*said)
    monkeypatch.undo()
    versions = [stored.version for stored in Archive(root).notices()]
    assert sorted(versions) in ([1, 2], [1, 3])
    assert {found.code for found in Archive(root).verify()} <= PASSING
    stored = Archive(root).store(*said)
    assert (stored.version, stored.outcome is Outcome.DUPLICATE) == (3, max(versions) == 3)
    assert list(Archive(root).verify()) == []
    assert [event.version for event in ledger.read(root).versions if not event.late] == [1, 2, 1, 3]


# -- the same damage as on a disk

DAMAGE = [row for row in test_archive.DAMAGE if row[1] is not test_archive.link]  # there are no links


@pytest.mark.parametrize(("path", "damage", "code"), DAMAGE)
def test_damage_is_found_and_named(
    objects: ObjectPath, tmp_path: Path, path: str, damage: Callable[[Path], object], code: str
) -> None:
    def harm(folder: Path) -> None:
        notice = next(found for found in (folder / "notices" / "2021").iterdir() if (found / "v0002").is_dir())
        damage((notice / path).resolve() if ".." in path or not path else sorted(notice.glob(path))[0])

    fill_archive(objects)
    changed(objects, tmp_path / "copy", harm)
    found = list(Archive(objects).verify())
    assert code in {finding.code for finding in found}
    assert all(finding.message.startswith(MESSAGES[finding.code]) for finding in found)


@pytest.mark.parametrize(("what", "do", "codes"), test_ledger.DAMAGE)
def test_what_is_done_to_the_ledger_is_found(
    objects: ObjectPath, tmp_path: Path, what: str, do: Callable[[Archive], object], codes: list[str]
) -> None:
    archive = Archive(objects)
    for month, number in (("2021-01", ""), ("2021-01", "7"), ("2021-02", ""), ("2021-03", "")):
        archive.store(*test_ledger.said(month, number), NOW)
    changed(objects, tmp_path / "copy", lambda folder: do(Archive(folder)))
    found = sorted(finding.code for finding in Archive(objects).verify() if "original" not in finding.code)
    assert found == sorted(codes), what


def test_a_published_version_that_lost_its_last_file_is_damage_and_never_cleared_away(objects: ObjectPath) -> None:
    fill_archive(objects)
    (tags,) = [key for key in objects.store.below("") if key.endswith("v0002/tagmanifest-sha256.txt")]
    objects.store.delete(tags)
    before = files(objects)
    with pytest.raises(FileExistsError):
        Archive(objects).store(b"plain", "a.txt", extraction("txt"), NOW)
    assert {path: data for path, data in files(objects).items() if path in before} == before
    assert "missing_manifest" in {finding.code for finding in Archive(objects).verify()}


def test_an_original_that_was_changed_is_not_given_out(objects: ObjectPath) -> None:
    archive = fill_archive(objects)
    (stored,) = [s for s in archive.notices() if s.version == 1]
    objects.store.renew(stored.renditions[0].original, b"forged")
    with pytest.raises(ArchiveError, match="ketluan verify"):
        archive.original(stored.renditions[0])


# -- one writer at a time


def test_others_wait_and_say_so(objects: ObjectPath, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ketluan.uploading.LOCK_SECONDS", 0.3)
    with Archive(objects).writing():
        other = Archive(objects)
        with pytest.raises(ArchiveError, match="tiến trình khác"), other.writing():
            pass
    with other.writing(), other.writing():
        pass


def test_many_who_write_at_once_take_turns(root: Place) -> None:
    said = [test_ledger.said(f"2021-{month:02}") for month in range(1, 6)]
    with ThreadPoolExecutor(len(said)) as pool:
        stored = list(pool.map(lambda one: Archive(root).store(*one, NOW), said))
    assert {one.outcome for one in stored} == {Outcome.NEW}
    assert len(ledger.read(root).versions) == len(said)
    assert list(Archive(root).verify()) == []


def test_who_was_taken_for_dead_publishes_nothing(objects: ObjectPath, monkeypatch: pytest.MonkeyPatch) -> None:
    said = (b"draft", "a.docx", extraction("docx"), NOW)

    def asleep(name: str) -> None:
        if name == "verified":
            monkeypatch.setattr(lease, "LEASE_SECONDS", -1.0)
            assert Archive(objects).store(*said).outcome is Outcome.NEW
            monkeypatch.undo()

    with pytest.raises(ArchiveError, match="ngừng quá lâu"):
        Archive(objects, step=asleep).store(*said)
    assert list(Archive(objects).verify()) == []
    assert [(event.version, event.late) for event in ledger.read(objects).versions] == [(1, False)]


@pytest.mark.parametrize("root", ["memory", "s3"], indirect=True)
def test_two_who_write_the_same_line_clash(root: ObjectPath) -> None:
    fill_archive(root)
    event = ledger.read(root).versions[-1]
    (root / ledger.FILE).add_to_log(4, b"another's line\n")
    with pytest.raises(FileExistsError):
        (root / ledger.FILE).add_to_log(4, b"ours\n")
    (root / ledger.FILE).add_to_log(4, b"another's line\n")  # its answer was lost, and it was sent again
    ledger.append(root, [event])
    assert [finding.code for finding in Archive(root).verify()] == ["broken_ledger"]


class Other(MemoryFileSystem):
    """A store with ways of its own."""

    protocol = "other"

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(MemoryFileSystem._strip_protocol(path.replace("other:", "memory:")))


class Careless(Other):
    """Heeds no condition."""

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **_options: object) -> None:
        super().pipe_file(path, value)


class Gruff(Other):
    """Says of a key that is taken what it says of everything, and is busy each time that it is asked first."""

    asked: ClassVar[set[str]] = set()

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **_options: object) -> None:
        if self.exists(path) and mode == "create":
            raise OSError(errno.EINVAL, "At least one of the pre-conditions you specified did not hold")
        if path not in self.asked:
            self.asked.add(path)
            raise OSError(errno.EIO, "ConditionalRequestConflict")
        super().pipe_file(path, value, mode=mode)


def of_its_own(store: type[Other], tmp_path: Path) -> ObjectPath:
    store.clear_instance_cache()
    fsspec.register_implementation("other", store, clobber=True)
    store().makedirs("/office", exist_ok=True)
    return opened("other://office", tmp_path)


def test_a_store_of_few_words_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ketluan.objects._PAUSES", (0.01, 0.0))
    archive = fill_archive(of_its_own(Gruff, tmp_path))
    assert list(archive.verify()) == []
    with pytest.raises(FileExistsError):
        (archive.root / ledger.FILE).add_to_log(3, b"another's line\n")


def test_a_store_that_writes_over_is_refused(tmp_path: Path) -> None:
    root = of_its_own(Careless, tmp_path)
    with pytest.raises(ArchiveError, match="If-None-Match"):
        Archive(root).store(b"draft", "a.docx", extraction("docx"), NOW)
    assert set(root.store.below("notices")) == set()


# -- the whole way


@pytest.fixture
def office(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose archive lies on the S3 server."""
    monkeypatch.setenv("KETLUAN_ARCHIVE_URL", f"{s3}/{uuid.uuid4().hex}/archive")
    monkeypatch.setenv("KETLUAN_SETTLE_SECONDS", "0")
    return tmp_path


def test_the_commands_work_on_an_archive_there(office: Path) -> None:
    def run(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["--home", str(office), *words])
        assert result.exit_code == code, result.output
        return result.output

    fill(office, {SAMPLE.name: SAMPLE.read_bytes()})
    assert json.loads(run("ingest", "--json"))["counts"]["stored"] == 1
    found = json.loads(run("search", "covid", "--json"))["hits"]
    id = found[0]["notice"]
    run("correct", id, "number", "999", "--by", "Hà", "--because", "theo bản ký")
    assert json.loads(run("show", id, "--json"))["notice"]["number"] == "999"
    assert "s3://office/" in run("show", id)
    run("verify")
    run("index", "rebuild")
    assert [hit["id"] for hit in json.loads(run("search", "covid", "--json"))["hits"]] == [hit["id"] for hit in found]
    assert "0" in run("reextract")
    (office / "disk").mkdir()
    assert "versioning" in run("backup", "--to", str(office / "disk"), code=1)
    assert not (office / "archive").exists()


MISSED = [  # what is wrong, how it is set
    ("no such bucket", {"KETLUAN_ARCHIVE_URL": "s3://nobody/archive"}),
    ("nobody answers", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}),
    ("no such kind", {"KETLUAN_ARCHIVE_URL": "ess3://office/archive"}),
]


@pytest.mark.parametrize(("what", "variables"), MISSED, ids=[row[0] for row in MISSED])
def test_a_store_that_is_not_there_is_no_empty_archive(
    office: Path, what: str, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    fill(office, {SAMPLE.name: SAMPLE.read_bytes()})
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for command in ("verify", "ingest"):
        result = CliRunner().invoke(app, ["--home", str(office), command])
        assert (result.exit_code, isinstance(result.exception, SystemExit)) == (1, True), what
        assert "/archive" in result.output
    assert (office / "inbox" / SAMPLE.name).is_file()
    fsspec.get_filesystem_class("s3").clear_instance_cache()


@pytest.mark.parametrize("step", ["copied", "published"])
def test_a_run_that_is_killed_is_finished_by_the_next(s3: str, tmp_path: Path, step: str) -> None:
    root = opened(s3, tmp_path)
    home = fill(tmp_path, {"a.docx": b"2021-09|a|", "b.pdf": b"2021-09|a|68"})
    with running() as runner:
        assert runner.run(home, archive=root.store.url, step=step, nth=2) == [-9]
        assert {found.code for found in Archive(root).verify()} <= PASSING
        assert runner.run(home, archive=root.store.url, lease=-1) == [0]
    assert list(Archive(root).verify()) == []
    assert [stored.version for stored in Archive(root).notices()] == [2]
    assert [event.version for event in ledger.read(root).versions] == [1, 2]
    assert [path.name for path in (home / "inbox").glob("*.*") if path.is_file()] == []
