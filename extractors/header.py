"""What does a notice say outside its body? The letterhead, the meeting and the signature put together."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.letterhead import flat, read_issued, read_issuer, read_number
from extractors.meeting import read_agenda, read_attendees, read_chair, read_session, read_title
from extractors.model import PartialDate, Person, Problem, Session, Signer
from extractors.signature import read_tail
from extractors.zones import Zones


@dataclass(frozen=True, slots=True)
class Header:
    """Everything of a notice that stands outside its body."""

    issuer: str | None
    place: str | None
    number: str | None
    symbol: str | None
    issued: PartialDate | None
    title: str | None
    session: Session
    chair: Person | None
    signer: Signer | None
    agenda: tuple[str, ...]
    attendees: tuple[str, ...]
    recipients: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_header(cut: Zones) -> Header:
    """Read everything outside the body; what is blank on the paper is None and named in `problems`."""
    problems: list[Problem] = []
    head = flat(cut.head) or flat(cut.title[:1])
    number, symbol = read_number(head, cut, problems)
    place, issued = read_issued(cut, problems)
    title = read_title(cut)
    opening = flat(cut.opening)
    session = read_session(title or "", opening, issued, problems)
    signer, recipients = read_tail(cut.tail)
    issuer = read_issuer(cut, symbol, problems)
    chair = read_chair(title or "", opening)
    return Header(
        issuer,
        place,
        number,
        symbol,
        issued,
        title,
        session,
        chair,
        signer,
        read_agenda(opening),
        read_attendees(opening),
        recipients,
        tuple(problems),
    )
