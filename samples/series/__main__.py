"""Write the invented series into a folder of its own: `python -m samples.series var-series`.

The folder becomes a home of its own (`KETLUAN_HOME`): `inbox/` holds the notices, `label.txt` the words that every
page and print must show, `truth/` what is true of them. Needs no network; PDF needs LibreOffice.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from samples.paper import LABEL
from samples.render import MISSING, Numbering, RenderError, render_docx, render_pdfs
from samples.series import Written, make_series, make_truth

FORMATS = ("docx", "pdf", "txt")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; gives 0, or 1 where LibreOffice fails."""
    args = _parser().parse_args(argv)
    formats = _usable(args.formats)
    inbox, truth = args.out / "inbox", args.out / "truth"
    for folder in (inbox, truth):
        folder.mkdir(parents=True, exist_ok=True)
    (args.out / "label.txt").write_text(LABEL + "\n", encoding="utf-8")
    total: dict[str, list[Any]] = {}
    pdfs: list[Written] = []
    count = 0
    for copy in range(args.scale):
        notices = make_series(months=args.months, seed=args.seed, copy=copy)
        for notice in notices:
            suffix = formats[count % len(formats)]
            count += 1
            _put(inbox, truth, notice, suffix)
            pdfs += [notice] if suffix == "pdf" else []
        for key, rows in make_truth(notices, copy).items():
            total.setdefault(key, []).extend(rows)
    for key, rows in total.items():
        _json(truth / f"{key}.json", rows)
    try:
        for i in range(0, len(pdfs), 50):
            _put_pdfs(inbox, pdfs[i : i + 50])
    except RenderError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"{count} notices in {inbox}, {len(total['links'])} links and {len(total['lookalikes'])} look-alikes in {truth}"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m samples.series", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT_DIR")
    parser.add_argument("--months", type=int, default=24, help="notices of one province (default 24)")
    parser.add_argument("--seed", type=int, default=2023)
    parser.add_argument("--formats", default=",".join(FORMATS), help="taken in turn (default docx,pdf,txt)")
    parser.add_argument("--scale", type=int, default=1, help="provinces, each with matters of its own (default 1)")
    return parser


def _usable(wanted: str) -> list[str]:
    formats = [f for f in wanted.split(",") if f]
    if not formats or set(formats) - set(FORMATS):
        raise SystemExit(f"--formats takes {', '.join(FORMATS)}; got {wanted!r}")
    if "pdf" in formats and not (shutil.which("soffice") or shutil.which("libreoffice")):
        print(f"No PDF is made: {MISSING}", file=sys.stderr)
        formats = [f for f in formats if f != "pdf"] or ["docx"]
    return formats


def _put(inbox: Path, truth: Path, notice: Written, suffix: str) -> None:
    _json(truth / f"{notice.name}.json", {"file": f"{notice.name}.{suffix}", **notice.gold})
    if suffix == "txt":
        # Bold marks stay where the style has them, as in the real sample: converters leave them behind.
        (inbox / f"{notice.name}.txt").write_text(notice.text, encoding="utf-8", newline="\n")
    elif suffix == "docx":
        (inbox / f"{notice.name}.docx").write_bytes(docx(notice))


def docx(notice: Written) -> bytes:
    """The notice as DOCX, its list numbers as its style asks."""
    numbering: Numbering = notice.numbering  # type: ignore[assignment]
    return render_docx(notice.text, numbering=numbering, size=14 if notice.session.index % 2 else 13)


def _put_pdfs(inbox: Path, notices: Sequence[Written]) -> None:
    for notice, data in zip(notices, render_pdfs([docx(n) for n in notices]), strict=True):
        (inbox / f"{notice.name}.pdf").write_bytes(data)


def _json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
