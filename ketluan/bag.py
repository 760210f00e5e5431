"""How is a folder written so that its contents can be proven later? BagIt 1.0 (RFC 8493), SHA-256.

Bags are written once, flushed to the disk before anybody sees them, and never changed. Names of payload files are ours
(plain ASCII), so that no encoding of names is needed (RFC 8493, 2.1.3).
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple, overload

from ketluan.objects import ObjectPath, Place

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
TAG_FILES = ("bagit.txt", "bag-info.txt", MANIFEST)

_VERSION = re.compile(r"v(\d{4,})")
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_BLOCK = 1 << 20
_FLUSHED_AT_ONCE = 16


class Finding(NamedTuple):
    """Something wrong with a file: `code` is stable, `path` is relative to what was checked."""

    path: str
    code: str


# -- writing


def write(folder: Path, payload: Mapping[str, bytes], info: Mapping[str, str]) -> list[Path]:
    """Make the bag `folder` with the files `payload` (path below `data/` → bytes); gives back what is to be flushed.

    `info` goes to `bag-info.txt`; empty values are left out.
    """
    files = contents(payload, info)
    folders = {folder, *((folder / path).parent for path in files)}
    for place in sorted(folders):
        place.mkdir(parents=True, exist_ok=True)
    for path, data in files.items():
        with (folder / path).open("xb") as file:
            file.write(data)
            _protect(file.fileno())
    return [*(folder / path for path in files), *folders]


def contents(payload: Mapping[str, bytes], info: Mapping[str, str]) -> dict[str, bytes]:
    """The files of a bag, path → bytes, as for `write`; the last one proves the others."""
    size = sum(map(len, payload.values()))
    info = {**info, "Payload-Oxum": f"{size}.{len(payload)}"}
    files = {f"data/{path}": data for path, data in payload.items()}
    tags = {
        "bagit.txt": DECLARATION,
        "bag-info.txt": "".join(f"{k}: {' '.join(v.split())}\n" for k, v in info.items() if v).encode(),
        MANIFEST: _manifest(files),
    }
    return {**files, **tags, TAG_MANIFEST: _manifest(tags)}


def write_file(path: Path, data: bytes) -> None:
    """Write a new file, flush it to the disk, and take away the right to write."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        _protect(file.fileno())


def _protect(handle: int) -> None:
    with contextlib.suppress(OSError):  # shares that know no modes
        os.fchmod(handle, os.fstat(handle).st_mode & 0o444)


def make_folder(folder: Path, *, below: Path) -> None:
    """Make `folder` and its parents up to `below`, each one flushed to the disk."""
    make_folders([folder], below=below)


def make_folders(folders: Iterable[Path], *, below: Path) -> None:
    """Make each of `folders` with its parents up to `below`, all of them flushed to the disk."""
    below.mkdir(parents=True, exist_ok=True)
    changed: set[Path] = set()
    for folder in folders:
        missing = list(itertools.takewhile(lambda p: p != below and not p.is_dir(), (folder, *folder.parents)))
        for place in reversed(missing):
            place.mkdir(exist_ok=True)
            changed.add(place.parent)
    flush(changed)


def flush(paths: Collection[Path]) -> None:
    """Flush files and the names in folders to the disk, all at once: then the disk does it in little more than one go.

    Raises the first `OSError`.
    """
    list(_flushing().map(sync, paths))


@cache
def _flushing() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_FLUSHED_AT_ONCE, thread_name_prefix="flush")


os.register_at_fork(after_in_child=_flushing.cache_clear)  # a fork has none of the threads


def sync(path: Path) -> None:
    """Flush a file, or the names in a folder, to the disk. Raises `OSError`."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):  # some shares refuse to flush folders
            raise
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Flush the names in `folder` to the disk."""
    sync(folder)


def _manifest(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(files.items())).encode()


# -- checking


def check(folder: Place) -> Iterator[Finding]:
    """All that is wrong with the bag: every file is hashed anew, in blocks.

    Codes: `missing_file`, `changed_file`, `extra_file`, `not_a_file`, `bad_declaration`,
    `missing_manifest`, `bad_manifest`, `unlisted_file` (a tag file or payload that no manifest lists), `bad_oxum`.
    """
    there, odd = _files(folder)
    yield from (Finding(path, "not_a_file") for path in odd)
    if (folder / "bagit.txt").is_file() and (folder / "bagit.txt").read_bytes() != DECLARATION:
        yield Finding("bagit.txt", "bad_declaration")
    listed = set(odd) | {TAG_MANIFEST}
    for manifest, required in ((TAG_MANIFEST, set(TAG_FILES)), (MANIFEST, set[str]())):
        yield from _check_manifest(folder, manifest, required, listed)
    yield from (Finding(path, "extra_file") for path in sorted(there - listed))
    yield from _check_oxum(folder)


