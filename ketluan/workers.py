"""How are files read at the same time, and what if a file kills or stalls its reader?

A reader is a process that lives for many files. Results come in the order of the jobs, whatever finished first. A
reader that dies or does not answer costs only the file it was reading: that one is tried once more in a process
of its own, and given up with `ReaderCrashed`.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Generic, TypeVar

from extractors.errors import ExtractionError

READ_SECONDS = 300.0  # longer than the longest scan takes

J = TypeVar("J")
R = TypeVar("R")


class ReaderCrashed(ExtractionError):
    """The file ends the process that reads it, or keeps it busy without end. Twice."""

    code = "reader_crashed"
    reason = (
        "Chương trình đọc bị dừng đột ngột hoặc treo khi đọc tệp này (đã thử hai lần). "
        "Hãy mở tệp, lưu lại dưới tên khác rồi gửi lại; nếu vẫn bị, hãy báo người quản trị."
    )


class Readers(Generic[J, R]):
    """`workers` processes that apply `function` (importable by name) to jobs; a context manager."""

    def __init__(self, function: Callable[[J], R], workers: int, *, seconds: float = READ_SECONDS) -> None:
        self._function = function
        self._workers = workers
        self._seconds = seconds
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Readers[J, R]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop(kill=kind is not None)

    def in_order(self, jobs: Iterable[J]) -> Iterator[Callable[[], R]]:
        """For each job, in order, a function that gives its result or raises what went wrong.

        Only a few jobs are ahead of the one asked for, so that results do not pile up.
        """
        ahead: deque[tuple[J, Future[R], ProcessPoolExecutor]] = deque()
        for job in jobs:
            ahead.append(self._submit(job))
            if len(ahead) > 2 * self._workers:
                yield self._waiting(*ahead.popleft())
        while ahead:
            yield self._waiting(*ahead.popleft())

    def _submit(self, job: J) -> tuple[J, Future[R], ProcessPoolExecutor]:
        for _ in range(2):
            self._pool = self._pool or _pool(self._workers)
            with suppress(BrokenProcessPool):
                return job, self._pool.submit(self._function, job), self._pool
            self._drop(kill=True)
        raise BrokenProcessPool("readers cannot be started")

    def _waiting(self, job: J, future: Future[R], pool: ProcessPoolExecutor) -> Callable[[], R]:
        def result() -> R:
            try:
                return future.result(self._seconds)
            except BrokenProcessPool:
                pass
            except TimeoutError:
                if future.done():  # raised by the function itself
                    raise
            if pool is self._pool:
                self._drop(kill=True)
            return self._alone(job)

        return result

    def _alone(self, job: J) -> R:
        pool = _pool(1)
        future = pool.submit(self._function, job)
        try:
            return future.result(self._seconds)
        except BrokenProcessPool as exc:
            raise ReaderCrashed("the reader died") from exc
        except TimeoutError as exc:
            if future.done():
                raise
            raise ReaderCrashed(f"no answer within {self._seconds} s") from exc
        finally:
            _end(pool, kill=not future.done())

    def _drop(self, *, kill: bool) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            _end(pool, kill=kill)


def _pool(workers: int) -> ProcessPoolExecutor:
    # `spawn`: a fork of a program with threads (Airflow, tantivy) may hang
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_start)


def _end(pool: ProcessPoolExecutor, *, kill: bool) -> None:
    processes = list((pool._processes or {}).values()) if kill else []
    pool.shutdown(wait=not kill, cancel_futures=True)
    for process in processes:
        process.kill()


def _start() -> None:
    """In a new reader: leave Ctrl-C to the parent, and end when the parent has gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
