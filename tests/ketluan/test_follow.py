"""Saved questions: told once for each new notice, whatever is done to the index; letters through a real mail server."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import feedparser
import pytest
from aiosmtpd.controller import Controller
from lxml import etree

from ketluan import evening, follow, outbox
from ketluan.archive import Archive
from ketluan.errors import FollowError, QueryError
from ketluan.export.atom import atom
from ketluan.index import open_index, rebuild
from ketluan.ingest import ingest_inbox
from ketluan.settings import Settings

NOW = datetime.fromisoformat("2021-09-10T01:00:00+07:00")


def notice(month: int, text: str) -> str:
    return f"""UBND TỈNH NAM HẢI
Số: {month}/TB-UBND
Nam Hải, ngày 05 tháng {month:02d} năm 2021
THÔNG BÁO
Kết luận phiên họp UBND tỉnh thường kỳ tháng {month}/2021
Ngày 01/{month}/2021, UBND tỉnh tổ chức phiên họp thường kỳ tháng {month}/2021. Sau khi thảo luận, UBND tỉnh kết luận:
I. Về kinh tế
1. Giao Sở Tài chính {text} trước ngày 15/{month}/2021.
II. Về xã hội
1. Giao Sở Y tế rà soát trang thiết bị trước ngày 20/{month}/2021.
"""


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    (tmp_path / "inbox").mkdir()
    return Settings(home=tmp_path, settle_seconds=0, workers=1, min_free_bytes=0)


@pytest.fixture
def take_in(home: Settings) -> Callable[..., None]:
    """Takes notices in, by month and what Sở Tài chính has to do."""

    def take(*papers: tuple[int, str]) -> None:
        for month, text in papers:
            (home.inbox / f"{month}.txt").write_text(notice(month, text), encoding="utf-8")
        assert ingest_inbox(home, now=NOW).counts["stored"] == len(papers)

    return take


class Sink:
    """Keeps what it is sent; refuses where told so."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refusing = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusing:
            return "451 later"
        message = message_from_bytes(envelope.content, policy=policy.SMTP)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        return "250 taken"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    handler = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def mailing(home: Settings, port: int, **more: Any) -> Settings:
    wanted = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "smtp_from": "kho@tinh.example"}
    return home.model_copy(update={**wanted, **more})


def add(home: Settings, name: str, mail: tuple[str, ...] = (), **query: Any) -> follow.Follow:
    return follow.add(home, open_index(home), name, query, now=NOW, mail=mail)


def edit(home: Settings, query: dict[str, Any]) -> None:
    """Set the query of the only question by hand."""
    path = home.home / follow.FILE
    book = json.loads(path.read_text(encoding="utf-8"))
    book["follows"][0]["query"] = query
    path.write_text(json.dumps(book), encoding="utf-8")


def check(home: Settings, hours: int = 0) -> list[str]:
    """Titles and conclusions of what is new."""
    found = follow.check(home, open_index(home), NOW + timedelta(hours=hours))
    return [f"{one.name}: {news.notice and news.notice[:7]} {len(news.found)}" for one, new in found for news in new]


def test_a_new_notice_is_told_once(home: Settings, take_in: Callable[..., None]) -> None:
    take_in((7, "bố trí vốn đường tỉnh"))
    add(home, "đường", text="đường tỉnh")
    assert check(home) == []  # what was there is not new
    take_in((8, "bố trí vốn đường tỉnh"), (9, "thu ngân sách"))
    assert check(home) == ["đường: 2021-08 1"]
    assert check(home) == []


def test_neither_a_rebuilt_index_nor_a_later_reading_tells_it_again(
    home: Settings, take_in: Callable[..., None]
) -> None:
    take_in((7, "thu ngân sách"))
    add(home, "ngân sách", text="ngân sách")
    take_in((8, "thu ngân sách"))
    assert len(check(home)) == 1
    shutil.rmtree(home.index)
    rebuild(open_index(home), Archive(home.archive).notices())
    assert check(home) == []
    index = open_index(home)
    index.delete(index.fingerprints())  # all gone, and put there again
    assert check(home) == []
    rebuild(open_index(home), Archive(home.archive).notices())
    assert check(home) == []


def test_an_old_notice_that_answers_only_now_is_not_new(home: Settings, take_in: Callable[..., None]) -> None:
    """As after a correction, or another reading: the notice was looked at before."""
    take_in((7, "thu ngân sách"))
    add(home, "y tế", agencies=["Sở Xây dựng"])
    assert check(home) == []
    edit(home, {"agencies": ["Sở Y tế"]})
    assert check(home) == []


