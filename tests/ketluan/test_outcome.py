"""What became of a task: told by later notices and archivists' notes on any day, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from ketluan import correcting, due, outcome
from ketluan.archive import Archive
from ketluan.due import InTime, State
from ketluan.errors import CorrectionError
from ketluan.index import open_index
from ketluan.ingest import ingest_inbox
from ketluan.links import Links
from ketluan.outcome import Known, ending
from ketluan.settings import Settings
from ketluan.stored import Corrected
from ketluan.tally import By, predecessors, successor, tally
from ketluan.threads import Evidence, Link, LinkKind, Place
from samples.series.__main__ import main as write_series

AS_OF = date(2021, 12, 1)
SURE = 0.95


def task(where: str, due: str | None = None, *, lead: str = "Sở Y tế", number: int = 1, **more: Any) -> dict[str, Any]:
    """`09:II.1` is conclusion II.1 of the notice of September 2021, held on the first of that month."""
    month, _, path = where.partition(":")
    notice = f"2021-{month}"
    id = f"{notice}:{path}"
    defaults = {"notice": notice, "month": notice, "held_on": f"{notice}-01", "path": path, "position": 0, "topics": []}
    document = {"id": f"{id}:{number}", "conclusion": id, "lead": [lead] if lead else [], "due": due}
    return {**defaults, **document, "deadline": due and f"trước {due}", **more}


def place(where: str) -> Place:
    month, _, path = where.partition(":")
    return Place(f"2021-{month}", f"2021-{month}", path, f"2021-{month}:{path}")


def link(later: str, earlier: str, kind: str, score: float = SURE, said: str = "", of: str = "") -> Link:
    return Link(place(later), place(earlier), LinkKind(kind), score, "t", Evidence(said, of))


def register(tasks: list[dict[str, Any]], *links: Link, as_of: date = AS_OF, **known: Any) -> due.Register:
    return due.of_documents(tasks, as_of, known=Known(Links.made_of(links), **known))


def lines(found: due.Register) -> list[tuple[str, str | None, list[str]]]:
    """Each line: its conclusion, its state, the days that it had before."""
    return [
        (str(e.document["conclusion"])[5:], e.state and e.state.value, [str(x.due) for x in e.earlier])
        for e in found.entries
    ]


DONE = "Sở Y tế đã hoàn thành việc lắp máy."
CASES: list[tuple[str, list[dict[str, Any]], list[Link], list[tuple[str, str | None, list[str]]]]] = [
    ("no link: its day alone counts", [task("09:II.1", "2021-10-15")], [], [("09:II.1", "overdue", [])]),
    (
        "a later date takes the place of the day before",
        [task("09:II.1", "2021-10-15"), task("10:II.1", "2021-12-31")],
        [link("10:II.1", "09:II.1", "extends")],
        [("10:II.1", "open", ["2021-10-15"])],
    ),
    (
        "moved twice",
        [task("08:II.1", "2021-09-30"), task("09:II.1", "2021-10-15"), task("10:II.1", "2021-11-20")],
        [link("09:II.1", "08:II.1", "extends"), link("10:II.1", "09:II.1", "extends")],
        [("10:II.1", "overdue", ["2021-09-30", "2021-10-15"])],
    ),
    (
        "told again without a day: one task, still late",
        [task("09:II.1", "2021-10-15"), task("10:II.1")],
        [link("10:II.1", "09:II.1", "repeats")],
        [("09:II.1", "overdue", [])],
    ),
    (
        "told again with the same day: one task",
        [task("09:II.1", "2021-12-31"), task("10:II.1", "2021-12-31")],
        [link("10:II.1", "09:II.1", "repeats")],
        [("09:II.1", "open", [])],
    ),
    (
        "told again, then moved: the day before is remembered",
        [task("08:II.1", "2021-09-30"), task("09:II.1"), task("10:II.1", "2021-12-31")],
        [link("09:II.1", "08:II.1", "repeats"), link("10:II.1", "09:II.1", "extends")],
        [("10:II.1", "open", ["2021-09-30"])],
    ),
    (
        "closed: done",
        [task("09:II.1", "2021-10-15")],
        [link("10:I-2", "09:II.1", "closes", said=DONE)],
        [("09:II.1", "done", [])],
    ),
    (
        "closed: followed no longer",
        [task("09:II.1", "2021-10-15")],
        [link("10:I-2", "09:II.1", "closes", said="Thôi theo dõi việc lắp máy do nhà cung cấp giải thể.")],
        [("09:II.1", "closed", [])],
    ),
    (
        "closed through a repetition",
        [task("08:II.1", "2021-09-30"), task("09:II.1")],
        [link("09:II.1", "08:II.1", "repeats"), link("10:I-2", "09:II.1", "closes", said=DONE)],
        [("08:II.1", "done", [])],
    ),
    (
        "the next step ends nothing, and is a task of its own",
        [task("09:II.1", "2021-10-15"), task("10:II.1", "2021-12-31")],
        [link("10:II.1", "09:II.1", "continues")],
        [("09:II.1", "overdue", []), ("10:II.1", "open", [])],
    ),
    (
        "the end of the next step does not end the step before",
        [task("09:II.1", "2021-10-15"), task("10:II.1", "2021-12-31")],
        [link("10:II.1", "09:II.1", "continues"), link("11:I-1", "10:II.1", "closes", said=DONE)],
        [("09:II.1", "overdue", []), ("10:II.1", "done", [])],
    ),
    (
        "a link that is not sure changes nothing",
        [task("09:II.1", "2021-10-15")],
        [link("10:I-2", "09:II.1", "closes", 0.5, said=DONE)],
        [("09:II.1", "overdue", [])],
    ),
    (
        "a later date for another lead moves only that one's",
        [
            task("09:II.1", "2021-10-15"),
            task("09:II.1", "2021-10-15", lead="Sở Xây dựng", number=2),
            task("10:II.1", "2021-12-31", lead="Sở Xây dựng"),
        ],
        [link("10:II.1", "09:II.1", "extends")],
        [("09:II.1", "overdue", []), ("10:II.1", "open", ["2021-10-15"])],
    ),
    (
        "handed over: the new lead owes it, by the new day",
        [task("09:II.1", "2021-10-15"), task("10:II.1", "2021-12-31", lead="Sở Xây dựng")],
        [link("10:II.1", "09:II.1", "hands_over")],
        [("10:II.1", "open", ["2021-10-15"])],
    ),
    (
        "an agency under its new name is the same lead",
        [
            task("09:II.1", "2021-10-15", lead="Sở Kế hoạch và Đầu tư"),
            task("10:II.1", "2021-12-31", lead="Sở Tài chính"),
        ],
        [link("10:II.1", "09:II.1", "extends")],
        [("10:II.1", "open", ["2021-10-15"])],
    ),
    (
        "of two days, one that is told anew is the last",
        [task("09:II.1", "2021-10-15"), task("09:II.1", "2021-11-15", number=2), task("10:II.1", "2021-12-31")],
        [link("10:II.1", "09:II.1", "extends")],
        [("09:II.1", "overdue", []), ("10:II.1", "open", ["2021-11-15"])],
    ),
    (
        "two days moved together",
        [
            task("09:II.1", "2021-10-15"),
            task("09:II.1", "2021-11-15", number=2),
            task("10:II.1", "2021-12-15"),
            task("10:II.1", "2021-12-31", number=2),
        ],
        [link("10:II.1", "09:II.1", "extends")],
        [("10:II.1", "open", ["2021-10-15"]), ("10:II.1", "open", ["2021-11-15"])],
    ),
    (
        "an event gets its day from a later notice",
        [task("09:II.1", event="kỳ họp cuối năm"), task("10:II.1", "2021-12-07")],
        [link("10:II.1", "09:II.1", "extends")],
        [("10:II.1", "soon", [])],
    ),
    (
        "a notice cited for the same task moves it",
        [task("09:II.1", "2021-10-15"), task("10:II.1", "2021-12-31")],
        [link("10:II.1", "09:II.1", "cites", said="Lắp máy thở trước 31/12.", of="Lắp máy thở trước 15/10.")],
        [("10:II.1", "open", ["2021-10-15"])],
    ),
    (
        "a notice cited for the next step does not",
        [task("09:II.1", "2021-10-15"), task("10:II.1", "2021-12-31")],
        [link("10:II.1", "09:II.1", "cites", said="Trình Thường trực phương án vận hành.", of="Lắp máy thở.")],
        [("09:II.1", "overdue", []), ("10:II.1", "open", [])],
    ),
    (
        "what was told after the day asked for is not known yet",
        [task("09:II.1", "2021-10-15"), task("12:II.1", "2022-01-31", held_on="2021-12-02")],
        [link("12:II.1", "09:II.1", "extends"), link("12:I-1", "09:II.1", "closes", said=DONE)],
        [("09:II.1", "overdue", [])],
    ),
]


@pytest.mark.parametrize(("tasks", "links", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_lines(
    tasks: list[dict[str, Any]], links: list[Link], expected: list[tuple[str, str | None, list[str]]]
) -> None:
    found = register(tasks, *links)
    assert lines(found) == expected
    assert lines(register(list(reversed(tasks)), *reversed(links))) in (expected, list(reversed(expected)))
    assert_sums(found.total)


def assert_sums(counts: due.Counts) -> None:
    ended = counts.done_in_time + counts.done_late + counts.done_unknown + counts.closed
    assert counts.dated == counts.overdue + counts.soon + counts.open + ended


def test_a_link_that_is_not_sure_is_shown() -> None:
    (entry,) = register([task("09:II.1", "2021-10-15")], link("10:I-2", "09:II.1", "closes", 0.5, said=DONE)).entries
    assert [found.from_.id for found in entry.outcome.unsure] == ["2021-10:I-2"]


ENDINGS = [  # passage, done, the sentence that says so
    ("Ghi nhận kết quả. Sở Y tế đã hoàn thành việc lắp máy; yêu cầu rút kinh nghiệm.", True,
     "Sở Y tế đã hoàn thành việc lắp máy;"),
    ("Thống nhất kết thúc theo dõi nhiệm vụ sửa cầu. Các sở phối hợp.", False,
     "Thống nhất kết thúc theo dõi nhiệm vụ sửa cầu."),
    ("Cầu đã được sửa xong, đồng ý kết thúc theo dõi.", True, "Cầu đã được sửa xong, đồng ý kết thúc theo dõi."),
    ("Dừng thực hiện dự án kè.", False, "Dừng thực hiện dự án kè."),
]  # fmt: skip


@pytest.mark.parametrize(("passage", "done", "said"), ENDINGS)
def test_the_sentence_that_ends_it(passage: str, done: bool, said: str) -> None:
    assert ending(passage) == (done, said)


IN_TIME = [  # last day, told on, the archivist's day, in time
    ("2021-10-15", "10", None, InTime.YES),  # told before its last day
    ("2021-09-20", "10", None, InTime.UNKNOWN),  # told after it: nobody says when it was done
    ("2021-09-20", None, "2021-09-20", InTime.YES),
    ("2021-09-20", None, "2021-09-21", InTime.NO),
    ("2021-09-20", "10", "2021-09-19", InTime.YES),  # the archivist's day goes before the notice's
]


@pytest.mark.parametrize(("last", "told", "noted", "expected"), IN_TIME)
def test_in_time(last: str, told: str | None, noted: str | None, expected: InTime) -> None:
    links = [link(f"{told}:I-2", "09:II.1", "closes", said=DONE)] if told else []
    notes = {"2021-09:II.1": (note("done", noted),)} if noted else {}
    tasks = [task("09:II.1", last), task("10:V", "2022-01-01")]
    entry = next(e for e in register(tasks, *links, notes=notes).entries if e.document["path"] == "II.1")
    assert entry.state is State.DONE
    assert entry.in_time is expected


def note(field: str, day: str, n: int = 1, deadline: str | None = None) -> Corrected:
    return Corrected("II.1", field, "", n, "Lê Thị Hà", "2021-11-01T09:00:00+07:00", deadline, day, "Báo cáo 12")


NOTES = [  # notes, closed by a notice too, state
    ([note("done", "2021-10-01")], False, "done"),
    ([note("closed", "2021-10-01")], False, "closed"),
    ([note("done", "2021-12-02")], False, "overdue"),  # after the day asked for
    ([note("open", "2021-11-01")], True, "overdue"),  # the notice spoke of something else
    ([note("open", "2021-10-01"), note("done", "2021-11-01", 2)], False, "done"),  # the last word holds
    ([note("done", "2021-10-01", deadline="trước 2021-10-15")], False, "done"),
    ([note("done", "2021-10-01", deadline="trước 2021-10-16")], False, "overdue"),  # of another deadline
]


@pytest.mark.parametrize(("notes", "closed", "state"), NOTES)
def test_notes(notes: list[Corrected], closed: bool, state: str) -> None:
    links = [link("10:I-2", "09:II.1", "closes", said=DONE)] if closed else []
    (entry,) = register([task("09:II.1", "2021-10-15")], *links, notes={"2021-09:II.1": tuple(notes)}).entries
    assert entry.state == state


def test_two_deadlines_of_one_text_are_told_apart() -> None:
    tasks = [task("09:II.1", day, number=n, deadline="trước 15") for n, day in ((1, "2021-10-15"), (2, "2021-11-15"))]
    found = register(tasks, notes={"2021-09:II.1": (note("done", "2021-10-01", deadline="trước 15#2"),)})
    assert [(str(e.due), str(e.state)) for e in found.dated] == [("2021-10-15", "overdue"), ("2021-11-15", "done")]


def test_a_day_that_an_archivist_set_says_who() -> None:
    tasks = [task("09:II.1", "2021-12-07", deadline="trước kỳ họp cuối năm", event="kỳ họp cuối năm")]
    notes = {"2021-09:II.1": (note("due", "2021-12-07", deadline="trước kỳ họp cuối năm"),)}
    (entry,) = register(tasks, notes=notes).dated
    assert entry.outcome.set_by == "Lê Thị Hà"
    assert register(tasks).dated[0].outcome.set_by is None


# -- the table of the report


def test_tally_by_agency_topic_and_month() -> None:
    tasks = [
        task("08:II.1", "2021-09-30", topics=["y-te"]),
        task("09:II.1", "2021-12-31", topics=["y-te", "dat-dai"]),  # the same, moved
        task("09:II.2", "2021-10-15", lead=""),
        task("09:II.3", "2021-10-15", lead="Sở Kế hoạch và Đầu tư"),
        task("10:II.1", lead="Sở Tài chính"),
    ]
    found = register(tasks, link("09:II.1", "08:II.1", "extends"), link("10:I-1", "09:II.2", "closes", said=DONE))

    def rows(by: By, *, fold: bool = False) -> list[tuple[str, int, int, int]]:
        return [(r.key, r.counts.given, r.counts.overdue, r.counts.not_yet_due) for r in tally(found, by, fold=fold)]

    assert rows(By.AGENCY) == [
        *[("Sở Kế hoạch và Đầu tư", 1, 1, 0), ("", 1, 0, 0), ("Sở Y tế", 1, 0, 1), ("Sở Tài chính", 1, 0, 0)]
    ]
    assert rows(By.AGENCY, fold=True)[0] == ("Sở Tài chính", 2, 1, 0)
    assert rows(By.MONTH) == [("2021-08", 1, 0, 1), ("2021-09", 2, 1, 0), ("2021-10", 1, 0, 0)]
    assert {key: given for key, given, *_ in rows(By.TOPIC)} == {"": 3, "y-te": 1, "dat-dai": 1}
    for by in By:
        for row in tally(found, by):
            assert_sums(row.counts)


def test_names_of_today_and_before() -> None:
    assert successor("Sở Kế hoạch và Đầu tư") == "Sở Tài chính"
    assert successor("Sở Y tế") == "Sở Y tế"
    assert set(predecessors("Sở Tài chính")) == {"Sở Tài chính", "Sở Kế hoạch và Đầu tư"}
    assert predecessors("Sở Y tế") == ("Sở Y tế",)


# -- the whole way


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("series")
    write_series([str(home)])
    settings = Settings(home=home, settle_seconds=0, workers=2)
    assert not ingest_inbox(settings, now=datetime.fromisoformat("2025-03-01T01:00:00+07:00")).failed
    return settings


@pytest.fixture
def asking(series: Settings) -> Callable[[date], due.Register]:
    return lambda day: due.register(open_index(series), day, known=outcome.known(series))


def test_a_series_of_two_years(asking: Callable[[date], due.Register]) -> None:
    """On every day the sums are right, nothing that was done is undone later, and each ending has its sentence."""
    ended: set[str] = set()
    for day in (date(2023, 6, 1), date(2024, 6, 1), date(2025, 6, 1)):
        found = asking(day)
        assert_sums(found.total)
        now = {e.document["id"] for e in found.entries if e.ended}
        assert ended <= now
        assert all(e.ended.said and e.ended.conclusion for e in found.entries if e.ended)
        ended = now
    assert len(ended) > 30


def test_an_archivists_note_is_signed_and_can_be_taken_back(
    series: Settings, asking: Callable[[date], due.Register]
) -> None:
    day = date(2025, 6, 1)
    late = next(e for e in asking(day).dated if e.state is State.OVERDUE and e.document["deadline"])
    where, notice, id = late.document["conclusion"], late.document["notice"], late.document["id"]
    archive, now = Archive(series.archive), datetime.fromisoformat("2025-05-01T09:00:00+07:00")
    signed = {"by": "Lê Thị Hà", "because": "Báo cáo 120/BC-SYT", "now": now}

    def line() -> due.Entry:
        return next(e for e in asking(day).entries if e.document["id"] == id)

    entry = correcting.correct(archive, where, "done", "20/04/2025", **signed)
    assert line().state is State.DONE
    assert line().in_time is InTime.NO
    ended = line().ended
    assert ended
    assert (ended.by, ended.said, ended.entry) == ("Lê Thị Hà", "Báo cáo 120/BC-SYT", f"{notice}#{entry.n}")
    correcting.undo(archive, notice, entry.n, **signed)
    assert line().state is State.OVERDUE
    with pytest.raises(CorrectionError, match="không phải một ngày"):
        correcting.correct(archive, where, "done", "hôm qua", **signed)


def test_notes_change_nothing_of_the_record(series: Settings, tmp_path: Path) -> None:
    archive = Archive(series.archive)
    id = next(archive.ids())
    before = archive.get(id)
    path = before.notice.conclusions[0].path
    now = datetime.fromisoformat("2025-05-01T09:00:00+07:00")
    correcting.correct(archive, f"{id}:{path}", "closed", "2025-05-01", by="A", because="B", now=now)
    after = archive.get(id)
    assert after.notice == before.notice
    assert [c.field for c in after.corrected if c.path == path] == ["closed"]
