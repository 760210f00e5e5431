"""Which index serves, is it as the archive says, and how is it made to be?

open_index(settings, work)   the index that the settings name, for a kind of work
rebuild(index, archive)      a new one from all notices of the archive, in the place of the old
rollback(index)              the one before it serves again, where it is kept
reconcile(index, notices)    what is missing, orphaned or outdated; `heal` mends it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from ketluan.errors import IndexOutdated, IndexUnavailable
from ketluan.index.base import SearchIndex
from ketluan.index.records import documents, fingerprint
from ketluan.settings import Settings
from ketluan.stored import StoredNotice

_NO_KEY = "Không đọc được khóa {}. Hãy chạy `ketluan kibana secure` hoặc kiểm tra KETLUAN_ELASTICSEARCH_KEYS."
_NONE_KEPT = (
    "Chỉ mục trong máy (embedded) không giữ bản cũ. Hãy chạy `ketluan index rebuild` để tạo lại từ kho lưu trữ."
)


class Work(StrEnum):
    """Kinds of work with an index. Where there are keys, each has its own, with no more rights than it needs."""

    READER = "reader"  # asks
    NIGHTLY = "nightly"  # writes notices
    REBUILD = "rebuild"  # makes and takes away versions


def _embedded(settings: Settings, work: Work) -> SearchIndex:
    from ketluan.index.embedded import EmbeddedIndex

    return EmbeddedIndex(settings.index)


def _elastic(settings: Settings, work: Work) -> SearchIndex:
    from ketluan.index.elastic import open_elastic

    user, password = settings.elasticsearch_username, settings.elasticsearch_password
    return open_elastic(
        settings.elasticsearch_url,
        prefix=settings.elasticsearch_prefix,
        api_key=_key(settings, work),
        basic_auth=(user, password.get_secret_value()) if user and password else None,
        ca_certs=settings.elasticsearch_ca_certs,
        timeout_seconds=settings.elasticsearch_timeout_seconds,
    )


def _key(settings: Settings, work: Work) -> str | None:
    if settings.elasticsearch_keys:
        try:
            return (settings.elasticsearch_keys / work.value).read_text(encoding="ascii").strip()
        except (OSError, ValueError) as exc:
            raise IndexUnavailable(_NO_KEY.format(settings.elasticsearch_keys / work.value)) from exc
    key = settings.elasticsearch_api_key
    return key.get_secret_value() if key else None


#: Name in the settings → how that index is opened. Each imports its engine only when it is asked for.
OPENERS: dict[str, Callable[[Settings, Work], SearchIndex]] = {"embedded": _embedded, "elasticsearch": _elastic}


def open_index(settings: Settings, work: Work = Work.NIGHTLY) -> SearchIndex:
    """The index that the settings name; the embedded one where they name none. Nothing of it is read or made yet.

    Raises `IndexUnavailable` where the settings name a folder of keys and that of `work` cannot be read.
    """
    return OPENERS[settings.engine](settings, work)


def rebuild(index: SearchIndex, notices: Iterable[StoredNotice]) -> int:
    """Make the index anew from `notices`, all of them; gives back how many. The old one answers until then."""
    return index.rebuild(documents(stored) for stored in notices)


def rollback(index: SearchIndex) -> int:
    """Let the version before the serving one serve again; gives back its number.

    Raises `IndexOutdated` where there is none. What was archived since it was made is missing there until it is healed.
    """
    back: Callable[[], int] | None = getattr(index, "rollback", None)
    if back is None:
        raise IndexOutdated(_NONE_KEPT)
    return back()


@dataclass(frozen=True, slots=True)
class Differences:
    """Notice ids on which the index and the archive disagree; all empty where they agree."""

    missing: tuple[str, ...] = ()  # in the archive, not in the index
    orphaned: tuple[str, ...] = ()  # in the index, not in the archive
    outdated: tuple[str, ...] = ()  # in both, not with the same content

    def __bool__(self) -> bool:
        return bool(self.missing or self.orphaned or self.outdated)


def compare(archived: dict[str, str], indexed: dict[str, str]) -> Differences:
    """The differences between two tables of notice id → fingerprint."""
    return Differences(
        missing=tuple(sorted(archived.keys() - indexed.keys())),
        orphaned=tuple(sorted(indexed.keys() - archived.keys())),
        outdated=tuple(sorted(n for n in archived.keys() & indexed.keys() if archived[n] != indexed[n])),
    )


def reconcile(index: SearchIndex, notices: Iterable[StoredNotice], *, heal: bool = False) -> Differences:
    """What the index has missing, orphaned and outdated against `notices`; mended where `heal`.

    Raises `IndexOutdated` where there is no index that could be compared.
    """
    archived: dict[str, str] = {}
    indexed = index.fingerprints()
    wanting: list[StoredNotice] = []
    for stored in notices:
        archived[stored.id] = fingerprint(stored)
        if heal and indexed.get(stored.id) != archived[stored.id]:
            wanting.append(stored)
    found = compare(archived, indexed)
    if heal and found:
        index.delete(found.orphaned)
        index.put(documents(stored) for stored in wanting)
    return found
