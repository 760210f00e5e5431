"""How right is one notice in each format it may come in? `make score-formats` prints a line a format.

The notices of `tests/notices` (plain text, gold beside them) are written again in each format: by Word as
`samples.render` imitates it, by LibreOffice, in the old encodings, and as scans of three qualities. Each is read and
scored as `benchmarks.extraction` does, so the line `txt` is what the rules reach on a text without any loss, and the
distance to it is what the format costs. `words` is the share of the words of the notice that come back.

    python -m benchmarks.formats [--only scan] [--show]
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import yaml

from benchmarks.extraction import Score, compare, notices
from extractors import extract
from extractors.errors import ExtractionError
from extractors.model import SourceText
from extractors.readers import read
from extractors.text import assemble
from extractors.vocabulary import load
from ketluan.export.gold import gold
from samples.render import convert, render_docx, render_pdfs
from samples.scan import GOOD, POOR, USUAL, Wear, scan

FOLDERS = (Path("tests/notices"), Path("tests/notices/validation"))
_TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True, slots=True)
class Paper:
    """A notice: its gold file and its paragraphs."""

    gold: Path
    source: SourceText

    @property
    def text(self) -> str:
        """Its paragraphs, apart by a blank line; the issuer is one of several lines, so is the motto."""
        text = "\n\n".join(p.text for p in self.source.paragraphs)
        head = re.match(r"(?:(?!CỘNG H|THÔNG BÁO|Số)[^\n]+\n\n)+", text)
        issuer = head[0].strip().replace("\n\n", "\n") + "\n\n" if head else ""
        return re.sub(r"\n\n(?=Độc lập)", "\n", f"{issuer}{text.removeprefix(head[0] if head else '')}")


Make = Callable[[Sequence[Paper]], list[bytes]]


@cache
def _papers() -> tuple[Paper, ...]:
    found = [pair for folder in FOLDERS for pair in notices(folder)]
    papers = [Paper(gold, assemble(read(document.read_bytes(), document.name))) for document, gold in found]
    return tuple(p for p in papers if all(part.table is None for part in p.source.paragraphs))


@cache
def _docx(papers: tuple[Paper, ...], numbering: str = "typed") -> list[bytes]:
    return [render_docx(paper.text, numbering=numbering) for paper in papers]  # type: ignore[arg-type]


@cache
def _pdf(papers: tuple[Paper, ...]) -> list[bytes]:
    return render_pdfs(_docx(papers))


def _office(suffix: str, papers: Sequence[Paper]) -> list[bytes]:
    return convert(_docx(tuple(papers)), suffix)


def _scanned(wear: Wear, papers: Sequence[Paper]) -> list[bytes]:
    return [scan(pdf, wear, seed=n) for n, pdf in enumerate(_pdf(tuple(papers)))]


def _encoded(encoding: str, papers: Sequence[Paper]) -> list[bytes]:
    return [paper.text.encode(encoding) for paper in papers]


def _decomposed(papers: Sequence[Paper]) -> list[bytes]:
    return [unicodedata.normalize("NFD", paper.text).encode() for paper in papers]


def _old(table: str, papers: Sequence[Paper]) -> list[bytes]:
    return [b"".join(_code(table, letter) for letter in paper.text) for paper in papers]


@cache
def _code(table: str, letter: str) -> bytes:
    """One letter as a typewriter program of that time stored it; what it had no code for, as Western Windows does."""
    if letter.isascii():
        return letter.encode()
    if table == "cp1258":
        parts = unicodedata.normalize("NFD", letter)
        bare = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
        return (bare + "".join(c for c in parts if c in _TONES)).encode("cp1258", errors="replace")
    codes = load(f"encodings/{table}")["letters"]
    code = codes.get(letter) or codes.get(letter.lower())
    return bytes.fromhex(code) if code else letter.encode("cp1252", errors="replace")


#: Name of the line → ending of the file, how it is made.
FORMATS: dict[str, tuple[str, Make]] = {
    "txt": ("txt", partial(_encoded, "utf-8")),
    "txt UTF-8 BOM": ("txt", partial(_encoded, "utf-8-sig")),
    "txt UTF-16": ("txt", partial(_encoded, "utf-16")),
    "txt UTF-16 no BOM": ("txt", partial(_encoded, "utf-16-le")),
    "txt NFD": ("txt", _decomposed),
    "txt windows-1258": ("txt", partial(_old, "cp1258")),
    "txt TCVN3": ("txt", partial(_old, "tcvn3")),
    "txt VNI": ("txt", partial(_old, "vni")),
    "txt VPS": ("txt", partial(_old, "vps")),
    "txt VISCII": ("txt", partial(_old, "viscii")),
    "docx": ("docx", lambda papers: _docx(tuple(papers))),
    "docx automatic": ("docx", lambda papers: _docx(tuple(papers), "automatic")),
    "docx first automatic": ("docx", lambda papers: _docx(tuple(papers), "first")),
    "pdf": ("pdf", lambda papers: _pdf(tuple(papers))),
    "odt": ("odt", partial(_office, "odt")),
    "doc": ("doc", partial(_office, "doc")),
    "rtf": ("rtf", partial(_office, "rtf")),
    "html": ("html", partial(_office, "html")),
    "scan 300 good": ("pdf", partial(_scanned, GOOD)),
    "scan 200 usual": ("pdf", partial(_scanned, USUAL)),
    "scan 150 poor": ("pdf", partial(_scanned, POOR)),
}
#: Of scans, which take seconds a page, only every third notice is read, another third of each quality.
_EVERY = 3


def measure(name: str) -> tuple[Score, float]:
    """The score of all notices in the format `name` (a key of `FORMATS`), and the share of words that are right."""
    papers = _papers()
    suffix, make = FORMATS[name]
    if name.startswith("scan"):
        papers = papers[list(FORMATS).index(name) % _EVERY :: _EVERY]
    total, right = Score(), 0.0
    for paper, data in zip(papers, make(papers), strict=True):
        truth = yaml.safe_load(paper.gold.read_text(encoding="utf-8"))
        try:
            extraction = extract(data, name=f"{paper.gold.stem}.{suffix}")
        except ExtractionError as error:
            total.differences.append(f"{paper.gold.stem}: {error}")
            compare(total, paper.gold.stem, truth, {"notice": {}, "conclusions": []})
            continue
        compare(total, paper.gold.stem, truth, gold(extraction.notice))
        right += _words_right(paper.source.text, extraction.source.text)
    return total, right / len(papers)


def _words_right(wanted: str, found: str) -> float:
    """Share of the words of `wanted` that `found` has in the same order."""
    words = re.findall(r"\w+", wanted)
    blocks = difflib.SequenceMatcher(None, words, re.findall(r"\w+", found), autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(words)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="formats whose name begins so")
    parser.add_argument("--show", action="store_true", help="a line for each difference")
    options = parser.parse_args()
    sys.stdout.write(f"{'format':22} overall   unit  header  words   seconds\n")
    for name in (name for name in FORMATS if name.startswith(options.only)):
        start = time.monotonic()
        result, words = measure(name)
        if options.show:
            sys.stdout.write("\n".join(result.differences) + "\n")
        unit, head = result.counts["unit"].f1, result.counts["notice"].f1
        took = time.monotonic() - start
        sys.stdout.write(f"{name:22}   {result.overall:.3f}  {unit:.3f}   {head:.3f}  {words:.3f}   {took:7.0f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
