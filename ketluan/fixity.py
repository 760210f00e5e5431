"""Is every file of the archive still what it was? Each one is hashed anew and compared with its manifest.

Beyond what any BagIt tool checks in one bag: that versions are complete, that records and corrections can be read,
that they belong where they lie, and that every original is named by the record and every one named is there. One notice
is looked at at a time, so that the size of the archive does not matter. Nothing is mended: the backup is the cure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from itertools import groupby

import orjson

from extractors.codec import SchemaError, decode, decode_notice
from ketluan import bag, corrections, ledger, publishing
from ketluan.objects import Place, below, children, listed, loaded
from ketluan.stored import Rendition

Progress = Callable[[int, int, str], None]  # notices checked, notices in all, id

#: code → what an archivist reads
MESSAGES = {
    "missing_file": "Thiếu tệp.",
    "changed_file": "Nội dung tệp đã bị thay đổi (mã băm không khớp).",
    "extra_file": "Tệp lạ, không thuộc kho.",
    "not_a_file": "Không phải tệp thông thường (liên kết hoặc loại khác).",
    "unreadable_file": "Không đọc được tệp.",
    "missing_manifest": "Thiếu danh sách mã băm.",
    "bad_manifest": "Danh sách mã băm bị hỏng.",
    "unlisted_file": "Tệp không có trong danh sách mã băm.",
    "bad_declaration": "Tệp khai báo BagIt bị thay đổi.",
    "bad_oxum": "Kích thước ghi trong bag-info.txt không khớp.",
    "bad_json": "Bản ghi notice.json không đọc được.",
    "wrong_record": "Bản ghi không thuộc thư mục này.",
    "bad_corrections": "Tệp ghi những chỗ đã sửa bị hỏng hoặc bị thay đổi.",
    "missing_version": "Thiếu phiên bản.",
    "missing_original": "Thiếu tệp gốc mà bản ghi có nêu.",
    "orphan_original": "Tệp gốc không được bản ghi nào nêu.",
    "wrong_original": "Tên tệp gốc không đúng với mã băm của nó.",
    "wrong_folder": "Thư mục nằm sai chỗ hoặc sai tên.",
    "missing_notice": "Thiếu cả thư mục của một thông báo đã lưu (theo sổ ghi kho).",
    "changed_manifest": "Danh sách mã băm không còn như lúc lưu (theo sổ ghi kho).",
    "missing_ledger": "Thiếu sổ ghi kho. Hãy lấy lại từ bản sao lưu; nếu không có, lần nhận văn bản sau sẽ lập lại.",
    "broken_ledger": "Dòng này của sổ ghi kho, hoặc dòng ngay trước, bị sửa hay bị cắt. Hãy so với bản sao lưu.",
    "torn_ledger": "Dòng cuối của sổ ghi kho bị ghi dở; lần nhận văn bản sau sẽ tự ghi lại.",
    "unrecorded": "Phiên bản hoặc lần sửa chưa có trong sổ ghi kho; lần nhận văn bản sau sẽ tự ghi.",
    "missing_correction": "Lần sửa đã ghi trong sổ kho nay thiếu hoặc khác trong corrections.jsonl.",
    "shortened_ledger": "Sổ ghi kho thiếu những dòng đã có ở lần kiểm tra trước. Hãy so với bản sao lưu.",
    "stale_draft": "Bản ghi dở của một lần chạy bị ngắt; lần nhận văn bản sau sẽ tự dọn.",
}
CURE = " Hãy lấy lại thư mục này từ bản sao lưu."

_NO_CURE = {"extra_file", "stale_draft", "unrecorded"} | {code for code in MESSAGES if code.endswith("_ledger")}
_ROOT = {publishing.READ_ME, ".lock", "notices", "tmp", ledger.FILE}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: `path` below the archive, `code` a key of `MESSAGES`, `message` Vietnamese."""

    path: str
    code: str
    message: str


