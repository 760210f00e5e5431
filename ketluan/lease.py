"""Who may write to an archive in object storage? One at a time, as `.lock` says on a disk.

    .lock/000000007            held by who made it; its bytes name who that is
    .lock/000000007.released   until this is there

Whoever wants to write makes the key after the last, once that is released; the store gives a key to one only
(`Store.put_new`). Numbers only grow, so that nobody mistakes an old lock for a new one. A lock whose holder was killed
is passed over once nothing was heard of it for `LEASE_SECONDS`: a holder renews its key as it goes on (`hold`), and
finds out there if another has taken over. S3 refuses who is off by more than 15 minutes (`RequestTimeTooSkewed`), so
that clocks that differ cannot cut a lease to less than half.
"""

from __future__ import annotations

import threading
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime

from filelock import Timeout

from ketluan.errors import ArchiveError
from ketluan.objects import ObjectPath

#: A holder of which nothing was heard for so long is taken for dead.
LEASE_SECONDS = 1800.0
#: Between two signs of life, at least.
RENEW_SECONDS = 60.0
_RELEASED = ".released"
_POLL_SECONDS = (0.1, 2.0)  # the first wait, and the longest


class Lease:
    """The lock of the archive below `root`; may be taken again by the thread that holds it. `timeout` in seconds.

    `by` names who takes it.
    """

    def __init__(self, root: ObjectPath, by: str, *, timeout: float) -> None:
        self._folder, self._by, self._timeout = root / ".lock", by, timeout
        self._mine = threading.RLock()
        self._number = 0
        self._token = b""
        self._renewed = 0.0
        self._trusted = False
        self.lock_counter = 0

    def acquire(self) -> None:
        """Wait for the lock and take it. Raises `filelock.Timeout`; `ArchiveError` where the store protects nothing."""
        if not self._mine.acquire(timeout=self._timeout):
            raise Timeout(str(self._folder))
        try:
            if not self.lock_counter:
                self._wait()
            self.lock_counter += 1
        except BaseException:
            self._mine.release()
            raise

    def release(self) -> None:
        """Give it back."""
        self.lock_counter -= 1
        try:
            if not self.lock_counter:
                with suppress(OSError):  # it runs out by itself
                    self._folder.store.put_new(self._key(self._number) + _RELEASED, self._token)
        finally:
            self._mine.release()

    def hold(self) -> None:
        """Make sure that the lock is still ours, right before something that needs it. Raises `ArchiveError`."""
        if self._last()[0] != self._number:
            raise ArchiveError(
                f"Tiến trình khác đã nhận quyền ghi kho {self._folder.parent} vì lượt này ngừng quá lâu. "
                "Chưa có gì bị ghi đè. Hãy chạy lại."
            )
        if time.monotonic() - self._renewed > RENEW_SECONDS:
            self._folder.store.renew(self._key(self._number), self._token)
            self._renewed = time.monotonic()

    def _wait(self) -> None:
        until, pause = time.monotonic() + self._timeout, _POLL_SECONDS[0]
        while not self._take():
            if time.monotonic() >= until:
                raise Timeout(str(self._folder))
            time.sleep(pause)
            pause = min(2 * pause, _POLL_SECONDS[1])

    def _take(self) -> bool:
        number, free = self._last()
        if not free and not self._dead(number):
            return False
        token = f"{self._by} {uuid.uuid4().hex}\n".encode()
        try:
            self._folder.store.put_new(self._key(number + 1), token)
        except FileExistsError:
            return False
        if self._last()[0] != number + 1:  # ours was an old number, made and cleared away meanwhile
            return False
        self._number, self._token, self._renewed = number + 1, token, time.monotonic()
        self._try_the_store()
        for name in self._names():
            if int(name[:9]) < self._number:
                with suppress(OSError):
                    self._folder.store.delete((self._folder / name).key)
        return True

    def _try_the_store(self) -> None:
        """A store that lets a key be taken twice protects nothing: better no archive there than one that is lost."""
        if self._trusted:
            return
        try:
            self._folder.store.put_new(self._key(self._number), b"taken twice\n")
        except FileExistsError:
            self._trusted = True
            return
        self._folder.store.put_new(self._key(self._number) + _RELEASED, self._token)
        raise ArchiveError(
            f"Kho {self._folder.parent} nằm ở nơi cho ghi đè tệp đã có (không hỗ trợ If-None-Match), nên không giữ "
            "được an toàn. Chưa có gì được lưu. Hãy dùng dịch vụ khác hoặc lưu trên ổ đĩa."
        )

    def _last(self) -> tuple[int, bool]:
        """The highest number, and whether its holder has given it back."""
        names = self._names()
        number = max((int(name[:9]) for name in names), default=0)
        return number, not number or f"{number:09d}{_RELEASED}" in names

    def _names(self) -> list[str]:
        return [name for name in self._folder.store.level(self._folder.key) if name[:9].isdigit()]

    def _dead(self, number: int) -> bool:
        try:
            heard = self._folder.store.modified(self._key(number))
        except FileNotFoundError:  # cleared away: another has it
            return False
        return (datetime.now(UTC) - heard).total_seconds() > LEASE_SECONDS

    def _key(self, number: int) -> str:
        return (self._folder / f"{number:09d}").key
