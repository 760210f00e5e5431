"""How is one notice laid out? Its whole text, and the record that a correct extraction gives.

The layouts of the months differ as those of real notices do: topics or agencies as headings, dashes or letters,
lead-ins with `+` under them, a deadline in a heading or a closing paragraph, ordinals in words, skipped numbers.
Each form is a row of `STYLES`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from samples.paper import LABEL
from samples.series.matters import FIELDS
from samples.series.phrase import RELATED, Said, Voice, bare, closing, full
from samples.series.plan import Mention, Session
from samples.series.world import AGENCIES, World

LETTERS = {"vietnamese": "abcdđeghiklmnopqrstuvxy", "latin": "abcdefghijklmnopqrstuvwxyz"}


@dataclass(frozen=True, slots=True)
class Style:
    """The form of one notice."""

    group: str = "topic"  # "topic" or "agency": what the items of section II are
    marks: str = "dash"  # "dash", "vietnamese" or "latin"
    lead_ins: bool = False  # two tasks of one agency under `Giao … :`
    ordinals: bool = False  # shortcomings as Thứ nhất, Thứ hai
    skipped: bool = False  # item 3 is missing
    urgent: bool = False  # an item holds all that is due in one month and says so in its heading
    closing: bool = False  # a last paragraph sets a deadline for all reports
    bold: bool = False
    numbering: str = "typed"  # see samples.render
    capitals: bool = False  # section headings in capitals


STYLES: tuple[Style, ...] = (
    Style(lead_ins=True, bold=True),
    Style(group="agency"),
    Style(marks="vietnamese", closing=True),
    Style(urgent=True, numbering="automatic"),
    Style(group="agency", marks="latin", ordinals=True),
    Style(skipped=True, capitals=True, bold=True),
    Style(marks="vietnamese", lead_ins=True, ordinals=True),
    Style(group="agency", closing=True, numbering="first"),
    Style(urgent=True, lead_ins=True, bold=True),
    Style(capitals=True, ordinals=True, numbering="automatic"),
    Style(group="agency", marks="vietnamese", skipped=True),
)


@dataclass(slots=True)
class Sheet:
    """The body being written: its paragraphs, and the record beside them."""

    paragraphs: list[str] = field(default_factory=list)
    sections: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    conclusions: list[tuple[str, Said]] = field(default_factory=list)

    def section(self, path: str, title: str, *, capitals: bool = False) -> None:
        title = title.upper() if capitals else title
        self.paragraphs.append(f"{path}. {title}")
        self.sections.append({"path": path, "title": title})

    def item(self, path: str, title: str, text: str = "") -> None:
        """The heading of an item; `text` runs on behind a colon."""
        number = path.rsplit(".", 1)[1]
        self.paragraphs.append(f"{number}. {title}" + (f": {text}" if text else ""))
        self.items.append({"path": path, "title": title})

    def say(self, path: str, said: Said, mark: str = "", *, printed: bool = True) -> None:
        """A conclusion; with `printed=False` its text stands already behind a heading."""
        if printed:
            self.paragraphs.append(mark + said.text)
        self.conclusions.append((path, replace(said, text=said.text.replace("**", ""))))
        if said.mention:
            said.mention.path = path


def write(
    rng: random.Random, world: World, session: Session, mentions: Sequence[Mention]
) -> tuple[str, dict[str, Any], Style]:
    """The text of the notice of `session`, its gold record, and the style in which it is written."""
    style = STYLES[session.style % len(STYLES)]
    voice = Voice(rng, world, bold=style.bold)
    agenda = rng.sample(_AGENDA, 5)
    sheet = Sheet()
    reports, proposals, tasks = _deal(rng, mentions)
    _first_section(sheet, voice, style, session, reports)
    _second_section(sheet, voice, style, session, tasks)
    _third_section(sheet, voice, style, proposals)
    head, record = _head(voice, session, agenda)
    foot = _foot(world, session, record["signer"]["name"], record["recipients"])
    record |= {"sections": sheet.sections, "items": sheet.items}
    text = "\n\n".join([*head, *sheet.paragraphs, *foot]) + "\n"
    return text, {"notice": record, "conclusions": [_gold(path, said) for path, said in sheet.conclusions]}, style


def _deal(rng: random.Random, mentions: Sequence[Mention]) -> tuple[list[Mention], list[Mention], list[Mention]]:
    """Which mentions stand among the results (I), the proposals (III) and the tasks (II)."""
    done = [m for m in mentions if m.event in ("done", "drop")]
    orders = [m for m in mentions if m.event not in ("done", "drop")]
    proposals = sorted(rng.sample(orders, min(5, len(orders))), key=orders.index)
    reports = done[: len(done) * 2 // 3]
    return reports, done[len(reports) :] + proposals, [m for m in orders if m not in proposals]


# --- I. results --------------------------------------------------------------------------------------------------


def _first_section(sheet: Sheet, voice: Voice, style: Style, session: Session, reports: Sequence[Mention]) -> None:
    year, month = session.month.split("-")
    title = voice.pick(
        f"Tình hình kinh tế - xã hội tháng {int(month)} năm {year}",
        f"Đánh giá kết quả thực hiện nhiệm vụ tháng {int(month)}/{year}",
        "Đánh giá chung",
    )
    sheet.section("I", title, capitals=style.capitals)
    overview = voice.pick(*_OVERVIEWS).format(m=int(month), a=_figure(voice), b=_figure(voice), c=_figure(voice))
    sheet.say("I~1", Said(overview, "assessment"))
    weak = [w.format(a=_figure(voice), b=voice.rng.randint(3, 19)) for w in voice.rng.sample(_WEAKNESSES, 4)]
    if style.ordinals:
        lead = "Bên cạnh kết quả đạt được, phiên họp chỉ ra một số hạn chế cần khắc phục."
        sheet.say("I~2", Said(lead, "assessment"))
        for i, (ordinal, text) in enumerate(zip(("nhất", "hai", "ba", "tư"), weak, strict=True), 3):
            sheet.say(f"I~{i}", Said(f"Thứ {ordinal}, {text[0].lower()}{text[1:]}", "assessment"))
        for i, m in enumerate(reports, 7):
            sheet.say(f"I~{i}", closing(voice, m))
        return
    sheet.paragraphs.append(voice.pick("Một số nội dung cần lưu ý:", "Kết quả và hạn chế cụ thể như sau:"))
    said = [Said(text, "assessment") for text in weak] + [closing(voice, m) for m in reports]
    voice.rng.shuffle(said)
    for i, one in enumerate(said, 1):
        sheet.say(f"I-{i}", one, "- ")


def _figure(voice: Voice) -> str:
    return f"{voice.rng.randint(2, 88)},{voice.rng.randint(1, 9)}%"


# --- II. tasks ---------------------------------------------------------------------------------------------------


def _second_section(sheet: Sheet, voice: Voice, style: Style, session: Session, tasks: list[Mention]) -> None:
    sheet.section("II", "Nhiệm vụ trọng tâm trong thời gian tới", capitals=style.capitals)
    sheet.paragraphs.append(voice.pick("Trong tháng tới, cần tập trung thực hiện một số nhiệm vụ, giải pháp sau:",
                                       "Phiên họp thống nhất một số nhiệm vụ cụ thể như sau:"))  # fmt: skip
    numbers = iter(i for i in range(1, 99) if not (style.skipped and i == 3))
    if style.urgent:
        tasks = _urgent_item(sheet, voice, style, tasks, numbers)
    groups = _by_agency(voice.world, tasks) if style.group == "agency" else _by_topic(tasks)
    for title, group in groups:
        _item(sheet, voice, style, f"II.{next(numbers)}", title, group)
    if style.closing:
        day = date(session.issued.year, session.issued.month, 1)
        year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
        due = f"trước ngày 20/{month}/{year}"
        text = f"Các cơ quan, đơn vị, địa phương báo cáo kết quả thực hiện Thông báo này về UBND tỉnh {due}."
        gold = {"text": due, "from": None, "due": date(year, month, 20).isoformat()}
        sheet.say(
            "II~2", Said(text, lead=("các cơ quan, đơn vị, địa phương",), report_to=("UBND tỉnh",), deadlines=(gold,))
        )


def _by_topic(tasks: Iterable[Mention]) -> list[tuple[str, list[Mention]]]:
    groups: dict[str, list[Mention]] = {key: [] for key in FIELDS}
    for m in tasks:
        groups[m.matters[0].template.field].append(m)
    return [(FIELDS[key], group) for key, group in groups.items() if group]


def _by_agency(world: World, tasks: Iterable[Mention]) -> list[tuple[str, list[Mention]]]:
    groups: dict[str, list[Mention]] = {}
    for m in sorted(tasks, key=lambda m: [*AGENCIES, m.lead].index(m.lead)):
        groups.setdefault(m.lead, []).append(m)
    return [(world.agency(key), group) for key, group in groups.items()]


def _urgent_item(
    sheet: Sheet, voice: Voice, style: Style, tasks: list[Mention], numbers: Iterable[int]
) -> list[Mention]:
    """The item whose heading sets the deadline of its tasks; gives back the tasks left over."""
    by_text: dict[str, list[Mention]] = {}
    for m in tasks:
        if m.due and m.due.text.startswith("trong tháng") and not m.cites:
            by_text.setdefault(m.due.text, []).append(m)
    text, group = max(by_text.items(), key=lambda pair: len(pair[1]), default=("", []))
    if not group:
        return tasks
    path = f"II.{next(iter(numbers))}"
    sheet.item(path, f"Những việc phải hoàn thành {text}")
    for i, m in enumerate(group, 1):
        said = full(voice, m, without_due=True)
        sheet.say(path + _step(style, i), said, _mark(style, i))
    return [m for m in tasks if m not in group]


def _item(sheet: Sheet, voice: Voice, style: Style, path: str, title: str, group: list[Mention]) -> None:
    say: Callable[[Voice, Mention], Said] = bare if style.group == "agency" else full
    sheet.item(path, title)
    if len(group) == 1:
        sheet.say(path, say(voice, group[0]))
        return
    pair = _pair(group) if style.lead_ins else ()
    place = 0
    for m in group:
        if m in pair[1:]:
            continue
        place += 1
        if m in pair:
            _lead_in(sheet, voice, style, path + _step(style, place), _mark(style, place), pair)
        else:
            sheet.say(path + _step(style, place), say(voice, m), _mark(style, place))


def _pair(group: list[Mention]) -> tuple[Mention, ...]:
    """Tasks of one agency that can stand under one lead-in."""
    for m in group:
        same = tuple(x for x in group if x.lead == m.lead and not x.cites)
        if len(same) > 1:
            return same
    return ()


def _lead_in(sheet: Sheet, voice: Voice, style: Style, path: str, mark: str, tasks: Sequence[Mention]) -> None:
    """`- Giao Sở X:` and its tasks as `+`; they inherit the agency, and a task with partners names them itself."""
    lead = voice.name(tasks[0].lead)
    shared = not any(m.partners for m in tasks)  # then the partners stand in the lead-in
    wordings = (f"Giao {lead} chủ trì, phối hợp với {RELATED}:",) if shared else (f"Giao {lead}:", f"{lead}:")
    sheet.paragraphs.append(mark + voice.pick(*wordings))
    deeper, mark = ("+", "+ ") if style.marks == "dash" else ("-", "- ")
    for i, m in enumerate(tasks, 1):
        said = bare(voice, m)
        sheet.say(f"{path}{deeper}{i}", replace(said, coordinating=(RELATED,)) if shared else said, mark)


def _step(style: Style, i: int) -> str:
    return f"-{i}" if style.marks == "dash" else f".{LETTERS[style.marks][i - 1]}"


def _mark(style: Style, i: int) -> str:
    return "- " if style.marks == "dash" else f"{LETTERS[style.marks][i - 1]}) "


# --- III. proposals ----------------------------------------------------------------------------------------------


def _third_section(sheet: Sheet, voice: Voice, style: Style, proposals: Sequence[Mention]) -> None:
    sheet.section("III", "Về ý kiến, kiến nghị tại phiên họp", capitals=style.capitals)
    for i, m in enumerate(proposals, 1):
        name = m.matters[0].names[voice.rng.randrange(2)]
        title = voice.pick(f"Về {name}", f"Về nội dung liên quan đến {name}", f"Đối với {name}")
        said = full(voice, m)
        if m.event in ("open", "next") and not m.cites and voice.rng.random() < 0.4:
            said = replace(said, text=f"{voice.pick('Thống nhất chủ trương', 'Đồng ý theo đề nghị')}. {said.text}")
        sheet.item(f"III.{i}", title, said.text)
        sheet.say(f"III.{i}", said, printed=False)
    path = f"III.{len(proposals) + 1}"
    last = Said("Giao Văn phòng UBND tỉnh tổng hợp, tham mưu giải quyết theo quy định.", lead=("Văn phòng UBND tỉnh",))
    sheet.item(path, "Về các kiến nghị khác", last.text)
    sheet.say(path, last, printed=False)


# --- head and foot -----------------------------------------------------------------------------------------------


def _head(voice: Voice, session: Session, agenda: list[str]) -> tuple[list[str], dict[str, Any]]:
    world, year, month = voice.world, session.month[:4], int(session.month[5:])
    issued = session.issued
    title = f"Kết luận của Chủ tịch UBND tỉnh tại phiên họp UBND tỉnh thường kỳ tháng {month} năm {year}"
    held = f"Ngày {session.held_on.day:02d} tháng {_month(session.held_on.month)} năm {session.held_on.year}"
    attendees = ["Thường trực HĐND tỉnh", "các Phó Chủ tịch UBND tỉnh", "Thủ trưởng các sở, ban, ngành",
                 "Chủ tịch UBND các huyện, thị xã, thành phố"]  # fmt: skip
    head = [
        LABEL,
        f"ỦY BAN NHÂN DÂN\nTỈNH {world.province.upper()}",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
        f"Số: {session.number or '      '}/TB-UBND",
        f"{world.province}, ngày {issued.day:02d} tháng {_month(issued.month)} năm {issued.year}",
        "THÔNG BÁO",
        title,
        f"{held}, UBND tỉnh họp phiên thường kỳ tháng {month} năm {year}, đồng chí {world.chair} - Chủ tịch UBND tỉnh "
        f"chủ trì phiên họp; tham dự phiên họp có: {'; '.join(attendees)}.",
        f"Phiên họp bao gồm các nội dung: {'; '.join(agenda)}. Sau khi nghe các báo cáo và ý kiến thảo luận, "
        f"đồng chí {world.chair} - Chủ tịch UBND tỉnh kết luận như sau:",
    ]
    record = {
        "issuer": f"UBND tỉnh {world.province}",
        "place": world.province,
        "number": session.number,
        "symbol": "TB-UBND",
        "issued": issued.isoformat(),
        "title": title,
        "session": {"held_on": session.held_on.isoformat(), "month": session.month, "kind": "thường kỳ"},
        "chair": {"name": world.chair, "position": "Chủ tịch UBND tỉnh"},
        "agenda": agenda,
        "attendees": attendees,
        "signer": {"name": world.signer, "position": "Chánh Văn phòng", "on_behalf_of": "Chủ tịch"},
        "recipients": ["Thường trực Tỉnh ủy, HĐND tỉnh", "Chủ tịch, các PCT UBND tỉnh", "Các sở, ban, ngành tỉnh",
                       "UBND các huyện, thị xã, thành phố", "Lưu: VT, TH"],
    }  # fmt: skip
    return head, record


def _foot(world: World, session: Session, signer: str, recipients: Sequence[str]) -> list[str]:
    month = f"{int(session.month[5:])}/{session.month[:4]}"
    ends = [";"] * (len(recipients) - 1) + ["."]
    return [
        f"Trên đây là kết luận của đồng chí {world.chair} - Chủ tịch UBND tỉnh tại phiên họp thường kỳ tháng {month}; "
        "UBND tỉnh thông báo để các cơ quan, đơn vị, địa phương biết, thực hiện./.",
        "Nơi nhận:\n" + "\n".join(f"- {r}{end}" for r, end in zip(recipients, ends, strict=True)),
        "TL. CHỦ TỊCH\nCHÁNH VĂN PHÒNG",
        signer,
        LABEL,
    ]


def _month(month: int) -> str:
    """January and February with a zero before them, as Decree 30/2020/NĐ-CP asks."""
    return f"{month:02d}" if month < 3 else str(month)


def _gold(path: str, said: Said) -> dict[str, Any]:
    words = said.text.split()
    return {
        "path": path,
        "starts": " ".join(words[:6]),
        "ends": " ".join(words[-4:]),
        "kind": said.kind,
        "lead": list(said.lead),
        "coordinating": list(said.coordinating),
        "report_to": list(said.report_to),
        "deadlines": list(said.deadlines),
        "citations": list(said.citations),
    }


_AGENDA = (
    "Tình hình kinh tế - xã hội tháng qua và nhiệm vụ tháng tới",
    "Tiến độ giải ngân vốn đầu tư công",
    "Công tác giải phóng mặt bằng các dự án trọng điểm",
    "Kết quả cải cách hành chính và chuyển đổi số",
    "Công tác phòng, chống dịch bệnh trên người và vật nuôi",
    "Tình hình trật tự, an toàn giao thông",
    "Việc thực hiện các chương trình mục tiêu quốc gia",
    "Công tác tiếp công dân, giải quyết khiếu nại, tố cáo",
    "Các tờ trình, dự thảo quyết định thuộc thẩm quyền của UBND tỉnh",
)
_OVERVIEWS = (
    "Trong tháng {m}, kinh tế của tỉnh giữ được đà phục hồi; giá trị sản xuất công nghiệp tăng {a} so với cùng kỳ, "
    "thu ngân sách đạt {b} dự toán, tổng mức bán lẻ tăng {c}; an sinh xã hội được quan tâm, quốc phòng ổn định.",
    "Phiên họp ghi nhận nỗ lực của các cấp, các ngành trong tháng {m}: khách du lịch tăng {a}, kim ngạch xuất khẩu "
    "tăng {b}, tỷ lệ che phủ rừng đạt {c}; đời sống của người dân tiếp tục được cải thiện.",
    "Tháng {m}, thời tiết có nhiều bất lợi song sản xuất nông nghiệp vẫn bảo đảm khung thời vụ, diện tích gieo trồng "
    "đạt {a} kế hoạch; công nghiệp tăng {b}; vốn đầu tư công giải ngân được {c} kế hoạch.",
)
_WEAKNESSES = (
    "Giải ngân vốn đầu tư công mới đạt {a} kế hoạch, thấp hơn bình quân chung.",
    "Còn {b} dự án vướng mặt bằng, nhà thầu thi công cầm chừng.",
    "Số doanh nghiệp tạm ngừng hoạt động tăng {a} so với cùng kỳ.",
    "Tỷ lệ hồ sơ trực tuyến toàn trình mới đạt {a}.",
    "Một số đơn vị tham mưu chậm, chất lượng văn bản chưa cao.",
    "Tai nạn giao thông tăng ở địa bàn nông thôn, xảy ra {b} vụ.",
    "Giá vật tư nông nghiệp đứng ở mức cao, sản xuất chăn nuôi gặp khó khăn.",
    "Có {b} chỉ tiêu đạt thấp so với kịch bản tăng trưởng.",
    "Thu tiền sử dụng đất mới bằng {a} dự toán giao.",
    "Tình trạng nợ đọng văn bản kéo dài, còn {b} nội dung quá hạn.",
    "Công tác phối hợp giữa các ngành có lúc chưa chặt chẽ.",
)
