"""How is a mention put into words? One sentence or two, and what a correct extraction finds in them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from samples.series.plan import Due, Mention
from samples.series.world import World

RELATED = "các đơn vị liên quan"


@dataclass(frozen=True, slots=True)
class Said:
    """A conclusion's text with what a correct extraction finds in it."""

    text: str
    kind: str = "directive"
    lead: tuple[str, ...] = ()
    coordinating: tuple[str, ...] = ()
    report_to: tuple[str, ...] = ()
    deadlines: tuple[dict[str, Any], ...] = ()
    citations: tuple[str, ...] = ()
    mention: Mention | None = None


@dataclass(slots=True)
class Voice:
    """Chooses among wordings for one notice; `bold` sets deadlines between `**` marks."""

    rng: random.Random
    world: World
    bold: bool = False

    def pick(self, *wordings: str) -> str:
        return self.rng.choice(wordings)

    def name(self, key: str) -> str:
        """An agency as printed: mostly its full name."""
        return self.world.agency(key, self.rng.choice((0, 0, 0, 1, 2)))

    def due(self, due: Due) -> str:
        return f"**{due.text}**" if self.bold else due.text


def full(voice: Voice, m: Mention, *, without_due: bool = False) -> Said:
    """A sentence that names its agency: `Giao Sở X chủ trì, phối hợp với Sở Y rà soát …`.

    `without_due` leaves the deadline to a heading above; it holds all the same.
    """
    if without_due and m.due:
        said = full(voice, replace(m, due=None))
        return replace(said, deadlines=(_gold(m.due),), mention=m)
    if m.event in ("done", "drop"):
        return closing(voice, m)
    partners, names = _partners(voice, m)
    lead = voice.name(m.lead)
    order = _order(voice, m)
    head = _citing(voice, m) + _opening(voice, m)
    frames: tuple[str, ...]
    if partners:
        frames = ("Giao {l} chủ trì, phối hợp với {p} {o}", "{l} chủ trì, phối hợp với {p} {o}",
                  "{l} chủ trì, phối hợp chặt chẽ với {p} {o}", "Yêu cầu {l} phối hợp với {p} {o}")  # fmt: skip
    else:
        frames = ("Giao {l} {o}", "Yêu cầu {l} {o}", "{l} {o}", "Giao {l} chủ trì {o}", "{l} chịu trách nhiệm {o}")
        if m.lead in ("ca", "qs", "thue"):
            frames += ("Đề nghị {l} {o}",)
    frame = voice.pick(*frames)
    if head and not head.endswith(". "):
        frame = frame[0].lower() + frame[1:] if not frame.startswith("{") else frame
    body = head + frame.format(l=lead, p=partners, o=order)
    if not head and m.due and m.due.from_ is None and m.due.text.startswith("trước") and voice.rng.random() < 0.2:
        return _deadline_first(voice, m, body, lead, names)
    said = Said(body, lead=(voice.world.agency(m.lead),), coordinating=names, citations=_keys(m), mention=m)
    return _ending(voice, m, said)


def _deadline_first(voice: Voice, m: Mention, body: str, lead: str, coordinating: tuple[str, ...]) -> Said:
    """`Trước ngày 15/6/2023, Sở X …`: the same order, its clauses the other way round."""
    assert m.due is not None  # noqa: S101 - held by the caller
    due = replace(m.due, text=_capital(m.due.text))
    body = body if body.startswith(lead) else body[0].lower() + body[1:]
    text = f"{voice.due(due)}, {body}.{_remark(voice, m)}"
    leads = (voice.world.agency(m.lead),)
    return Said(text, lead=leads, coordinating=coordinating, deadlines=(_gold(due),), citations=_keys(m), mention=m)


def bare(voice: Voice, m: Mention) -> Said:
    """The same without a subject, for a bullet under its agency's heading."""
    partners, names = _partners(voice, m)
    order = _order(voice, m)
    if partners:
        verb = voice.pick("Chủ trì, phối hợp với", "Phối hợp với", "Chủ trì, phối hợp chặt chẽ với")
        body = f"{verb} {partners} {order}"
    else:
        body = voice.pick(order, f"chủ trì {order}" if not order.startswith(("tiếp", "khẩn")) else order)
    if m.cites:
        body = _citing(voice, m) + body[0].lower() + body[1:]
    said = Said(_capital(body), lead=(voice.world.agency(m.lead),), coordinating=names, citations=_keys(m), mention=m)
    return _ending(voice, m, said)


