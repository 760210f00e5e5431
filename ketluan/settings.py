"""What an office may set, read once from the environment (`KETLUAN_…`) or a `.env` file."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ketluan.objects import ObjectPath, Place, Store


class Settings(BaseSettings):
    """All settings. Each name, in capitals and after `KETLUAN_`, is its environment variable."""

    model_config = SettingsConfigDict(env_prefix="KETLUAN_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(Path("var"), description="Folder that holds inbox, archive and index")
    archive_url: str | None = Field(
        None,
        pattern=r"^[a-z][a-z0-9+.-]*://[^\s/]+(/[^\s/]+)*/?$",
        description="Object storage that holds the archive instead of `archive/` in the home, as `s3://bucket/archive`",
    )
    settle_seconds: float = Field(5.0, ge=0, description="A file is taken once it has stood still this long (seconds)")
    max_file_bytes: int = Field(100_000_000, gt=0, description="Larger files are quarantined (bytes)")
    workers: int = Field(2, ge=1, description="Files read at the same time (processes)")
    read_seconds: float = Field(300.0, gt=0, description="Longest time for reading one file (seconds)")
    read_memory_bytes: int = Field(
        4_000_000_000, ge=500_000_000, description="Most memory (address space) for reading one file (bytes)"
    )
    ocr_pages: int = Field(
        2, ge=1, le=64, description="Pages of one scan recognized at the same time (programs), in each of the workers"
    )
    run_seconds: float = Field(
        14_400.0, gt=0, description="A run takes no more files after this long; the rest waits (seconds)"
    )
    min_free_bytes: int = Field(
        1_000_000_000, ge=0, description="No files are taken while the disk has less room than this (bytes)"
    )
    expected_day: int | None = Field(
        None, ge=1, le=28, description="Day of the month by which the notice of the month before is in the archive"
    )
    health_run_hours: float = Field(29.0, gt=0, description="The last good run is no older than this (hours)")
    health_waiting_hours: float = Field(48.0, gt=0, description="No file waits in the inbox for longer (hours)")
    health_verify_days: float = Field(8.0, gt=0, description="The archive was verified no longer ago (days)")
    health_backup_days: float | None = Field(None, gt=0, description="The last backup is no older than this (days)")
    engine: Literal["embedded", "elasticsearch"] = Field("embedded", description="Which index answers")
    elasticsearch_url: str = Field("http://127.0.0.1:9200", description="Its address; several of a cluster: commas")
    elasticsearch_prefix: str = Field(
        "ketluan", pattern="^[a-z0-9][a-z0-9-]*$", description="Begins the names of its indices; each archive its own"
    )
    elasticsearch_api_key: SecretStr | None = Field(None, description="API key (encoded form); goes before a password")
    elasticsearch_keys: Path | None = Field(
        None, description="Folder with a key for each kind of work (`ketluan kibana secure`); goes before all others"
    )
    elasticsearch_username: str | None = Field(None, description="User name, where there is no API key")
    elasticsearch_password: SecretStr | None = Field(None, description="Password of that user")
    elasticsearch_ca_certs: Path | None = Field(None, description="PEM file with the certificate of its authority")
    elasticsearch_timeout_seconds: float = Field(30.0, gt=0, description="Longest wait for one answer (seconds)")

    web_host: str = Field("127.0.0.1", description="Address that the web page listens on")
    web_port: int = Field(8765, ge=0, le=65535, description="Its port; 0 takes a free one")
    web_hosts: str | None = Field(None, description="Names that reach the page, besides its address: commas")
    web_address: str | None = Field(
        None, pattern=r"^https?://[^\s]+$", description="Where browsers find the page, for Airflow's navigation"
    )
    web_upload: bool = Field(True, description="May whoever is signed in drop files into the inbox?")
    web_session_hours: float = Field(12.0, gt=0, le=720, description="A sign-in ends after this long (hours)")
    web_access_log: bool = Field(True, description="Is it noted who asked what and when?")
    web_frame_ancestors: str = Field(
        "'none'", pattern=r"^[\w':/.*\- ]+$", description="Sites that may show the page in a frame (CSP)"
    )

    smtp_host: str | None = Field(None, description="Mail server; without it no letter is written")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field("starttls", description="How the way to it is secured")
    smtp_username: str | None = Field(None, description="User name there, where it asks for one")
    smtp_password: SecretStr | None = Field(None, description="Password of that user")
    smtp_from: str = Field("ketluan@localhost", pattern=r"^[^@\s]+@[^@\s]+$", description="Sender of the letters")
    smtp_report_to: str | None = Field(None, description="Who gets the report of each run: addresses with commas")

    @cached_property
    def inbox(self) -> Path:
        """Where archivists drop files."""
        return self.home / "inbox"

    @cached_property
    def archive(self) -> Place:
        """The truth: originals and records."""
        if self.archive_url is None:
            return self.home / "archive"
        return ObjectPath(Store(self.archive_url, self.cache / "archive"))

    @cached_property
    def index(self) -> Path:
        """The embedded index: disposable."""
        return self.home / "index"

    @cached_property
    def reports(self) -> Path:
        """One JSON file for each run of `ingest`."""
        return self.home / "reports"

    @cached_property
    def outbox(self) -> Path:
        """Letters that wait to be sent."""
        return self.home / "outbox"

    @cached_property
    def cache(self) -> Path:
        """Page images and the like: may be deleted at any time."""
        return self.home / "cache"

    @cached_property
    def state(self) -> Path:
        """When what was last done (`ketluan.upkeep`): belongs to this machine."""
        return self.home / "state"

    @cached_property
    def page_address(self) -> str:
        """Where browsers find the web page: the address set, else host and port."""
        host = f"[{self.web_host}]" if ":" in self.web_host else self.web_host
        return self.web_address or f"http://{host}:{self.web_port}/"

    @cached_property
    def users(self) -> Path:
        """Who may sign in to the web page (`ketluan.users`): password hashes, for its owner only."""
        return self.home / "users.json"

    @cached_property
    def access_log(self) -> Path:
        """Who asked what on the web page, and when: one file a month."""
        return self.home / "logs" / "web"

    @cached_property
    def label(self) -> str | None:
        """Text of `label.txt` in the home, shown on every page and print; None where there is none.

        The invented series carries one, so that it is never taken for real papers.
        """
        try:
            return (self.home / "label.txt").read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None
