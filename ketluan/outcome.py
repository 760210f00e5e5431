"""What became of a task by a given day? Later notices and archivists' notes say so; nothing else counts.

A task is a line of the due register. A later conclusion that is linked to its own (`ketluan.links`) may

    end it      kind `closes`: done, or followed no longer, with the sentence that says so
    move it     another day for the same lead: the task goes on in the later line, which remembers the day before
    tell it     again, without another day: it is the same task, not a new one

and an archivist may note that it is done, closed, or open after all (`ketluan close`, `ketluan reopen`), and when;
the archivist's word goes before the link's. `continues` ends nothing: the next step of a matter does not say that
the step before was done. Links are findings, not facts: one less sure than `SURE` changes no state, and is
given beside the task as what a person should look at.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ketluan.archive import Archive
from ketluan.correctable import NOTES
from ketluan.index import fold
from ketluan.links import Links
from ketluan.links import links as links_of
from ketluan.settings import Settings
from ketluan.stored import Corrected, conclusion_id
from ketluan.threads import Link, LinkKind
from ketluan.threads.kinds import DONE, ENDED, GRANTED
from ketluan.threads.lineage import same_agency

Document = dict[str, Any]

#: A link changes the state of a task from this score on (0 to 1).
SURE = 0.8
#: A conclusion that cites an earlier notice tells the same task from this share of common words on; else the next step.
ALIKE = 0.5

_DONE_TOO = re.compile(fold.norm(r"hoàn thành|hoàn tất|(?:làm|thực hiện|giải quyết|xử lí|khắc phục) xong"))
_SENTENCE_END = re.compile(r"[.;!?]\s+|\n")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A last day that a task had before, and the conclusion that had set it."""

    due: date
    conclusion: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a task is followed no longer. `said`: the sentence of the notice, or the archivist's reason.

    `day` is when it was done where an archivist says so (`by`, correction `entry`), and when it was told where
    a notice does (`conclusion`, with the `score` of the link); None where the notice has no day.
    """

    done: bool
    day: date | None
    said: str
    by: str | None = None
    entry: str | None = None
    conclusion: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task. `earlier`: its days before, oldest first; `told_again`: conclusions that repeat it.

    `since`: the month in which it was first given. `moved_to` and `same_as`: the id of the line in which it goes on, or
    which it repeats: it is no line of its own then. `unsure`: links that a person should look at. `set_by`: the
    archivist who set its day.
    """

    earlier: tuple[Earlier, ...] = ()
    told_again: tuple[str, ...] = ()
    since: str | None = None
    moved_to: str | None = None
    same_as: str | None = None
    ended: Ended | None = None
    unsure: tuple[Link, ...] = ()
    set_by: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of tasks besides the notices that set them. `notes`: conclusion → corrections that concern one."""

    links: Links = field(default_factory=Links)
    notes: Mapping[str, tuple[Corrected, ...]] = field(default_factory=dict)


def known(settings: Settings) -> Known:
    """All links and all notes of the archive. Raises `ArchiveError` where a notice cannot be read."""
    return Known(links_of(settings), notes(Archive(settings.archive)))


def notes(archive: Archive) -> dict[str, tuple[Corrected, ...]]:
    """Conclusion → what archivists noted of its tasks, and the days that they set, oldest first."""
    found: dict[str, tuple[Corrected, ...]] = {}
    for id in archive.ids():
        if not any(entry.field in (*NOTES, "due") for entry in archive.correction_log(id).standing):
            continue
        by_path: dict[str, list[Corrected]] = defaultdict(list)
        for one in sorted(archive.get(id).corrected, key=lambda c: c.n):
            if one.path is not None and one.field in (*NOTES, "due"):
                by_path[one.path].append(one)
        found |= {conclusion_id(id, path): tuple(said) for path, said in by_path.items()}
    return found


def outcomes(tasks: Iterable[Document], known: Known, as_of: date) -> dict[str, Outcome]:
    """Task id → what became of it by `as_of`, of these assignment documents; those given later are left out."""
    return _Follow(list(tasks), known, as_of).all()


def given_by(document: Document, as_of: date) -> bool:
    """Had the session been held by that day? By the day it was held; else by the day of issue, else by its month."""
    day = _given(document)
    return day <= as_of.isoformat()[: len(day)]


def _given(document: Document) -> str:
    """The day of the session as far as it is known: a day, a month, or nothing."""
    return str(document.get("held_on") or document.get("issued") or document.get("month") or "")[:10]


def ending(passage: str) -> tuple[bool, str]:
    """Does a closing passage say that its task is done (else: followed no longer), and the sentence that says so."""
    text = fold.norm(passage)
    found = DONE.search(text) or ENDED.search(text)
    ended = ENDED.search(text)
    done = bool(DONE.search(text)) or bool(ended and _DONE_TOO.search(ended[0]))
    return done, _sentence(passage, found.start() if found else 0)


def _sentence(passage: str, at: int) -> str:
    start = max((m.end() for m in _SENTENCE_END.finditer(passage) if m.end() <= at), default=0)
    end = next((m.start() + 1 for m in _SENTENCE_END.finditer(passage, at)), len(passage))
    return passage[start:end].strip()


class _Follow:
    """Follows each task through the conclusions that take it up."""

    def __init__(self, tasks: list[Document], known: Known, as_of: date) -> None:
        self._known = known
        self._as_of = as_of
        self._notices = {str(task.get("notice")): task for task in tasks}  # a task of each, for its days
        self._tasks: dict[str, list[Document]] = defaultdict(list)
        for task in tasks:
            if given_by(task, as_of):
                self._tasks[str(task.get("conclusion") or task["id"])].append(task)
        self._later: dict[str, list[Link]] = defaultdict(list)
        for link in sorted(known.links.all, key=lambda x: (x.from_.month, x.from_.notice, x.from_.id)):
            if given_by(self._notices.get(link.from_.notice, {"month": link.from_.month}), as_of):
                self._later[link.to.id].append(link)
        self._before: dict[str, list[Document]] = defaultdict(list)  # task → those that go on in it
        self._moved: dict[str, str] = {}
        self._same: dict[str, str] = {}
        self._told: dict[str, list[str]] = defaultdict(list)
        self._ended: dict[str, Ended] = {}
        self._unsure: dict[str, dict[str, Link]] = defaultdict(dict)

    def all(self) -> dict[str, Outcome]:
        """The outcome of every task."""
        for conclusion in sorted(self._tasks, key=self._when):
            self._follow(conclusion)
        listed = [task for tasks in self._tasks.values() for task in tasks]
        return {task["id"]: self._outcome(task) for task in listed}

    def _when(self, conclusion: str) -> tuple[str, str]:
        return str(self._tasks[conclusion][0].get("month") or ""), conclusion

    def _follow(self, conclusion: str) -> None:
        """What later conclusions say of the tasks of this one, through those that only tell them again."""
        waiting, seen = list(self._later.get(conclusion, ())), {conclusion}
        tasks = [t for t in self._tasks[conclusion] if t["id"] not in self._same]
        while waiting:
            link = waiting.pop(0)
            if link.from_.id in seen or not self._takes_up(link):
                continue
            seen.add(link.from_.id)
            open_ = [t for t in tasks if t["id"] not in self._moved and t["id"] not in self._ended]
            if link.score < SURE:
                for task in open_:
                    self._unsure[task["id"]][link.from_.id] = link
                continue
            if link.kind is LinkKind.CLOSES:
                self._end(open_, link)
            else:
                self._go_on(open_, link)
            waiting += self._later.get(link.from_.id, ())

    def _takes_up(self, link: Link) -> bool:
        """Is it the same task, not the next step of the matter?"""
        if link.kind is LinkKind.CITES:
            alike = _likeness(link.evidence.earlier, link.evidence.later) >= ALIKE
            return alike or bool(GRANTED.search(fold.norm(link.evidence.later)))
        return link.kind is not LinkKind.CONTINUES

    def _end(self, tasks: Iterable[Document], link: Link) -> None:
        done, said = ending(link.evidence.later)
        day = _as_day(_given(self._notices.get(link.from_.notice, {})))
        for task in tasks:
            self._ended[task["id"]] = Ended(done, day, said, conclusion=link.from_.id, score=link.score)

    def _go_on(self, tasks: list[Document], link: Link) -> None:
        later = [t for t in self._tasks.get(link.from_.id, ()) if t["id"] not in self._same]
        for task, next_ in _pairs(tasks, later, any_lead=link.kind is LinkKind.HANDS_OVER):
            if (due := next_.get("due")) and due != task.get("due"):
                self._moved[task["id"]] = next_["id"]
                self._before[next_["id"]].append(task)
            elif next_["id"] not in self._before:
                self._same[next_["id"]] = task["id"]
                self._told[task["id"]].append(link.from_.id)

    # -- the account

    def _outcome(self, task: Document) -> Outcome:
        id = task["id"]
        ended = self._noted(task, self._ended.get(id))
        return Outcome(
            earlier=tuple(self._earlier(task)),
            told_again=tuple(self._told.get(id, ())),
            since=self._since(task),
            moved_to=self._moved.get(id),
            same_as=self._same.get(id),
            ended=ended,
            unsure=() if ended else tuple(self._unsure.get(id, {}).values()),
            set_by=self._set_by(task),
        )

    def _earlier(self, task: Document) -> Iterator[Earlier]:
        for before in self._before.get(task["id"], ()):
            yield from self._earlier(before)
            if day := _as_day(before.get("due")):
                yield Earlier(day, str(before.get("conclusion") or before["id"]))

    def _since(self, task: Document) -> str | None:
        months = (self._since(before) for before in self._before.get(task["id"], ()))
        return min(filter(None, (task.get("month"), *months)), default=None)

    def _noted(self, task: Document, ended: Ended | None) -> Ended | None:
        """What the last note says that concerns the task, else what a notice says."""
        said = [n for n in self._of(task, *NOTES) if (day := _as_day(n.value)) and day <= self._as_of]
        if not said:
            return ended
        note = said[-1]
        if note.field == "open":
            return None
        entry = f"{task.get('notice')}#{note.n}"
        return Ended(note.field == "done", _as_day(note.value), note.because, by=note.by, entry=entry)

    def _set_by(self, task: Document) -> str | None:
        said = self._of(task, "due")
        return said[-1].by if said and _as_day(said[-1].value) == _as_day(task.get("due")) else None

    def _of(self, task: Document, *fields: str) -> list[Corrected]:
        conclusion = str(task.get("conclusion") or task["id"])
        those = self._known.notes.get(conclusion, ())
        return [n for n in those if n.field in fields and self._concerns(n, task, conclusion)]

    def _concerns(self, note: Corrected, task: Document, conclusion: str) -> bool:
        """Is it of this task? A note names its deadline by the printed text; the second of one text is `text#2`."""
        if not note.deadline:
            return note.field in NOTES or not task.get("deadline")
        text, _, number = note.deadline.partition("#")
        if text != task.get("deadline"):
            return False
        same = (t for t in self._tasks[conclusion] if t.get("deadline") == text)
        days = list(dict.fromkeys(t.get("due") for t in same))
        place = int(number) - 1 if number.isdecimal() else 0
        return len(days) == 1 or (place < len(days) and days[place] == task.get("due"))


def _pairs(earlier: list[Document], later: list[Document], *, any_lead: bool) -> Iterator[tuple[Document, Document]]:
    """Which later task takes up which earlier one: of the same lead, the same day first, then in the order of days.

    Where their numbers differ the last ones belong together: what is told again of several steps is the end.
    """
    for lead in dict.fromkeys(tuple(t.get("lead") or ()) for t in later):
        new = [t for t in later if tuple(t.get("lead") or ()) == lead]
        old = [t for t in earlier if any_lead or _same_lead(lead, t.get("lead") or ())]
        same = {_due(t) for t in old} & {_due(t) for t in new} - {""}
        yield from ((o, n) for day in sorted(same) for o in old if _due(o) == day for n in new if _due(n) == day)
        new = sorted((t for t in new if _due(t) not in same), key=_due)
        old = sorted((t for t in old if _due(t) not in same and not t.get("every")), key=_due)
        count = min(len(old), len(new))
        yield from zip(old[len(old) - count :], new[len(new) - count :], strict=True)


def _same_lead(one: Iterable[str], other: Iterable[str]) -> bool:
    mine, theirs = tuple(one), tuple(other)
    return not mine or not theirs or same_agency(mine, theirs)


def _due(task: Document) -> str:
    return str(task.get("due") or "")


def _as_day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value or ""))
    except ValueError:
        return None


def _likeness(one: str, other: str) -> float:
    mine, theirs = Counter(fold.words(one)), Counter(fold.words(other))
    total = mine.total() + theirs.total()
    return 2 * (mine & theirs).total() / total if total else 0.0
