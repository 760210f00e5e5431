"""A paper that comes as draft and as a signed scan: the best text leads, the signed copy gives number and day."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from extractors import Extraction, extract
from extractors.model import Notice, Session, Signer
from ketluan import correcting
from ketluan.archive import Archive
from ketluan.renditions import Stated, with_signed
from samples.render import render_docx, render_pdfs
from samples.scan import Wear, scan

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
DRAFT = """\
Số: /TB-UBND

Hải Sơn, ngày tháng 5 năm 2023

THÔNG BÁO

Kết luận phiên họp thường kỳ tháng 5 năm 2023

Ngày 10/5/2023, Ủy ban nhân dân tỉnh họp phiên thường kỳ. Chủ tịch Ủy ban nhân dân tỉnh kết luận như sau:

1. Giao Sở Nội vụ rà soát biên chế của các trường học, báo cáo kết quả trước ngày 15/6/2023.

2. Sở Y tế kiểm tra thuốc và vật tư của các bệnh viện tuyến huyện.

Nơi nhận:
- Như trên;
- Lưu: VT.

CHỦ TỊCH

Trần Văn Minh
"""
SIGNED = DRAFT.replace("Số: /", "Số: 351/", 1).replace("ngày tháng 5", "ngày 12 tháng 5", 1)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    head = ("ỦY BAN NHÂN DÂN", "TỈNH HẢI SƠN")
    draft = render_docx(DRAFT, letterhead=head)
    signed, blank = render_pdfs([render_docx(SIGNED, letterhead=head), draft])
    wear = Wear(skew=0.7, noise=8, paper=245, stamp=True)
    return {
        "draft.docx": draft,
        "draft.pdf": blank,
        "plain.txt": DRAFT.encode(),
        "scan.pdf": scan(signed, wear),
        "signed.pdf": signed,
    }


@pytest.fixture(scope="module")
def readings(files: dict[str, bytes]) -> dict[str, Extraction]:
    return {name: extract(data, name=name) for name, data in files.items()}


SETS = [  # the files that come, which leads, whether the scan is what tells the number
    (("draft.docx", "draft.pdf", "plain.txt", "scan.pdf"), "draft.docx", True),
    (("draft.docx", "signed.pdf", "plain.txt", "scan.pdf"), "signed.pdf", False),
    (("plain.txt", "scan.pdf"), "plain.txt", True),
]


@pytest.mark.parametrize(("names", "leading", "from_scan"), SETS)
def test_in_all_orders_the_best_text_leads_and_the_signed_copy_gives_the_number(
    tmp_path: Path,
    files: dict[str, bytes],
    readings: dict[str, Extraction],
    names: tuple[str, ...],
    leading: str,
    from_scan: bool,
) -> None:
    records = []
    for number, order in enumerate(itertools.permutations(names)):
        archive = Archive(tmp_path / str(number))
        for name in order:
            archive.store(files[name], name, readings[name], NOW)
        (stored,) = archive.notices()
        records.append((stored.id, stored.notice, stored.text, tuple(r.name for r in stored.renditions)))
    assert all(record == records[0] for record in records)
    _, notice, text, led = records[0]
    assert (led[0], led[-1]) == (leading, "scan.pdf")
    assert text == readings[leading].source.text
    assert (notice.number, notice.issued) == ("351", "2023-05-12")
    assert notice.conclusions == readings[leading].notice.conclusions
    told = {problem.code: problem.message for problem in notice.problems}
    assert ("scan.pdf" in told.get("renditions_signed", "")) is from_scan
    assert not {"number_blank", "issue_date_blank", "no_issue_date", "ocr"} & told.keys()


def test_read_again_the_record_is_the_same(
    tmp_path: Path, files: dict[str, bytes], readings: dict[str, Extraction]
) -> None:
    archive = Archive(tmp_path)
    for name in ("draft.docx", "scan.pdf"):
        archive.store(files[name], name, readings[name], NOW)
    (before,) = archive.notices()
    again = {r.sha256: readings[r.name] for r in before.renditions}
    with archive.writing():
        revision = archive.revise(before.id, again, NOW)
    assert (revision.after.notice, revision.published) == (before.notice, False)


@pytest.mark.parametrize(("typed", "shown", "conflicts"), [("351", "351", 0), ("350", "351", 1)])
def test_a_number_set_on_the_draft_does_not_overrule_the_signed_copy_unseen(
    tmp_path: Path, files: dict[str, bytes], readings: dict[str, Extraction], typed: str, shown: str, conflicts: int
) -> None:
    archive = Archive(tmp_path)
    id = archive.store(files["draft.docx"], "draft.docx", readings["draft.docx"], NOW).id
    correcting.correct(archive, id, "number", typed, by="Lê Thị Hà", because="Theo sổ", now=NOW)
    archive.store(files["scan.pdf"], "scan.pdf", readings["scan.pdf"], NOW)
    assert archive.get(id).notice.number == shown
    assert sum(line.conflict is not None for line in correcting.listing(archive, id)) == conflicts


BLANK = Notice(None, "Hải Sơn", None, "TB-UBND", "2023-05", "Kết luận", Session(None, None, None), None, None)
CLERK = Signer("Lê Thị Hoa", "Chánh Văn phòng", None)


def stated(**given: object) -> Stated:
    return replace(Stated.by(BLANK), **given)  # type: ignore[arg-type]


TAKEN = [  # what the leading file states, the signed copy, and what the notice then has otherwise
    ({}, {"number": "351", "issued": "2023-05-12"}, {"number": "351", "issued": "2023-05-12"}),
    ({"number": "350"}, {"number": "351"}, {"number": "351"}),  # a typed number may be of an earlier draft
    ({"issued": "2023-05-12"}, {"number": "351", "issued": "2023-05"}, {"number": "351"}),  # a day says more
    ({}, {"number": "351", "symbol": "TB-UBNO"}, {"number": "351"}),  # a symbol was typed: no reading replaces it
    ({}, {"number": "351", "signer": CLERK}, {"number": "351", "signer": CLERK}),
    ({}, {"issued": "2023-05-12"}, {}),  # without a number it is no signed copy
]


@pytest.mark.parametrize(("own", "signed", "otherwise"), TAKEN)
def test_what_is_taken_from_the_signed_copy(
    own: dict[str, object], signed: dict[str, object], otherwise: dict[str, object]
) -> None:
    notice = msgspec.structs.replace(BLANK, **own)  # type: ignore[arg-type]
    files = [("draft.docx", "docx", stated(**own)), ("scan.pdf", "pdf", stated(scanned=True, **signed))]
    merged, problems = with_signed(notice, files)
    assert merged == msgspec.structs.replace(notice, **otherwise)  # type: ignore[arg-type]
    assert [problem.code for problem in problems] == (["renditions_signed"] if otherwise else [])
