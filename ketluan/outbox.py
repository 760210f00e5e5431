"""Letters that wait to be sent, a file each in `outbox/` of the home.

What cannot be sent tonight is sent next night: a letter leaves the outbox when the mail server has taken it. Its name
and `Message-ID` come from what it tells, so that a letter written twice is one. Without `KETLUAN_SMTP_HOST` none is
written.
"""

from __future__ import annotations

import logging
import os
import re
import smtplib
import ssl
import uuid
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from ketluan.settings import Settings

log = logging.getLogger(__name__)

SECONDS = 30.0  # longest wait for an answer of the mail server
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in plain text. `name` is of what it tells: the same letter always has the same."""

    name: str
    to: tuple[str, ...]
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """How many letters the server took, how many wait, and why (empty where none does)."""

    sent: int = 0
    waiting: int = 0
    reason: str = ""


def is_address(text: str) -> bool:
    """Does it look like an address of one person? No names, lists or line breaks."""
    return bool(_ADDRESS.fullmatch(text))


def put(settings: Settings, letter: Letter) -> None:
    """Let the letter wait to be sent. Raises `OSError`."""
    if not (settings.smtp_host and letter.to):
        return
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = settings.smtp_from
    message["To"] = ", ".join(letter.to)
    message["Subject"] = " ".join(letter.subject.split())
    message["Message-ID"] = f"<{letter.name}@ketluan>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="base64")
    settings.outbox.mkdir(parents=True, exist_ok=True)
    draft = settings.outbox / f".{letter.name}.{uuid.uuid4().hex}"
    try:
        with draft.open("xb") as out:
            out.write(message.as_bytes())
            out.flush()
            os.fsync(out.fileno())
        draft.replace(settings.outbox / f"{letter.name}.eml")
    finally:
        draft.unlink(missing_ok=True)


def send(settings: Settings, now: datetime) -> Sent:
    """Send what waits; what the server does not take stays. Never raises for a fault of the mail."""
    waiting = sorted(settings.outbox.glob("*.eml")) if settings.outbox.is_dir() else []
    if not (waiting and settings.smtp_host):
        return Sent(waiting=len(waiting))
    sent, reason = 0, ""
    try:
        with _server(settings) as server:
            for path in waiting:
                try:
                    _send(server, path, now)
                    sent += 1
                except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as exc:  # of this letter alone
                    reason = _said(exc)
                    server.rset()
    except (OSError, smtplib.SMTPException, ssl.SSLError) as exc:
        reason = _said(exc)
    if reason:
        log.warning("mail: %s", reason)
    return Sent(sent, len(waiting) - sent, reason)


def _send(server: smtplib.SMTP, path: Path, now: datetime) -> None:
    message = message_from_bytes(path.read_bytes(), policy=policy.SMTP)
    message["Date"] = format_datetime(now)
    server.send_message(message)
    path.unlink(missing_ok=True)


def _server(settings: Settings) -> smtplib.SMTP:
    """A server that takes letters of ours; closed by `with`."""
    tls = ssl.create_default_context()
    host, port = str(settings.smtp_host), settings.smtp_port
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=tls)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=tls)
        if settings.smtp_username and settings.smtp_password:
            server.login(settings.smtp_username, settings.smtp_password.get_secret_value())
    except BaseException:
        server.close()
        raise
    return server


def _said(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}"
