"""What comes of what a hostile or unlucky world puts into the inbox: one run over all of it, a row each.

The real extractors read, in real readers. A row names what must come of it: `stored`, `duplicate`, the code of its
quarantine, `waiting:` and the code, `ignored`; several with a stroke between where a damaged file may be
either. Nothing may fail the run, reach outside of the inbox, or be lost.
"""

from __future__ import annotations

import io
import os
import random
import socket
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ketluan.archive import Archive
from ketluan.inbox import as_plain
from ketluan.ingest import finish, ingest_files, plan
from ketluan.run_report import IndexState, RunReport, State
from ketluan.settings import Settings
from samples.render import render_docx

NOW = datetime(2021, 10, 1, 1, 0, tzinfo=UTC)
TEXT = (Path(__file__).parents[2] / "samples" / "2021-09-lao-cai.txt").read_text(encoding="utf-8")
DOCX = render_docx(TEXT)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
MAIN = "word/document.xml"

Put = Callable[[Path], object]  # makes whatever it is at that path
Row = tuple[str, bytes | Put, str]

_count = iter(range(10_000))


def txt(more: str = "") -> bytes:
    """The notice as text, each time with other bytes."""
    return (TEXT + more + "\n" * next(_count)).encode()


def docx(change: Callable[[str, bytes], bytes | None] = lambda _name, data: data, **more: bytes) -> bytes:
    """The notice as DOCX, each time with other bytes, its parts changed by `change` (None: left out)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(DOCX)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        new.comment = str(next(_count)).encode()
        for name in old.namelist():
            if (data := change(name, old.read(name))) is not None:
                new.writestr(name, data)
        for name, data in more.items():
            new.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), data)
    return out.getvalue()


def main_part(change: Callable[[bytes], bytes]) -> bytes:
    return docx(lambda name, data: change(data) if name == MAIN else data)


def prolog(declared: str, used: str) -> bytes:
    """The DOCX with a document type that declares `declared`, and `used` in its first text."""

    def change(data: bytes) -> bytes:
        head, mark, rest = data.partition(b"<w:document")
        return (
            head
            + f"<!DOCTYPE w:document [{declared}]>".encode()
            + mark
            + rest.replace(b"</w:t>", f"{used}</w:t>".encode(), 1)
        )

    return main_part(change)


def flipped(data: bytes, seed: int, bits: int) -> bytes:
    chance, made = random.Random(seed), bytearray(data)
    for _ in range(bits):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
LOCKED_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    b"4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>endobj\n"
    b"trailer<</Root 1 0 R/Size 5/Encrypt 4 0 R/ID[<00><00>]>>\nstartxref\n0\n%%EOF\n"
)
OPEN_PDF = LOCKED_PDF.replace(b"/Encrypt 4 0 R", b"")


def pdf(pages: int = 1, catalog: bytes = b"", page: bytes = b"", more: bytes = b"") -> bytes:
    """A PDF of empty pages without a cross-reference table, as programs repair it."""
    kids = b" ".join(b"%d 0 R" % n for n in range(10, 10 + pages))
    made = [b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R", catalog, b">>endobj\n"]
    made += [b"2 0 obj<</Type/Pages/Count %d/Kids[%s]>>endobj\n" % (pages, kids), more]
    made += [
        b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]%s>>endobj\n" % (n, page)
        for n in range(10, 10 + pages)
    ]
    return b"".join([*made, b"%% %d\ntrailer<</Root 1 0 R/Size %d>>\n%%%%EOF\n" % (next(_count), 10 + pages)])


SCRIPT = b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"
LAUNCH = b"/OpenAction<</S/Launch/F(/bin/sh)>>"
ATTACHED = b"/Names<</EmbeddedFiles<</Names[(x)5 0 R]>>>>"
FILE = b"5 0 obj<</Type/Filespec/F(x.exe)/EF<</F 6 0 R>>>>endobj\n6 0 obj<</Length 2>>stream\nMZ\nendstream endobj\n"
BOMB = zlib.compress(b" " * 300_000_000, 9)
BLOATED = b"7 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj\n" % (len(BOMB), BOMB)


def rtf(body: str) -> bytes:
    return f"{{\\rtf1\\ansi {body}}}%{next(_count)}".encode()


def aged(seconds: int, name: str = "txt") -> Put:
    def put(path: Path) -> None:
        path.write_bytes(txt() if name == "txt" else docx())
        os.utime(path, (seconds, seconds))

    return put


def fifo(path: Path) -> None:
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.mkdir()


def full_folder(path: Path) -> None:
    path.mkdir()
    (path / "trong.txt").write_bytes(txt())


def link_to(target: str) -> Put:
    return lambda path: path.symlink_to(target)


def read_only(path: Path) -> None:
    path.write_bytes(txt())
    path.chmod(0o444)


def bound(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the name of a socket may be 107 bytes long only
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


UNREAD = "unreadable_document"
EITHER = f"stored|{UNREAD}|not_a_notice|empty_document"
NO_TEXT = f"{UNREAD}|empty_document|not_a_notice|scanned_document"
BOUNDED = f"{NO_TEXT}|document_too_large|reader_out_of_memory|reader_took_too_long"
ANY = f"{EITHER}|{BOUNDED}|misnamed_document|unsupported_format|encrypted_document"
KIB = 1024

ROWS: list[Row] = [
    # packages
    ("zip bomb.docx", docx(word__media__x_xml=bytes(201 << 20)), "document_too_large"),
    ("bomb in the main part.docx", main_part(lambda _: b"<x>" + b" " * (30 << 20) + b"</x>"), "document_too_large"),
    ("many members.docx", docx(**{f"m{n}": b"" for n in range(3000)}), "document_too_large"),
    ("entity bomb.docx", prolog(LAUGHS, "&l9;"), UNREAD),
    (
        "external entity.docx",
        prolog('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"),
        "stored",
    ),  # the entity is left out
    ("external address.docx", prolog('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">', "&x;"), "stored"),
    ("parameter entity.docx", prolog('<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;', ""), "stored"),
    ("macros.docx", docx(word__vbaProject_bin=OLE), "stored"),
    ("macros.docm", docx(word__vbaProject_bin=OLE), "stored"),  # kept as it is, never run
    ("embedded.docx", docx(word__embeddings__oleObject1_bin=OLE), "stored"),
    ("member outside.docx", docx(**{"..__..__evil.txt": b"x"}), "stored"),
    ("deeply nested.docx", main_part(lambda d: d.replace(b"<w:p>", b"<w:sdt>" * 5000 + b"<w:p>", 1)), UNREAD),
    ("no main part.docx", docx(lambda n, d: None if n == MAIN else d), "misnamed_document"),
    ("main part empty.docx", main_part(lambda _: b""), UNREAD),
    ("main part no XML.docx", main_part(lambda _: b"\0\1\2"), UNREAD),
    ("not of Word.docx", main_part(lambda _: b"<html/>"), f"{UNREAD}|empty_document"),
    ("no numbering.docx", docx(lambda n, d: None if "numbering" in n else d), "stored"),
    ("two packages.docx", docx() + docx(), EITHER),
    ("behind rubbish.docx", b"rubbish" + docx(), f"{EITHER}|misnamed_document"),
    *((f"cut at {c}.docx", DOCX[:c], UNREAD) for c in (10, 100, len(DOCX) // 2, len(DOCX) - 1)),
    *((f"cut at {c}.docx", DOCX[:c], UNREAD) for c in range(KIB, len(DOCX), KIB)),
    *((f"flipped {n}.docx", flipped(DOCX, n, 5 + 5 * n), EITHER) for n in range(6)),
    *((f"one bit {n}.docx", flipped(DOCX, n, 1), EITHER) for n in range(6, 18)),
    # text
    *((f"cut at {c}.txt", TEXT.encode()[:c], EITHER) for c in range(KIB, 9 * KIB, KIB)),
    *((f"one bit {n}.txt", flipped(txt(), n, 1), EITHER) for n in range(6)),
    ("many bits.txt", flipped(txt(), 1, 2000), ANY),
    # PDF
    ("ten thousand pages.pdf", pdf(10_000), "document_too_large"),
    ("an empty page.pdf", pdf(), NO_TEXT),
    ("script.pdf", pdf(catalog=SCRIPT), NO_TEXT),  # never run
    ("starts a program.pdf", pdf(catalog=LAUNCH), NO_TEXT),
    ("attached program.pdf", pdf(catalog=ATTACHED, more=FILE), NO_TEXT),
    ("stream bomb.pdf", pdf(page=b"/Contents 7 0 R", more=BLOATED), BOUNDED),
    ("page of itself.pdf", pdf(page=b"/Resources<</XObject<</X 10 0 R>>>>"), NO_TEXT),
    ("page as large as a town.pdf", pdf().replace(b"0 0 595 842", b"0 0 9e9 9e9"), BOUNDED),
    ("no page at all.pdf", pdf(0), NO_TEXT),
    ("count that lies.pdf", pdf(3).replace(b"/Count 3", b"/Count 2147483647"), BOUNDED),
    ("root that is missing.pdf", pdf().replace(b"1 0 obj", b"8 0 obj"), BOUNDED),
    *((f"cut at {c}.pdf", pdf(40)[:c], BOUNDED) for c in range(KIB, 4 * KIB, KIB)),
    *((f"flipped {n}.pdf", flipped(pdf(3, catalog=SCRIPT), n, 10), BOUNDED) for n in range(4)),
    # RTF, HTML, older and other kinds
    ("nested without end.rtf", rtf("{" * 20_000), BOUNDED),
    ("object.rtf", rtf("{\\object\\objdata d0cf11e0}"), BOUNDED),
    ("field that fetches.rtf", rtf('{\\field{\\*\\fldinst INCLUDETEXT "/etc/passwd"}}'), BOUNDED),
    ("half.rtf", b"{\\rtf1\\ansi {\\b", BOUNDED),
    ("frames.html", b"<html><iframe src=file:///etc/passwd></iframe></html>", BOUNDED),
    ("deep.html", b"<html>" + b"<div>" * 50_000, BOUNDED),
    ("old Word.doc", OLE, ANY),
    ("half of old Word.doc", OLE[:100], ANY),
    ("a program.exe", b"MZ" + bytes(500), "unsupported_format|misnamed_document"),
    ("a script.sh", b"#!/bin/sh\nrm -rf /\n", "unsupported_format|not_a_notice"),
    ("sheet.xlsx", docx(lambda n, d: None if n == MAIN else d, xl__workbook_xml=b"<x/>"), ANY),
    ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100), ANY),
    ("picture that lies.jpg", b"\xff\xd8\xff\xe0" + bytes(100), ANY),
    ("gzip.txt", b"\x1f\x8b\x08" + bytes(50), ANY),
    # other kinds
    ("locked.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted_document"),
    ("locked.pdf", LOCKED_PDF, "encrypted_document"),
    ("half.pdf", LOCKED_PDF[:40], UNREAD),
    ("nothing.pdf", bytes(5000), UNREAD),
    (
        "pages without end.pdf",
        LOCKED_PDF.replace(b"/Encrypt 4 0 R", b"").replace(b"3 0 R", b"2 0 R"),
        f"{EITHER}|scanned_document",
    ),
    ("a text.pdf", txt(), "misnamed_document"),
    ("a Word file.txt", docx(), "misnamed_document"),
    ("a Word file without suffix", docx(), "stored"),
    ("UPPER.TXT", txt(), "stored"),
    ("page.html", b"<html><script>alert(1)</script></html>", "empty_document"),
    ("bytes.bin", bytes(range(256)) * 40, "unsupported_format"),
    ("empty.txt", b"", "empty_document"),
    ("blank.docx", b"", "empty_document"),
    ("marks.txt", "\u200b\u202e\ufeff\n".encode(), "empty_document|not_a_notice"),
    ("zeros.txt", bytes(10_000), "unsupported_format|unreadable_document|empty_document|not_a_notice"),
    ("one line.txt", b"a" * 1_000_000, "not_a_notice"),
    ("utf-16.txt", b"\xff\xfe" + (TEXT + " ").encode("utf-16-le"), "stored"),
    ("cut in a letter.txt", txt()[:-1] + "ữ".encode()[:2], EITHER),
    ("too large.txt", b"x" * 3_000_001, "document_too_large"),
    # names
    ("..txt", txt(), "ignored"),
    ("...docx", docx(), "ignored"),
    ("a..b..txt", txt(), "stored"),
    ("-rf.txt", txt(), "stored"),
    ("$(touch x);`id`.txt", txt(), "stored"),
    ("%2e%2e%2fetc.txt", txt(), "stored"),
    ("two\nlines.txt", txt(), "stored"),
    ("bell\a\x1b[31m.txt", txt(), "stored"),
    ("bidi \u202etxt.txt", txt(), "stored"),
    ("no width\u200b.txt", txt(), "stored"),
    (f"{'d' * 251}.txt", txt(), "stored"),
    (f"{'đ' * 125}.txt", txt(), "stored"),
    (f"{'q' * 251}.txt", b"", "empty_document"),
    (unicodedata.normalize("NFD", "Thông báo kỳ.txt"), txt(), "stored"),
    (unicodedata.normalize("NFC", "Thông báo kỳ.txt"), txt(), "stored"),
    ("case.txt", txt(), "stored"),
    ("CASE.txt", txt(), "stored"),
    (os.fsdecode(b"latin \xe9\xff.txt"), txt(), "stored"),
    ("a.txt.ly-do.txt", txt(), "ignored"),
    (" .txt", txt(), "stored"),
    ("back\\slash.txt", txt(), "stored"),
    ("'quote\".txt", txt(), "stored"),
    ("<script>alert(1)<.txt", txt(), "stored"),
    ("=cmd|' !A1.txt", txt(), "stored"),
    ("{{7*7}}.txt", txt(), "stored"),
    ("🖋.txt", txt(), "stored"),
    ("a.pdf.txt", txt(), "stored"),
    ("trailing dot.", txt(), "stored"),
    ("quarantine.txt", txt(), "stored"),
    ("sub/quarantine/a.txt", txt(), "stored"),  # only the shelves of the inbox itself are shelves
    ("a/b/c/d/e/f/g/h/deep.txt", txt(), "stored"),
    ("HỒ SƠ/thông báo.TXT", txt(), "stored"),
    ("hồ sơ/thông báo.txt", txt(), "stored"),
    ("1969.txt", aged(-86_400), "stored"),
    ("tomorrow.txt", aged(int(NOW.timestamp()) + 86_400), "stored"),
    ("thumbs.DB", b"x", "ignored"),
    ("upload.TMP", b"x", "ignored"),
    ("con.txt", txt(), "stored"),
    # not files, or odd ones
    ("link.txt", link_to("/etc/passwd"), "waiting:symlink"),
    ("dead link.txt", link_to("nowhere"), "waiting:symlink"),
    ("loop.txt", link_to("loop.txt"), "waiting:symlink"),
    ("link to a folder", link_to("/etc"), "waiting:symlink"),
    ("pipe.docx", fifo, "waiting:not_a_file"),
    ("socket.pdf", bound, "waiting:not_a_file"),
    ("folder.pdf", folder, "nothing"),
    ("full.pdf", full_folder, "nothing"),  # what is in it counts by itself
    ("full.pdf/trong.txt", lambda path: None, "stored"),
    ("1970.txt", aged(0), "stored"),
    ("2099.docx", aged(4_070_908_800, "docx"), "stored"),
    ("read only.txt", read_only, "stored"),
    ("~$lock.docx", b"x", "ignored"),
    (".hidden.txt", txt(), "ignored"),
    ("half.docx.part", docx(), "ignored"),
    ("~half.crdownload", docx(), "ignored"),
    # files of other rows again
    ("z copy.docx", DOCX, "duplicate"),
    ("z copy of the copy.docx", DOCX, "stored"),
    # while the run goes on
    ("growing.txt", txt(), "waiting:still_written"),
    ("changed after the plan.txt", txt(), "waiting:changed"),
    ("gone after the plan.txt", txt(), "gone"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("hostile")
    return Settings(home=home, settle_seconds=1, workers=2, max_file_bytes=3_000_000, read_seconds=60, _env_file=None)


@pytest.fixture(scope="module")
def report(home: Settings) -> RunReport:
    """One run over all rows."""
    home.inbox.mkdir(parents=True)
    for name, content, _ in ROWS:
        path = home.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            content(path)

    def meanwhile(_seconds: float) -> None:
        with (home.inbox / "growing.txt").open("ab") as file:
            file.write(b"more")

    planned = plan(home, NOW, wait=meanwhile)
    (home.inbox / "changed after the plan.txt").write_bytes(b"another")
    (home.inbox / "gone after the plan.txt").unlink()
    results = [r for chunk in planned.chunks for r in ingest_files(home, chunk)]
    return finish(home, planned, results, IndexState(True))


def came_of(report: RunReport) -> dict[str, str]:
    by_state = {State.STORED: "stored", State.DUPLICATE: "duplicate", State.GONE: "gone"}
    found = {
        f.path: by_state.get(f.state) or (f"waiting:{f.code}" if f.state is State.WAITING else f.code or "")
        for f in report.files
    }
    return {**dict.fromkeys(map(as_plain, report.ignored), "ignored"), **found}


def test_there_are_rows_enough_and_each_is_of_its_own() -> None:
    assert len({name for name, _, _ in ROWS}) == len(ROWS) >= 150


@pytest.mark.parametrize(
    ("name", "expected"), [(name, expected) for name, _, expected in ROWS], ids=[ascii(r[0])[:40] for r in ROWS]
)
def test_what_comes_of_it(report: RunReport, name: str, expected: str) -> None:
    assert came_of(report).get(as_plain(name), "nothing") in expected.split("|")


def test_the_run_is_whole(report: RunReport, home: Settings) -> None:
    assert not report.failed
    assert report.seen == len(report.files) - 1  # the one that is gone
    assert not list(Archive(home.archive).verify())
    page = next(home.reports.glob("*.txt")).read_text(encoding="utf-8")
    assert not {c for c in page if unicodedata.category(c) in ("Cc", "Cf") and c != "\n"}


def test_nothing_was_written_elsewhere(report: RunReport, home: Settings) -> None:
    assert {path.name for path in home.home.iterdir()} - {"index"} == {"inbox", "archive", "reports"}
    assert Path("/etc/passwd").is_file()
    assert b"root:x" not in b"".join(path.read_bytes() for path in home.archive.rglob("text.txt"))


def test_every_file_lies_somewhere(report: RunReport, home: Settings) -> None:
    there = {path.read_bytes() for path in home.home.rglob("*") if path.is_file() and not path.is_symlink()}
    kept = [
        c
        for name, c, e in ROWS
        if isinstance(c, bytes) and e not in ("gone", "waiting:changed", "waiting:still_written")
    ]
    assert all(content in there for content in kept)