def test_only_what_has_all_the_words_is_told(home: Settings, take_in: Callable[..., None]) -> None:
    take_in((7, "thu ngân sách"))
    add(home, "vốn", text="bố trí vốn đường tỉnh quốc lộ")
    take_in((8, "bố trí vốn đường tỉnh"))
    assert check(home) == []


def test_a_broken_question_tells_its_owner_once_and_misses_nothing(
    home: Settings, take_in: Callable[..., None]
) -> None:
    take_in((7, "thu ngân sách"))
    one = add(home, "ngân sách", text="ngân sách")
    edit(home, {"text": "ngân sách", "topics": ["bo-di"]})  # a topic of an older vocabulary
    take_in((8, "thu ngân sách"))
    assert check(home) == ["ngân sách: None 0"]
    assert check(home) == []
    (broken,) = follow.read(home).follows
    assert broken.broken
    assert "bo-di" in broken.broken
    assert "không chạy được" in feedparser.parse(atom(broken, "http://x")).entries[0].title
    edit(home, {"text": "ngân sách"})
    assert check(home) == ["ngân sách: 2021-08 1"]
    assert follow.read(home).follows[0].broken is None
    assert follow.read(home).follows[0].id == one.id


def test_an_index_that_does_not_answer_postpones(home: Settings, take_in: Callable[..., None]) -> None:
    take_in((7, "thu ngân sách"))
    add(home, "ngân sách", text="ngân sách")
    take_in((8, "thu ngân sách"))
    kept = home.index.rename(home.home / "aside")
    told = evening.tell(home, NOW)
    assert told.reason
    shutil.rmtree(home.index, ignore_errors=True)
    kept.rename(home.index)
    assert evening.tell(home, NOW).news == 1


REFUSED: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"text": ""}, QueryError, "Hãy nhập từ"),
    ({"text": "a", "topics": ["khong-co"]}, QueryError, "khong-co"),
    ({"text": "a", "nonsense": 1}, QueryError, "không biết"),
    ({"text": "a", "mail": ("a b@x",)}, FollowError, "địa chỉ"),
    ({"text": "a", "mail": ("a@x\nBcc: b@y",)}, FollowError, "địa chỉ"),
]


@pytest.mark.parametrize(("query", "kind", "said"), REFUSED)
def test_what_is_refused(
    home: Settings, take_in: Callable[..., None], query: dict[str, Any], kind: type[Exception], said: str
) -> None:
    take_in((7, "thu ngân sách"))
    with pytest.raises(kind, match=said):
        add(home, "x", **query)
    assert not (home.home / follow.FILE).exists()


def test_remove_and_a_damaged_file(home: Settings, take_in: Callable[..., None]) -> None:
    take_in((7, "thu ngân sách"))
    one = add(home, "a", text="ngân sách")
    with pytest.raises(FollowError, match="follow list"):
        follow.remove(home, "zz")
    assert follow.remove(home, one.id[:8]).id == one.id
    assert follow.read(home).follows == ()
    (home.home / follow.FILE).write_text("{")
    with pytest.raises(FollowError, match="bản sao lưu"):
        check(home)


# -- the feed


def test_the_feed(home: Settings, take_in: Callable[..., None]) -> None:
    take_in((7, "thu ngân sách"))
    one = add(home, "ngân sách <b>", text="ngân sách")
    empty = feedparser.parse(atom(one, "http://kho.example"))
    assert (empty.bozo, empty.version, empty.feed.id) == (False, "atom10", f"urn:uuid:{one.id}")
    take_in((8, "thu ngân sách"))
    check(home)
    (one,) = follow.read(home).follows
    data = atom(one, "http://kho.example", "THỬ")
    read = feedparser.parse(data)
    assert not read.bozo
    assert read.feed.title == "Kết luận: THỬ: ngân sách <b>"
    (entry,) = read.entries
    assert entry.id.startswith("urn:uuid:")
    assert entry.link == f"http://kho.example/notices/{one.news[0].notice}"
    assert "thu ngân sách" in entry.content[0].value
    assert atom(one, "http://kho.example", "THỬ") == data  # nothing of it depends on when it is asked for
    root = etree.fromstring(data)
    required = {"id", "title", "updated"}  # RFC 4287, 4.1.1 and 4.1.2
    for element in (root, *root.iter("{http://www.w3.org/2005/Atom}entry")):
        names = [etree.QName(child).localname for child in element]
        assert all(names.count(name) == 1 for name in required)
    assert [link.get("rel") for link in root.findall("{*}link")] == ["self"]


