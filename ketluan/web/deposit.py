"""A file from the browser into the inbox: bounded, checked, never over another one. The night takes it from there.

Whether it is a notice is not asked here; a name that says PDF over something else is refused, because that is
nearly always a mistake of the sender.
"""

from __future__ import annotations

import os
import re
import unicodedata
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import anyio
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response

from ketluan.inbox import is_ignored
from ketluan.web import forms, pages
from ketluan.web.guard import same_origin

#: Ending → how such a file begins; empty: anything.
KINDS = {
    ".docx": b"PK\x03\x04",
    ".pdf": b"%PDF-",
    ".doc": b"\xd0\xcf\x11\xe0",
    ".rtf": b"{\\rtf",
    ".odt": b"PK\x03\x04",
    ".jpg": b"\xff\xd8\xff",
    ".png": b"\x89PNG",
    ".txt": b"",
}
MOST_FILES = 20
#: Bytes of one request; more is for copying into the folder.
LARGEST = 100_000_000
_NAME_BYTES = 180
#: How browsers send what a field of a form cannot hold (HTML, multipart/form-data).
_ESCAPED = {"%0A": "\n", "%0D": "\r", "%22": '"'}
_UNSAFE = re.compile(r"[^\w\s.()\[\]&,+-]+")


@dataclass(frozen=True, slots=True)
class Deposited:
    """What became of one file: its name in the inbox, or why it was refused."""

    name: str
    reason: str | None = None


async def receive(request: Request) -> Response:
    """Take the files of the form `files`; the page tells of each."""
    if forms.user(request) is None:
        raise HTTPException(401)
    if not same_origin(request):
        raise HTTPException(403)
    limit = min(LARGEST, pages.desk(request).settings.max_file_bytes)
    declared = request.headers.get("content-length", "")
    if not declared.isdigit() or int(declared) > limit + 100_000:
        raise HTTPException(413, _too_large(limit))
    try:
        form = await MultiPartParser(
            request.headers,
            forms.bounded(request, limit + 100_000, _too_large(limit)),
            max_files=MOST_FILES,
            max_fields=5,
        ).parse()
    except (MultiPartException, KeyError) as exc:
        raise HTTPException(400) from exc
    try:
        forms.checked(request, str(form.get(forms.TOKEN, "")))
        files = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
        results = await anyio.to_thread.run_sync(_put_all, pages.desk(request).settings.inbox, files)
    finally:
        await form.close()
    return await anyio.to_thread.run_sync(lambda: pages.page(request, "upload.html", results=results, kinds=KINDS))


def put(inbox: Path, name: str, data: bytes) -> Deposited:
    """Write the file into the inbox under a clean name that nothing has yet. Raises `OSError`."""
    cleaned = clean_name(name)
    if reason := refusal(cleaned, data):
        return Deposited(cleaned, reason)
    inbox.mkdir(parents=True, exist_ok=True)
    draft = inbox / f".{uuid.uuid4().hex}.part"
    try:
        with draft.open("xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        return Deposited(_named(draft, inbox, cleaned))
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def clean_name(name: str) -> str:
    """The last part of a name, without what means something to a system, a page or a spreadsheet; never one that the
    inbox passes over, as it does our own notes."""
    last = (
        unicodedata.normalize("NFC", re.sub("|".join(_ESCAPED), lambda m: _ESCAPED[m[0]], name))
        .replace("\\", "/")
        .rpartition("/")[2]
    )
    visible = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in last)
    plain = re.sub(r"\s+", " ", _UNSAFE.sub("_", visible)).strip(" .-+")
    stem, dot, suffix = plain.rpartition(".")
    stem, suffix = (stem, f".{suffix.lower()}") if dot else (plain, "")
    while len(f"{stem}{suffix}".encode()) > _NAME_BYTES and stem:
        stem = stem[:-1]
    kept = f"{stem.strip() or 'van-ban'}{suffix}"
    return f"{Path(kept).stem}_{suffix}" if suffix in KINDS and is_ignored(kept) else kept


def refusal(name: str, data: bytes) -> str | None:
    """Why a file is not taken, for the person who sent it; None where it is."""
    suffix = Path(name).suffix
    if suffix not in KINDS:
        return f"Chỉ nhận tệp {', '.join(k[1:].upper() for k in KINDS)}. Hãy lưu lại thành một trong các loại đó."
    if not data:
        return "Tệp trống. Hãy mở tệp kiểm tra rồi gửi lại."
    if KINDS[suffix] not in data[:1024]:
        return f"Nội dung không phải {suffix[1:].upper()}. Hãy kiểm tra lại tên và loại tệp."
    return None


def _named(draft: Path, inbox: Path, name: str) -> str:
    """Give the file its name; one that is taken gets a number. The name is made anew or not at all, so nothing is lost
    where two send the same name at once; then the whole file takes its own empty place."""
    stem, suffix = Path(name).stem, Path(name).suffix
    for number in range(1, 1000):
        target = inbox / (name if number == 1 else f"{stem} ({number}){suffix}")
        with suppress(FileExistsError):
            target.touch(exist_ok=False)
            draft.replace(target)
            return target.name
    raise FileExistsError(name)


def _put_all(inbox: Path, files: list[UploadFile]) -> list[Deposited]:
    return [put(inbox, one.filename or "", one.file.read()) for one in files]


def _too_large(limit: int) -> str:
    return f"Tệp gửi qua trang này lớn nhất {limit // 1_000_000} MB. Hãy chép tệp thẳng vào thư mục hộp thư đến."