def _check_manifest(folder: Place, manifest: str, required: set[str], listed: set[str]) -> Iterator[Finding]:
    try:
        text = (folder / manifest).read_text(encoding="utf-8")
    except FileNotFoundError:
        listed.update(required)
        yield Finding(manifest, "missing_manifest")
        return
    except (OSError, UnicodeDecodeError):
        yield Finding(manifest, "bad_manifest")
        return
    lines = [_LINE.fullmatch(line) for line in text.splitlines()]
    paths = [line[2] for line in lines if line]
    payload = manifest == MANIFEST
    good = [path for path in paths if inside(path) and path.startswith("data/") == payload]
    if not all(lines) or len(set(good)) != len(lines) or not text.endswith("\n"):
        yield Finding(manifest, "bad_manifest")
    for path in sorted(required - set(good)):
        listed.add(path)
        yield Finding(path, "unlisted_file")
    listed.update(good)
    digests = {line[2]: line[1] for line in lines if line}
    for path in good:
        yield from _check_file(folder, path, digests[path])


def _check_file(folder: Place, path: str, digest: str) -> Iterator[Finding]:
    try:
        if sha256_of(folder / path) != digest:
            yield Finding(path, "changed_file")
    except FileNotFoundError:
        yield Finding(path, "missing_file")
    except OSError:
        yield Finding(path, "unreadable_file")


def _check_oxum(folder: Place) -> Iterator[Finding]:
    """Size and number of the payload, as `bag-info.txt` has them: a quick sign of a cut-off copy (RFC 8493, 2.2.2)."""
    try:
        info = (folder / "bag-info.txt").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    sizes = _sizes(folder / "data")
    if f"Payload-Oxum: {sum(sizes)}.{len(sizes)}\n" not in info:
        yield Finding("bag-info.txt", "bad_oxum")


def _sizes(folder: Place) -> list[int]:
    if isinstance(folder, ObjectPath):
        return list(folder.sizes().values())
    return [path.stat().st_size for path in folder.rglob("*") if path.is_file()]


def sha256_of(path: Place) -> str:
    """SHA-256 of a file, read in blocks; a link is not followed."""
    if isinstance(path, ObjectPath):
        return hashlib.sha256(path.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _files(folder: Place) -> tuple[set[str], list[str]]:
    """Paths of the regular files of a bag, and of what is neither file nor folder."""
    if isinstance(folder, ObjectPath):
        return set(folder.sizes()), []
    there, odd = set(), []
    for parent, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(parent, name)
            relative = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                odd.append(relative)
            elif path.is_file():
                there.add(relative)
    return there, sorted(odd)


def inside(path: str) -> bool:
    """Does the path stay in its bag? RFC 8493, 2.1.3 and section 5.1: no absolute path, no `..`, no `~`."""
    return not path.startswith(("/", "~")) and not {"..", ".", ""} & set(path.split("/")) and "\\" not in path


# -- names


def place_of(id: str) -> str:
    """Where below the archive the versions of a notice lie."""
    return f"notices/{id[:4]}/{id}"


def version_name(number: int) -> str:
    """The folder's name of a version: `v0001`."""
    return f"v{number:04d}"


def versions(folder: Place) -> list[int]:
    """The numbers of the versions in a notice's folder, in order; none where there is no such folder."""
    return [number for number, whole in _versions(folder) if whole]


def begun_versions(folder: Place) -> list[int]:
    """The numbers of versions in object storage without the file that is written last: nothing of them counts yet."""
    return [number for number, whole in _versions(folder) if not whole] if isinstance(folder, ObjectPath) else []


def _versions(folder: Place) -> list[tuple[int, bool]]:
    if isinstance(folder, ObjectPath):
        names = {name for name in folder.sizes() if _VERSION.match(name)}
        numbers = {int(match[1]): name for name in names if (match := _VERSION.fullmatch(name.partition("/")[0]))}
        return [(n, f"{version_name(n)}/{TAG_MANIFEST}" in names) for n in sorted(numbers)]
    found = (_VERSION.fullmatch(path.name) for path in subfolders(folder))
    return sorted((int(match[1]), True) for match in found if match)


def last_version(folder: Place) -> int | None:
    """The highest version, None where there is none."""
    return max(versions(folder), default=None)


@overload
def subfolders(folder: Path) -> list[Path]: ...
@overload
def subfolders(folder: Place) -> Sequence[Place]: ...
def subfolders(folder: Place) -> Sequence[Place]:
    """Folders in `folder` by name; none where it does not exist. Links are not followed."""
    if isinstance(folder, ObjectPath):
        return folder.subfolders()
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False))
    except FileNotFoundError:
        return []


def plain_name(name: str) -> bool:
    """Can the name be a folder of ours: ASCII letters, digits, dot, dash, underscore, no dot in front?"""
    return _PLAIN.fullmatch(name) is not None