def test_letters_that_xml_cannot_hold(home: Settings) -> None:
    news = follow.News("urn:uuid:1", NOW.isoformat(), "a\x00b\ud800c\x1b")
    one = follow.Follow("00000000-0000-4000-8000-000000000000", "n", {}, NOW.isoformat(), 1, news=(news,))
    assert feedparser.parse(atom(one, "http://x")).entries[0].title == "a\ufffdb\ufffdc\ufffd"


# -- letters


def test_a_digest_is_sent_once(home: Settings, take_in: Callable[..., None], sink: tuple[Sink, int]) -> None:
    handler, port = sink
    settings = mailing(home, port)
    take_in((7, "thu ngân sách"))
    add(settings, "Ngân sách\r\nBcc: x@y", text="ngân sách", mail=("ha@tinh.example", "lan@tinh.example"))
    take_in((8, "thu ngân sách"), (9, "thu ngân sách"))
    assert evening.tell(settings, NOW) == evening.Told(news=2, sent=1)
    (letter,) = handler.letters
    assert letter["To"] == "ha@tinh.example, lan@tinh.example"
    assert letter["Subject"] == "[Kết luận] Ngân sách Bcc: x@y: 2 tin mới"
    assert letter["Bcc"] is None
    assert letter["Date"].datetime == NOW
    text = letter.get_content()
    assert text.count("thu ngân sách trước ngày") == 2
    assert "ketluan follow remove" in text
    assert evening.tell(settings, NOW) == evening.Told()
    assert len(handler.letters) == 1


def test_what_cannot_be_sent_is_sent_next_night(
    home: Settings, take_in: Callable[..., None], sink: tuple[Sink, int]
) -> None:
    handler, port = sink
    settings = mailing(home, port)
    take_in((7, "thu ngân sách"))
    add(settings, "ngân sách", text="ngân sách", mail=("ha@tinh.example",))
    take_in((8, "thu ngân sách"))
    handler.refusing = True
    first = evening.tell(settings, NOW)
    assert (first.news, first.sent, first.waiting) == (1, 0, 1)
    assert "451" in first.reason
    nobody = evening.tell(mailing(home, 1), NOW)  # no server there
    assert (nobody.sent, nobody.waiting) == (0, 1)
    assert nobody.reason
    handler.refusing = False
    assert evening.tell(settings, NOW) == evening.Told(sent=1)
    assert len(handler.letters) == 1
    assert list(home.outbox.iterdir()) == []


def test_a_letter_written_twice_is_one(home: Settings, sink: tuple[Sink, int]) -> None:
    handler, port = sink
    settings = mailing(home, port)
    for _ in range(2):
        outbox.put(settings, outbox.Letter("one", ("a@b.example",), "S", "T"))
    assert outbox.send(settings, NOW).sent == 1
    assert handler.letters[0]["Message-ID"] == "<one@ketluan>"


def test_no_password_goes_over_an_open_line(home: Settings, sink: tuple[Sink, int]) -> None:
    """STARTTLS is asked for unless switched off: a server without it gets neither password nor letter."""
    handler, port = sink
    settings = mailing(home, port, smtp_security="starttls", smtp_username="u")
    outbox.put(settings, outbox.Letter("one", ("a@b.example",), "S", "T"))
    assert "STARTTLS" in outbox.send(settings, NOW).reason
    assert handler.letters == []


def test_the_report_of_a_run_as_letter_with_what_is_newly_overdue(
    home: Settings, take_in: Callable[..., None], sink: tuple[Sink, int]
) -> None:
    handler, port = sink
    settings = mailing(home, port, smtp_report_to="ha@tinh.example, not an address")
    (home.inbox / "9.txt").write_text(notice(9, "thu ngân sách"), encoding="utf-8")
    ingest_inbox(settings, now=datetime.fromisoformat("2021-09-14T01:00:00+07:00"))
    day = datetime.fromisoformat("2021-09-16T01:00:00+07:00")
    report = ingest_inbox(settings, now=day)
    assert [(o.due, o.lead) for o in report.overdue] == [("2021-09-15", ("Sở Tài chính",))]
    assert evening.tell(settings, day, report.run).sent == 1
    assert "Mới quá hạn từ lượt trước (1)" in handler.letters[0].get_content()
    assert handler.letters[0]["To"] == "ha@tinh.example"
    assert ingest_inbox(settings, now=day + timedelta(days=1)).overdue == ()