def verify(root: Place, progress: Progress | None = None, *, after: str = "") -> Iterator[Finding]:
    """All that is wrong with the archive below `root`; nothing where all is well or there is no archive.

    Of the notices, those whose id comes after `after` are looked at, in order; `progress` is called after each.
    """
    for path, code in _verify(root, progress, after):
        yield finding(below(root, path), code)


def finding(path: str, code: str) -> Finding:
    """A finding with its message."""
    return Finding(path, code, MESSAGES[code] + ("" if code in _NO_CURE else CURE))


Found = tuple[Place, str]


def _verify(root: Place, progress: Progress | None, after: str) -> Iterator[Found]:
    recorded = _read_ledger(root).known  # before the folders: what is published meanwhile is in neither
    yield from _strangers(root, _ROOT.__contains__)
    yield from ((path, "stale_draft") for path in bag.subfolders(root / "tmp"))
    years = bag.subfolders(root / "notices")
    yield from _strangers(root / "notices", {year.name for year in years}.__contains__)
    folders = [folder for year in years for folder in bag.subfolders(year)]
    for year in years:
        yield from _strangers(year, {folder.name for folder in folders if folder.parent == year}.__contains__)
    seen = {folder.name: bag.versions(folder) for folder in folders}
    for number, folder in enumerate(folders, 1):
        if (folder.parent.name, folder.name) <= (after[:4], after):
            continue
        yield from _notice(loaded(folder), recorded)
        if progress:
            progress(number, len(folders), folder.name)
    yield from _gone(root, recorded)
    yield from _ledger(root, [(folder, n) for folder in folders for n in seen[folder.name]])


def _gone(root: Place, recorded: dict[tuple[str, int], ledger.Version]) -> Iterator[Found]:
    """What the ledger knows and the folders do not hold, or hold otherwise."""
    for id, versions in groupby(sorted(recorded.items()), key=lambda item: item[0][0]):
        folder = listed(root / bag.place_of(id))
        if not folder.is_dir():
            yield folder, "missing_notice"
            continue
        for (_, number), version in versions:
            place = folder / bag.version_name(number)
            if not place.is_dir():
                if number > (bag.last_version(folder) or 0):  # a gap between versions is told already
                    yield place, "missing_version"
            elif _manifest(place) not in (version.manifest, None):
                yield place / bag.MANIFEST, "changed_manifest"


def _read_ledger(root: Place) -> ledger.Ledger:
    try:
        return ledger.read(root)
    except OSError:
        return ledger.Ledger(damaged=(1,))


def _manifest(place: Place) -> str | None:
    try:
        return ledger.manifest_of(place)
    except OSError:  # told already
        return None


def _ledger(root: Place, published: list[tuple[Place, int]]) -> Iterator[Found]:
    """What is wrong with the ledger itself, and versions that it lacks."""
    path, book = root / ledger.FILE, _read_ledger(root)
    if not ledger.there(root):
        yield from ((path, "missing_ledger") for _ in published[:1])
        return
    yield from ((path.with_name(f"{ledger.FILE}:{n}"), "broken_ledger") for n in book.damaged)
    if book.torn:
        yield path, "torn_ledger"
    known, corrected = book.known, book.corrected
    for folder, number in published:
        if (folder.name, number) not in known:
            yield folder / bag.version_name(number), "unrecorded"
    logs = {folder: log for folder in dict.fromkeys(f for f, _ in published) if (log := _sound_log(listed(folder)))}
    there = {(f.name, n): chain for f, log in logs.items() for n, chain in enumerate(corrections.chains(log), 1)}
    names = {folder.name: folder / corrections.FILE for folder in logs}
    for (id, n), chain in sorted(corrected.items()):
        if id in names and there.get((id, n)) != chain:
            yield names[id].with_name(f"{corrections.FILE}:{n}"), "missing_correction"
    for id, n in sorted(there.keys() - corrected.keys()):
        yield names[id].with_name(f"{corrections.FILE}:{n}"), "unrecorded"