def closing(voice: Voice, m: Mention) -> Said:
    """A matter that is finished, or followed no longer."""
    noun, lead = _joined(m, lambda x, i: x.noun(m.step, i), voice), voice.name(m.lead)
    head = _citing(voice, m)
    if m.event == "drop":
        text = voice.pick(
            f"Thống nhất dừng thực hiện {noun}, không tiếp tục theo dõi nội dung này.",
            f"Đồng ý đưa {noun} ra khỏi danh mục nhiệm vụ theo dõi do không còn phù hợp.",
        )
        return Said(text if not head else head + text[0].lower() + text[1:], "decision", citations=_keys(m), mention=m)
    if voice.rng.random() < 0.5:
        text = voice.pick(
            f"{lead} đã hoàn thành {noun}.",
            f"{lead} đã hoàn thành {noun} và gửi báo cáo đầy đủ.",
            f"Đến nay {lead} đã thực hiện xong {noun}.",
            f"Qua kiểm tra, {noun} đã được {lead} hoàn thành.",
        )
        if head:
            text = head + (text if text.startswith(lead) else text[0].lower() + text[1:])
        return Said(text, "assessment", citations=_keys(m), mention=m)
    text = voice.pick(
        f"Ghi nhận {lead} đã hoàn thành {noun}; thống nhất kết thúc theo dõi nhiệm vụ này.",
        f"Thống nhất kết thúc theo dõi {noun} do {lead} đã thực hiện xong.",
    )
    return Said(head + (text[0].lower() + text[1:] if head else text), "decision", citations=_keys(m), mention=m)


def _ending(voice: Voice, m: Mention, said: Said) -> Said:
    """The deadline, the reporting line and a remark behind the order."""
    text = said.text
    report: tuple[str, ...] = ()
    if m.due and voice.rng.random() < 0.45:
        text += voice.pick(
            ", báo cáo UBND tỉnh {}", ", trình UBND tỉnh xem xét {}", ", báo cáo kết quả về UBND tỉnh {}"
        ).format(voice.due(m.due))
        report = ("UBND tỉnh",)
        text += "."
    elif m.due:
        due = voice.due(m.due)
        text += voice.pick(f". Hoàn thành {due}.", f", hoàn thành {due}.", f" (hoàn thành {due}).", f"; xong {due}.")
    elif voice.rng.random() < 0.3:
        body = voice.pick("UBND tỉnh", "UBND tỉnh", "Thường trực Tỉnh ủy", "Ban Thường vụ Tỉnh ủy")
        text, report = f"{text}, {voice.pick('báo cáo', 'trình')} {body}{voice.pick('', ' cho ý kiến')}.", (body,)
    else:
        text += "."
    if m.event == "extend" and m.old_due and voice.rng.random() < 0.3:
        text += f" Mốc {_day(m.old_due)} đã giao trước đây không còn áp dụng."
    deadlines = (_gold(m.due),) if m.due else ()
    return replace(said, text=text + _remark(voice, m), report_to=report, deadlines=deadlines)


def _remark(voice: Voice, m: Mention) -> str:
    if m.event == "repeat" and voice.rng.random() < 0.4:
        return voice.pick(
            " Việc này đã nhắc nhiều lần nhưng kết quả chưa rõ.",
            " Tiến độ đến nay còn chậm so với yêu cầu.",
            " Không để kéo dài thêm.",
        )
    return ""


def _opening(voice: Voice, m: Mention) -> str:
    """What stands before the order because of what happened to the matter."""
    if m.cites:
        return ""
    if m.event == "hand" and m.old_lead and voice.rng.random() < 0.6:
        old = voice.name(m.old_lead)
        return voice.pick(f"Chuyển nhiệm vụ này từ {old} sang đơn vị khác. ", f"Thay {old} thực hiện nhiệm vụ, ")
    if m.old_lead and voice.rng.random() < 0.4:
        return f"Tiếp nhận công việc trước đây của {voice.name(m.old_lead)}, "
    if m.event == "extend" and voice.rng.random() < 0.6:
        return voice.pick("Thống nhất gia hạn thời gian thực hiện. ", "Do phát sinh khó khăn, đồng ý lùi thời hạn. ",
                          "Đồng ý điều chỉnh thời hạn theo đề nghị. ")  # fmt: skip
    if m.event == "next" and voice.rng.random() < 0.55:
        noun = m.matters[0].noun(m.step - 1, voice.rng.randrange(3))
        return voice.pick(f"Trên cơ sở {noun}, ", f"Sau khi hoàn thành {noun}, ", f"Tiếp theo {noun}, ")
    return voice.pick(*_MOTIVES) if voice.rng.random() < 0.12 else ""


