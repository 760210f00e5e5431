"""Files that only an office program reads; LibreOffice makes them here and reads them back."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from extractors.errors import ExtractionError, UnreadableDocument, UnsupportedFormat
from extractors.readers import office, programs, read
from extractors.text import assemble

Docx = Callable[..., bytes]
Make = Callable[..., str]
LINES = ["THÔNG BÁO", "1. Giao Sở Nội vụ rà soát biên chế trước ngày 15/4/2023.", "a) Các trường học;", "Hết."]
FILTERS = {"doc": "doc:MS Word 97", "rtf": "rtf:Rich Text Format", "odt": "odt:writer8"}


@pytest.fixture(scope="module")
def old_files(docx: Docx, p: Make, tbl: Make, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("office")
    body = "".join(map(p, LINES[:-1])) + tbl(("TT", "Việc"), ("1", "Lập danh mục")) + p(LINES[-1])
    (folder / "a.docx").write_bytes(docx(body))
    made = {}
    for kind, name in FILTERS.items():
        command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", name, "--outdir", str(folder), str(folder / "a.docx")]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        made[kind] = (folder / f"a.{kind}").read_bytes()
    return made


@pytest.mark.parametrize(
    ("kind", "name"), [("doc", "a.doc"), ("rtf", "a.rtf"), ("rtf", "a.doc"), ("odt", "a.odt"), ("doc", "khong-duoi")]
)
def test_old_kinds_are_read(old_files: dict[str, bytes], kind: str, name: str) -> None:
    raw = read(old_files[kind], name)
    found = assemble(raw).paragraphs
    assert [q.text for q in found if q.table is None] == LINES
    assert [(q.text, q.table) for q in found if q.table] == [
        ("TT", (0, 0, 0)),
        ("Việc", (0, 0, 1)),
        ("1", (0, 1, 0)),
        ("Lập danh mục", (0, 1, 1)),
    ]
    assert raw.format == kind


def test_a_batch_keeps_its_order_and_its_errors(old_files: dict[str, bytes]) -> None:
    made = office.to_docx([old_files["doc"], b"\xd0\xcf\x11\xe0" * 300, old_files["doc"]], "doc")
    assert [isinstance(m, bytes) for m in made] == [True, False, True]
    assert isinstance(made[1], UnreadableDocument)


def test_a_docx_named_doc_is_read(docx: Docx, p: Make) -> None:
    assert [line.text for line in read(docx(p("THÔNG BÁO")), "a.doc").lines] == ["THÔNG BÁO"]


def test_without_libreoffice_the_reason_names_what_to_install(
    old_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnsupportedFormat) as caught:
        read(old_files["doc"], "a.doc")
    assert "libreoffice-writer-nogui" in caught.value.reason


def test_a_program_that_does_not_end_is_ended_with_all_it_started() -> None:
    with pytest.raises(programs.ProgramFailed, match="not done after"):
        programs.run(["sh", "-c", "sleep 60 & sleep 60"], seconds=0.2)


def test_a_file_cannot_make_us_call_its_sender() -> None:
    asked: list[str] = []

    class Sender(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_GET

    server = HTTPServer(("127.0.0.1", 0), Sender)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    picture = f"http://127.0.0.1:{server.server_port}/seen.png"
    field = rf'{{\field{{\*\fldinst INCLUDEPICTURE "{picture}" \\d}}{{\fldrslt x}}}}'
    rtf = rf"{{\rtf1\ansi Hello {field} end\par}}".encode()
    try:
        assert "Hello" in " ".join(line.text for line in read(rtf, "a.rtf").lines)
    finally:
        server.shutdown()
    assert asked == []


PAGES = [  # what stands in the page, what is read
    ("<p>Giao <b>Sở Y&nbsp;tế</b><br>rà soát</p>", ["Giao Sở Y\xa0tế", "rà soát"]),
    ("<div>THÔNG\n BÁO</div><script>x</script><style>y</style><!-- z -->", ["THÔNG BÁO"]),
    ("<ul><li>- Như trên;<li>- Lưu: VT.</ul>", ["- Như trên;", "- Lưu: VT."]),
    ("<img src='http://127.0.0.1:9/x.png' onerror='x'>Hết", ["Hết"]),
]


@pytest.mark.parametrize(("body", "expected"), PAGES)
def test_pages(body: str, expected: list[str]) -> None:
    page = f"<html><head><title>t</title></head><body>{body}</body></html>"
    assert [line.text for line in read(page.encode(), "a.doc").lines] == expected
    assert [line.text for line in read(page.encode(), "a.html").lines] == expected


def test_cells_of_a_page_keep_their_place() -> None:
    page = "<html><table><tr><th>TT<th>Việc<tr><td>1<td><p>Lập<p>danh mục</table>Hết</html>"
    found = [(line.text, line.table) for line in read(page.encode(), "a.html").lines]
    cells = [("TT", (0, 0, 0)), ("Việc", (0, 0, 1)), ("1", (0, 1, 0)), ("Lập", (0, 1, 1)), ("danh mục", (0, 1, 1))]
    assert found == [*cells, ("Hết", None)]


def test_cells_of_a_page_that_cover_rows_and_columns_leave_their_places_free() -> None:
    rows = "<tr><td rowspan=2>1<td colspan=2>Lập<td>Sở A<tr><td>danh<td>mục<td>Sở B<tr><td colspan=x>2"
    raw = read(f"<html><table>{rows}</table></html>".encode(), "a.html")
    places = {line.text: line.table for line in raw.lines}
    assert places == {
        "1": (0, 0, 0),
        "Lập": (0, 0, 1),
        "Sở A": (0, 0, 3),
        "danh": (0, 1, 1),
        "mục": (0, 1, 2),
        "Sở B": (0, 1, 3),
        "2": (0, 2, 0),
    }
    assert raw.merged == {(0, 1, 0)}


def test_a_page_without_end_of_nesting_is_no_crash() -> None:
    with contextlib.suppress(ExtractionError):
        read(("<html>" + "<div>" * 50_000 + "Hết").encode(), "a.html")
