"""Can a file make a reader fail otherwise than it may? Spoils good files in many ways and reads them.

    python -m benchmarks.fuzz 60            (`make fuzz SECONDS=60`)

A reader may give an extraction or raise `ExtractionError`; anything else, or more than `SLOW` seconds, is a finding:
the file is kept in `tests/extractors/spoilt/`, which the tests read again for ever. A crash of the whole process leaves
the file as `last`. Ends with 1 where something was found.
"""

from __future__ import annotations

import hashlib
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from extractors import extract
from extractors.errors import ExtractionError
from samples.render import render_docx

PROJECT = Path(__file__).resolve().parent.parent
KEPT = PROJECT / "tests" / "extractors" / "spoilt"
SLOW = 60
TEXT = (PROJECT / "samples" / "2021-09-lao-cai.txt").read_text(encoding="utf-8")[:6000]
_ODD = (b"\0", b"\xff", b"<", b">", b"&", b"{\\", b"}", b"<<", b"stream\n", b"999999999", b"-1", "\u202e".encode())


class TooSlow(Exception):
    """The reader did not come to an end."""


def seeds() -> dict[str, bytes]:
    """A good file of each kind; those that need no other program."""
    lines = "".join(f"<p>{line}</p>" for line in TEXT.splitlines())
    body = "\\par ".join("".join(c if c.isascii() else f"\\u{ord(c)}?" for c in line) for line in TEXT.splitlines())
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    pdf += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    pdf += (
        b"endobj\n4 0 obj<</Length 60>>stream\nBT /F 12 Tf 72 700 Td (Giao So Y te bao cao) Tj ET\nendstream endobj\n"
    )
    pdf += b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R/Size 6>>\n%%EOF\n"
    return {
        "txt": TEXT.encode(),
        "docx": render_docx(TEXT),
        "html": f"<html><body>{lines}</body></html>".encode(),
        "rtf": f"{{\\rtf1\\ansi {body}}}".encode(),
        "pdf": pdf,
    }


def spoilt(data: bytes, chance: random.Random) -> bytes:
    """The file after one to eight accidents."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at, length = chance.randrange(len(made) + 1), chance.choice((1, 4, 64, 1024))
        match chance.randrange(6):
            case 0:
                made[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del made[at : at + length]
            case 2:
                made[at:at] = chance.choice(_ODD) * chance.choice((1, 1, 3, 200))
            case 3:
                made[at:at] = made[at : at + length]
            case 4:
                made[at : at + length] = bytes(length)
            case 5:
                del made[max(at, 1) :]
    return bytes(made)


def outcome(data: bytes, name: str) -> str:
    """`read`, or the code of the refusal. Raises whatever else comes, `TooSlow` among it."""
    try:
        extract(data, name=name)
    except ExtractionError as exc:
        return exc.code
    return "read"


def tries(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Spoilt files without end: kind, bytes."""
    good = seeds()
    while True:
        for kind, data in good.items():
            yield kind, spoilt(data, chance)


def main(seconds: float) -> int:
    """Fuzz for so long; gives the exit code."""
    seed = random.SystemRandom().randrange(1 << 32)
    came, findings = Counter[tuple[str, str]](), 0
    signal.signal(signal.SIGALRM, _too_slow)
    KEPT.mkdir(exist_ok=True)
    last, end = KEPT / "last", time.monotonic() + seconds
    for kind, data in tries(random.Random(seed)):
        if time.monotonic() > end:
            break
        last.write_bytes(data)
        signal.alarm(SLOW)
        try:
            came[kind, outcome(data, f"a.{kind}")] += 1
        except Exception as exc:  # noqa: BLE001  that is what is looked for
            findings += 1
            name = f"{hashlib.sha256(data).hexdigest()[:12]}.{kind}"
            (KEPT / name).write_bytes(data)
            print(f"{name}: {type(exc).__name__}: {exc}", file=sys.stderr)
        finally:
            signal.alarm(0)
    last.unlink(missing_ok=True)
    for (kind, what), number in sorted(came.items()):
        print(f"{kind:<6}{what:<24}{number:>7}")
    print(f"{'all':<30}{came.total() + findings:>7}   findings: {findings}   seed: {seed}")
    return 1 if findings else 0


def _too_slow(*_: object) -> None:
    raise TooSlow(f"more than {SLOW} s")


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60))