def _citing(voice: Voice, m: Mention) -> str:
    if not m.cites:
        return ""
    said = f"số {m.cites.number}/TB-UBND {_day(m.cites.issued)} của UBND tỉnh"
    return voice.pick(f"Thực hiện Thông báo {said}, ", f"Theo Thông báo kết luận {said}, ")


def _keys(m: Mention) -> tuple[str, ...]:
    return (f"{m.cites.number}/TB-UBND",) if m.cites else ()


def _order(voice: Voice, m: Mention) -> str:
    wording = voice.rng.randrange(12)
    text = _joined(m, lambda x, i: x.order(m.step, wording, i), voice)
    text = _shortened(voice, text)
    if voice.rng.random() < 0.3:
        text += f", {voice.pick(*_TAILS)}"
    pushed = text.startswith(("khẩn", "tập trung", "tăng", "đẩy"))
    if m.event in ("repeat", "extend") and not pushed and voice.rng.random() < 0.6:
        return voice.pick("tiếp tục ", "khẩn trương ") + text
    return text


def _joined(m: Mention, say: Callable[[Any, int], str], voice: Voice) -> str:
    """What is said of a matter; of two matters, both names stand where the one stood."""
    form = voice.rng.randrange(3)
    first = say(m.matters[0], form)
    if len(m.matters) == 1:
        return first
    names = [x.names[form] for x in m.matters]
    return first.replace(names[0], ", ".join(names[:-1]) + " và " + names[-1])


def _shortened(voice: Voice, text: str) -> str:
    """Some words as the abbreviation or the spelling that another hand would have used."""
    for long, short in _SPELLINGS:
        if voice.rng.random() < 0.3:
            text = text.replace(long, short)
    return text


def _partners(voice: Voice, m: Mention) -> tuple[str, tuple[str, ...]]:
    names = [voice.name(k) for k in m.partners]
    canonical = [voice.world.agency(k) for k in m.partners]
    if names and voice.rng.random() < 0.2:
        names.append(RELATED)
        canonical.append(RELATED)
    listed = f"{', '.join(names[:-1])} và {names[-1]}" if len(names) > 1 else "".join(names)
    if len(names) > 1 and all(n.startswith("Sở ") for n in names) and voice.rng.random() < 0.4:
        listed = f"các Sở: {', '.join(n.removeprefix('Sở ') for n in names)}"
    return listed, tuple(canonical)


def _gold(due: Due) -> dict[str, Any]:
    return {"text": due.text, "from": due.from_.isoformat() if due.from_ else None, "due": due.due.isoformat()}


def _day(day: date) -> str:
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d}/{month}/{day.year}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


_TAILS = (
    "bảo đảm chất lượng, đúng quy định",
    "không để phát sinh khiếu nại kéo dài",
    "hạn chế thấp nhất ảnh hưởng đến người dân",
    "bảo đảm công khai, minh bạch",
    "tránh lãng phí nguồn lực",
    "làm rõ khó khăn, vướng mắc và giải pháp",
    "phù hợp với tình hình thực tế của địa phương",
    "chú trọng các thôn đặc biệt khó khăn",
    "gắn trách nhiệm của người đứng đầu",
    "trước mắt ưu tiên những việc cấp bách",
)
#: The last two begin like a deadline and are none.
_MOTIVES = (
    "Để bảo đảm tiến độ chung, ",
    "Nhằm tháo gỡ khó khăn cho cơ sở, ",
    "Qua ý kiến của các đại biểu, ",
    "Trước mắt, ",
    "Trước thực trạng nêu tại phiên họp, ",
)
_SPELLINGS = (
    ("giải phóng mặt bằng", "GPMB"),
    ("phòng cháy, chữa cháy", "PCCC"),
    ("nông thôn mới", "NTM"),
    ("cụm công nghiệp", "CCN"),
    ("kế hoạch sử dụng đất", "KHSDĐ"),
    ("quyền sử dụng đất", "QSDĐ"),
    ("bảo đảm", "đảm bảo"),
    ("vắc xin", "vắc-xin"),
    ("xóa nhà tạm", "xoá nhà tạm"),
    ("chất thải rắn", "CTR"),
    ("Trường THCS", "trường cấp II"),
    ("bệnh viện đa khoa", "BVĐK"),
    ("rà soát", "rà soát lại"),
    ("hoàn thiện", "hoàn chỉnh"),
    ("khẩn trương", "nhanh chóng"),
)