def _sound_log(folder: Place) -> corrections.Log | None:
    """The corrections of a notice; None where they are damaged, which is told already."""
    try:
        log = corrections.read(folder)
    except OSError:
        return None
    return None if log.damaged else log


def _strangers(folder: Place, ours: Callable[[str], object]) -> Iterator[Found]:
    """Files and links that are not ours, in one folder."""
    if folder.is_dir():
        yield from ((path, "extra_file") for path in children(folder) if not ours(path.name))


def _notice(folder: Place, recorded: Container[tuple[str, int]]) -> Iterator[Found]:
    begun = bag.begun_versions(folder)
    drafts = [number for number in begun if (folder.name, number) not in recorded]
    yield from ((folder / bag.version_name(number), "stale_draft") for number in drafts)
    numbers = sorted({*bag.versions(folder), *begun} - set(drafts))
    if not bag.plain_name(folder.name) or folder.name[:4] != folder.parent.name:
        yield folder, "wrong_folder"
    yield from _strangers(folder, {corrections.FILE, *map(bag.version_name, (*numbers, *drafts))}.__contains__)
    yield from _corrections(folder)
    if not numbers:  # made just before a crash: nothing was published in it
        return
    gone = sorted(set(range(1, numbers[-1] + 1)) - set(numbers))
    yield from ((folder / bag.version_name(number), "missing_version") for number in gone)
    named: tuple[Rendition, ...] | None = None
    for number in numbers:
        place = folder / bag.version_name(number)
        yield from ((place / found.path, found.code) for found in bag.check(place))
        named, code = _record(place, folder.name, number)
        if code:
            yield place / "data" / "notice.json", code
    if named is not None:
        yield from _originals(folder, numbers, named)


def _corrections(folder: Place) -> Iterator[Found]:
    path = folder / corrections.FILE
    try:
        if path.is_symlink():
            yield path, "not_a_file"
        elif corrections.read(folder).damaged:
            yield path, "bad_corrections"
    except OSError:
        yield path, "unreadable_file"


def _record(place: Place, id: str, number: int) -> tuple[tuple[Rendition, ...] | None, str | None]:
    """The renditions that a version names, and what is wrong with its record."""
    try:
        data = orjson.loads((place / "data" / "notice.json").read_bytes())
        text = (place / "data" / "text.txt").read_bytes().decode("utf-8")
        notice = decode_notice({"schema_version": data["schema_version"], **data["notice"]})
        named = tuple(decode(Rendition, rendition) for rendition in data["renditions"])
        whole = all(conclusion.span.end <= len(text) for conclusion in notice.conclusions)
        right = (data["id"], data["version"]) == (id, number) and 0 < len(named) <= number
    except FileNotFoundError:  # the manifest told
        return None, None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SchemaError):
        return None, "bad_json"
    return named, None if whole and right else "wrong_record"


def _originals(folder: Place, numbers: list[int], named: tuple[Rendition, ...]) -> Iterator[Found]:
    places = [folder / bag.version_name(number) / "data" / "originals" for number in numbers]
    there = {path for place in places if place.is_dir() for path in place.iterdir()}
    archive = folder.parents[2]
    wanted = {archive / rendition.original: rendition for rendition in named}
    yield from ((path, "missing_original") for path in sorted(wanted.keys() - there))
    yield from ((path, "orphan_original") for path in sorted(there - wanted.keys()))
    for path in sorted(there & wanted.keys()):
        listed = _listed(path)
        if not path.stem == wanted[path].sha256 == listed:
            yield path, "wrong_original"


def _listed(original: Place) -> str | None:
    """The hash of an original in the manifest of its bag."""
    try:
        manifest = (original.parents[2] / bag.MANIFEST).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    found = re.search(rf"^([0-9a-f]{{64}})  data/originals/{re.escape(original.name)}$", manifest, re.MULTILINE)
    return found[1] if found else None
