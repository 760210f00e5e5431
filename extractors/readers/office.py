"""Which lines stand in a file that only an office program reads: Word 97-2003, RTF, OpenDocument?

LibreOffice writes it again as DOCX, which `docx` reads. It runs without a window, in a profile of its own (two that
share one refuse to start), without macros, without links to other files, and with a proxy that leads nowhere: a file
must not make us call its sender.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from extractors.errors import EncryptedDocument, ExtractionError, UnreadableDocument, UnsupportedFormat
from extractors.model import RawText
from extractors.readers import docx, programs

#: The first file takes some 5 seconds, each further one of a batch less than 1.
SECONDS: Final = 120.0
SECONDS_EACH: Final = 20.0
MISSING: Final = (
    "Tệp này (Word 97-2003, RTF hoặc OpenDocument) cần LibreOffice để đọc, nhưng máy chủ chưa có. Người quản trị "
    "hãy cài bằng lệnh: apt-get install libreoffice-writer-nogui, rồi đưa tệp vào lại. "
    "Hoặc mở tệp bằng Word, lưu thành .docx rồi gửi lại."
)
DAMAGED: Final = (
    "LibreOffice không mở được tệp này; tệp có thể bị hỏng. Hãy mở bằng Word, lưu lại thành .docx rồi gửi lại."
)
#: `wIdent` of the FIB and the bit `fEncrypted` in it (MS-DOC 2.5.2); the stream begins in the first sector as a rule.
_FIB_AT: Final = 512
_FIB: Final = b"\xec\xa5"

#: Named, so that a damaged file is refused and not read as plain text.
_FILTERS: Final = {".doc": "MS Word 97", ".rtf": "Rich Text Format", ".odt": "writer8"}

_SETTING: Final = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
)
_SETTINGS: Final = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    *(("Inet/Settings", f"ooInet{kind}ProxyName", "127.0.0.1") for kind in ("HTTP", "HTTPS", "FTP")),
    *(("Inet/Settings", f"ooInet{kind}ProxyPort", "9") for kind in ("HTTP", "HTTPS", "FTP")),
)


def read_doc(data: bytes) -> RawText:
    """The lines of a Word 97-2003 file. Raises as `read` does, and `EncryptedDocument` where it asks for a password."""
    if data[_FIB_AT : _FIB_AT + 2] == _FIB and data[_FIB_AT + 0x0B] & 0x01:
        raise EncryptedDocument("doc: fEncrypted")
    return read(data, "doc")


def read_rtf(data: bytes) -> RawText:
    """The lines of an RTF file; raises as `read` does."""
    return read(data, "rtf")


def read_odt(data: bytes) -> RawText:
    """The lines of an OpenDocument text; raises as `read` does."""
    return read(data, "odt")


def read(data: bytes, kind: str) -> RawText:
    """The lines of a file of this `kind`, which is also its suffix.

    Raises `UnsupportedFormat` where LibreOffice is not installed, `UnreadableDocument` where it cannot open the file.
    """
    (made,) = to_docx([data], kind)
    if isinstance(made, ExtractionError):
        raise made
    return replace(docx.read(made), format=kind)


def to_docx(files: Sequence[bytes], kind: str) -> list[bytes | ExtractionError]:
    """Each of `files` as DOCX, or the error that it deserves, in the same order; LibreOffice runs once for all.

    Raises `UnsupportedFormat` where it is not installed.
    """
    try:
        program = programs.find("soffice", "libreoffice")
    except programs.ProgramMissing as exc:
        raise UnsupportedFormat(f"{kind}: {exc}", reason=MISSING) from exc
    with programs.Folder() as folder:
        names = [folder / f"{number:05d}.{kind}" for number in range(len(files))]
        for name, data in zip(names, files, strict=True):
            name.write_bytes(data)
        detail = _convert(program, names, folder)
        made = [folder / "made" / f"{name.stem}.docx" for name in names]
        return [
            path.read_bytes() if path.is_file() else UnreadableDocument(f"{kind}: {detail}", reason=DAMAGED)
            for path in made
        ]


def _convert(program: str, names: Sequence[Path], folder: Path) -> str:
    """Run LibreOffice once; what went wrong, as far as it said."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    items = "".join(_SETTING.format(path=path, name=name, value=value) for path, name, value in _SETTINGS)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>',
        encoding="utf-8",
    )
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck"]
    command += [f"--infilter={_FILTERS[names[0].suffix]}", "--convert-to", "docx:MS Word 2007 XML"]
    command += ["--outdir", str(folder / "made"), *map(str, names)]
    try:
        programs.run(command, seconds=SECONDS + SECONDS_EACH * len(names), variables={"HOME": str(folder)})
    except programs.ProgramFailed as exc:
        return str(exc)
    return "LibreOffice made no file"
