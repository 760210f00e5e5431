"""What is taken from the inbox, and where it lies afterwards, whatever files are called."""

from __future__ import annotations

import os
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ketluan.inbox import Changed, Inbox, Shelf, is_ignored, shown

NOW = datetime(2021, 9, 30, 1, 0, tzinfo=UTC)

TAKEN = ["a.docx", "A.PDF", "no suffix", "a.part.docx", "thông báo.txt", "done.txt", "-rf", "tmp.docx", "a~b.txt"]
PASSED_OVER = [
    ".hidden",
    "~$a.docx",
    "a.docx.part",
    "A.PDF.CRDOWNLOAD",
    "a.tmp",
    "Thumbs.db",
    "a.pdf.ly-do.txt",
    "a.txt~",
]


@pytest.mark.parametrize("name", TAKEN)
def test_taken(name: str) -> None:
    assert not is_ignored(name)


@pytest.mark.parametrize("name", PASSED_OVER)
def test_passed_over(name: str) -> None:
    assert is_ignored(name)


def test_shelves_links_and_pipes_are_not_taken(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox")
    for folder in ("sub/deep", "done/2021-01-01", "duplicate", "quarantine", ".ketluan", "outside/../../elsewhere"):
        (inbox.root / folder).mkdir(parents=True, exist_ok=True)
        (inbox.root / folder / "a.txt").write_text("a")
    (inbox.root / "folder link").symlink_to(tmp_path / "elsewhere")
    (inbox.root / "loop").symlink_to(inbox.root)
    os.mkfifo(inbox.root / "pipe")
    listing = inbox.look()
    assert [seen.shown for seen in listing.files] == ["sub/deep/a.txt"]
    assert {(odd.shown, odd.code) for odd in listing.odd} == {
        ("folder link", "symlink"),
        ("loop", "symlink"),
        ("pipe", "not_a_file"),
    }


NAMES = {
    "precomposed": "Thông báo số 1.docx",
    "decomposed": unicodedata.normalize("NFD", "Thông báo số 1.docx"),
    "line feed": "a\nb.txt",
    "bidi": "a\u202etxt.exe",
    "longest": "x" * 251 + ".pdf",
    "longest in Vietnamese": "ế" * 83 + ".pdf",
    "long without suffix": "ộ" * 85,
    "no Unicode": os.fsdecode(b"a\xff\xfe.txt"),
    "percent": "a%20b%.txt",
    "spaces": "  a  .txt ",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_odd_names_are_moved_whole_and_never_over_another(tmp_path: Path, name: str) -> None:
    inbox = Inbox(tmp_path / "inbox")
    for content in ("one", "two", "three"):
        (inbox.root / name).write_text(content)
        (seen,) = inbox.look().files
        inbox.put_away(seen, Shelf.QUARANTINE, NOW, f"reason of {content}")
    folder = inbox.root / "quarantine" / "2021-09-30"
    files = {p.read_text() for p in folder.iterdir() if not p.name.endswith(".ly-do.txt")}
    notes = [p.read_text() for p in folder.iterdir() if p.name.endswith(".ly-do.txt")]
    assert files == {"one", "two", "three"}
    assert len(notes) == 3
    assert all(any(f"reason of {content}" in note for note in notes) for content in files)
    assert (folder / name).read_text() == "one"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(exclude_characters="/\0", exclude_categories=("Cs",)), min_size=1, max_size=60).filter(
            lambda name: name not in (".", "..") and not is_ignored(name) and name not in set(Shelf)
        ),
        min_size=1,
        max_size=4,
        unique=True,
    )
)
def test_any_names(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    inbox = Inbox(tmp_path_factory.mktemp("any") / "inbox")
    for number, name in enumerate(names):
        (inbox.root / name).write_text(str(number))
    seen = inbox.look().files
    assert {str(s.relative) for s in seen} == set(names)
    assert all(s.path.isascii() for s in seen)
    assert not [c for s in seen for c in s.shown if unicodedata.category(c).startswith("C")]
    for one in seen:
        inbox.put_away(one, Shelf.DONE, NOW)
    folder = inbox.root / "done" / "2021-09-30"
    assert {p.name: p.read_text() for p in folder.iterdir()} == {name: str(n) for n, name in enumerate(names)}


def test_a_file_that_changed_goes_back(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    path = tmp_path / "a.txt"
    path.write_text("a")
    (seen,) = inbox.look().files
    path.write_text("longer")
    with pytest.raises(Changed):
        inbox.read(seen)
    with pytest.raises(Changed):
        inbox.sha256(seen)
    with pytest.raises(Changed):
        inbox.put_away(seen, Shelf.DONE, NOW)
    assert path.read_text() == "longer"
    assert not [p for p in (tmp_path / "done").rglob("*") if p.is_file()]


def test_a_link_put_in_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox")
    path = inbox.root / "a.txt"
    path.write_text("a")
    (seen,) = inbox.look().files
    path.rename(tmp_path / "secret")
    path.symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="symbolic"):
        inbox.read(seen)


def test_a_claim_is_for_one_file(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    (tmp_path / "a.txt").write_text("same")
    (tmp_path / "b.txt").write_text("same")
    one, two = inbox.look().files
    inbox.claim(one, "0" * 64)
    assert inbox.claimed(one, "0" * 64)
    assert not inbox.claimed(two, "0" * 64)
    assert not inbox.claimed(one, "1" * 64)
    inbox.release("0" * 64)
    assert not inbox.claimed(one, "0" * 64)


SHOWN = [
    ("Thông báo 1.docx", "Thông báo 1.docx"),
    ("a\nb", "a\\u000ab"),
    ("a\u202eb", "a\\u202eb"),
    ("a\udcffb", "a\\udcffb"),
]


@pytest.mark.parametrize(("name", "expected"), SHOWN)
def test_names_for_people(name: str, expected: str) -> None:
    assert shown(name) == expected
