"""Where do a million conclusions come from? Their words follow one another as in the texts that the project has.

A Markov chain over pairs of words gives sentences that are all different, with the vocabulary and the frequencies
of real ones; no sentence is repeated. Leads, topics, deadlines and citations are drawn beside them.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from extractors.model import (
    AgencyMention,
    Assignment,
    Citation,
    Conclusion,
    Deadline,
    Kind,
    Notice,
    Session,
    Span,
)
from extractors.vocabulary import load
from ketluan.stored import StoredNotice
from samples.series import make_series

ROOT = Path(__file__).parents[2]
#: As in the notices that the project has (mean 50 to 60).
CONCLUSIONS = 60
SEED = 2023
_SHORTEST, _LONGEST = 15, 70  # words


class Chain:
    """Which words follow which two, in the order and as often as met."""

    def __init__(self) -> None:
        texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests" / "notices").glob("*.txt"))]
        texts.append((ROOT / "samples" / "2021-09-lao-cai.txt").read_text(encoding="utf-8"))
        texts += [written.text for copy in range(3) for written in make_series(months=12, copy=copy)]
        follows: dict[tuple[str, str], list[str]] = defaultdict(list)
        for text in texts:
            spelt = text.replace("**", "").split()
            for one, two, three in zip(spelt, spelt[1:], spelt[2:], strict=False):
                follows[one, two].append(three)
        self._follows = dict(follows)
        self._starts = [pair for pair in follows if pair[0][0].isupper()]

    def sentence(self, rng: random.Random) -> str:
        """One sentence of `_SHORTEST` to `_LONGEST` words."""
        one, two = rng.choice(self._starts)
        said = [one, two]
        for _ in range(rng.randint(_SHORTEST, _LONGEST)):
            after = self._follows.get((one, two)) or rng.choice(self._starts)
            one, two = two, rng.choice(after)
            said.append(two)
        return " ".join(said)


def notices(conclusions: int) -> Iterator[StoredNotice]:
    """Notices that together hold at least so many conclusions; the same number gives the same ones."""
    rng, chain = random.Random(SEED), Chain()
    agencies = [f"Sở {row['name']}" for row in load("agencies")["sectors"]]
    topics = [row["id"] for row in load("topics")]
    for number in range(-(-conclusions // CONCLUSIONS)):
        yield _notice(rng, chain, number, agencies, topics)


def _notice(rng: random.Random, chain: Chain, number: int, agencies: list[str], topics: list[str]) -> StoredNotice:
    held = date(2006, 1, 28) + timedelta(days=30 * (number % 240))
    made = tuple(_conclusion(rng, chain, n, held, agencies, topics) for n in range(CONCLUSIONS))
    text = "\n".join(c.text for c in made)
    notice = Notice(
        issuer=f"UBND tỉnh số {number // 240}",
        place=None,
        number=str(number + 1),
        symbol="TB-UBND",
        issued=held.isoformat(),
        title=f"Kết luận phiên họp thường kỳ tháng {held.month} năm {held.year}",
        session=Session(held.isoformat(), f"{held:%Y-%m}", "thường kỳ"),
        chair=None,
        signer=None,
        conclusions=made,
    )
    return StoredNotice(f"{held:%Y-%m}-so-{number:06d}", notice, text, ())


def _conclusion(
    rng: random.Random, chain: Chain, place: int, held: date, agencies: list[str], topics: list[str]
) -> Conclusion:
    text, nowhere = chain.sentence(rng), Span(0, 0)
    lead = tuple(AgencyMention(name, name, nowhere) for name in rng.sample(agencies, rng.choice((1, 1, 1, 2))))
    due = held + timedelta(days=rng.randint(5, 120))
    deadlines = (Deadline(f"trước ngày {due:%d/%m/%Y}", nowhere, "before_day", due=due),) * (rng.random() < 0.4)
    cited = f"{rng.randint(1, 3000)}/QĐ-UBND"
    return Conclusion(
        path=f"{'I' * (1 + place // 20)}.{1 + place % 20}",
        text=text,
        kind=rng.choice(tuple(Kind)),
        span=nowhere,
        assignments=(Assignment(lead, deadlines=deadlines),),
        deadlines=deadlines,
        citations=(Citation(cited, cited, nowhere),) * (rng.random() < 0.2),
        topics=tuple(rng.sample(topics, rng.choice((0, 1, 1, 2)))),
    )
