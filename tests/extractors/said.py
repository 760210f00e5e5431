"""What a body says: each conclusion of a notice around it in one line, to be compared with a table of cases."""

from __future__ import annotations

from extractors import read_notice
from extractors.model import Break, Conclusion, Line, RawText
from extractors.text import assemble

HEAD = [
    "THÔNG BÁO",
    "Kết luận của Chủ tịch UBND tỉnh tại cuộc họp giao ban",
    "Ngày 04/8/2026, Chủ tịch UBND tỉnh chủ trì cuộc họp và kết luận như sau:",
]
TAIL = ["Nơi nhận:", "- Các sở;", "TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG", "Trần Văn An"]
Block = str | list[tuple[str, ...]]


def conclusions(*body: Block, tail: tuple[Block, ...] = (), merged: tuple[tuple[int, int, int], ...] = ()) -> list[str]:
    """Each conclusion in a line: path, text, who leads, who helps, to whom it is reported, by when."""
    lines: list[Line] = []
    tables = 0
    for block in (*HEAD, *body, *TAIL, *tail):
        if isinstance(block, str):
            lines.append(Line(block, begins=Break.PARAGRAPH))
            continue
        for r, row in enumerate(block):
            for c, cell in enumerate(row):
                for part in filter(None, cell.split("|")):
                    lines.append(Line(part, begins=Break.PARAGRAPH, table=(tables, r, c)))
        tables += 1
    source = assemble(RawText(tuple(lines), "docx", merged=frozenset(merged)))
    notice = read_notice(source)
    for found in notice.conclusions:
        assert found.span.of(source.text) == found.text
        for part in (*found.lead, *found.coordinating, *found.report_to, *found.deadlines):
            assert part.span.of(source.text) == part.text
    return [told(c) for c in notice.conclusions]


def told(found: Conclusion) -> str:
    groups = [[m.name for m in group] for group in (found.lead, found.coordinating, found.report_to)]
    dues = [str(d.due or d.every or d.event) for d in found.deadlines]
    return " | ".join((found.path, found.text.replace("\n", "/"), *map(", ".join, [*groups, dues]))).rstrip(" |")
