"""Keeping safe: verify, backup, restore."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from extractors.codec import encode
from ketluan import backup as backups
from ketluan import upkeep, verifying
from ketluan.archive import Archive
from ketluan.cli import options, screen
from ketluan.cli.app import app, settings
from ketluan.cli.screen import styled
from ketluan.errors import KetluanError
from ketluan.index import open_index, rebuild
from ketluan.settings import Settings


@app.command()
def verify(
    ctx: typer.Context,
    backup: Annotated[
        Path | None, typer.Option("--backup", metavar="THƯ_MỤC", help="Kiểm tra một bản sao lưu thay vì kho.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Kiểm tra kho (hoặc một bản sao lưu): từng tệp còn nguyên từng byte, không thiếu. Có sai lệch thì mã thoát là 1.

    \b
    Ví dụ:
      ketluan verify
      ketluan verify --json
      ketluan verify --backup /media/saoluu-1
    """
    found: list[Any]
    with screen.progress("Kiểm tra bản sao lưu" if backup else "Kiểm tra kho", quiet=as_json) as report:
        found = list(backups.check(backup, report)) if backup else _verified(settings(ctx), report)
    if as_json:
        screen.show_json(settings(ctx), {"sound": not found, "findings": encode(found)})
    elif found:
        told = (f"- {one if isinstance(one, str) else json.dumps(encode(one), ensure_ascii=False)}" for one in found)
        name = "Bản sao lưu" if backup else "Kho"
        screen.show(settings(ctx), styled(f"{name} có {len(found)} sai lệch:", "bold red"), *map(styled, told))
    else:
        screen.show(settings(ctx), styled("Bản sao lưu nguyên vẹn." if backup else "Kho nguyên vẹn.", "green"))
    if found:
        raise typer.Exit(1)


def _verified(office: Settings, report: screen.Report) -> list[Any]:
    return list(verifying.verify(office, options.now, progress=report))


@dataclass(frozen=True, slots=True)
class _Told:
    """What came of the backup to one destination."""

    destination: str
    made: backups.Made | None = None
    error: str | None = None

    @property
    def good(self) -> bool:
        return self.made is not None and not self.made.damaged


@app.command()
def backup(
    ctx: typer.Context,
    to: Annotated[list[Path], typer.Option("--to", metavar="THƯ_MỤC", help="Sao lưu vào đây. Lặp lại được.")],
    full: Annotated[
        bool, typer.Option("--full", help="Đọc lại cả những gì đã sao lưu, thay nội dung bị hỏng.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Sao lưu kho và các tệp còn chờ sang ổ khác, đọc lại từng tệp để chắc chắn. Chạy lại chỉ chép những gì mới.

    Nên có ít nhất hai ổ, để ở hai nơi. Ổ nào lỗi thì báo riêng, ổ kia vẫn được sao lưu; khi đó mã thoát là 1.

    \b
    Ví dụ:
      ketluan backup --to /media/saoluu-1 --to /media/saoluu-2
      ketluan backup --to /media/saoluu-1 --full
    """
    told = [_backed_up(ctx, destination, full, as_json) for destination in dict.fromkeys(to)]
    if as_json:
        screen.show_json(settings(ctx), {"backups": [_plain(one) for one in told]})
    else:
        for one in told:
            screen.show(settings(ctx), *(styled(line, style) for line, style in _lines(one)))
    if not all(one.good for one in told):
        raise typer.Exit(1)


def _backed_up(ctx: typer.Context, destination: Path, full: bool, quiet: bool) -> _Told:
    office, now, shown = settings(ctx), options.now(), str(destination)
    try:
        with screen.progress(f"Sao lưu vào {shown}", quiet=quiet) as report:
            made = backups.back_up(office, destination, now, full=full, progress=report)
        upkeep.note_backup(
            office.state, upkeep.BackedUp(str(destination.absolute()), made.set.time, made.set.name, not made.damaged)
        )
    except KetluanError as exc:
        return _Told(shown, error=str(exc))
    except OSError as exc:
        why = f"{exc.strerror or exc}"
        return _Told(shown, error=f"Không ghi được vào {shown} ({why}). Hãy kiểm tra ổ và chỗ trống rồi chạy lại.")
    return _Told(shown, made)


def _lines(told: _Told) -> list[tuple[str, str]]:
    if told.made is None:
        return [(f"{told.destination}: CHƯA SAO LƯU. {told.error}", "bold red")]
    made = told.made
    size = f"{made.set.size / 1_000_000:.1f} MB"
    lines = [
        (f"{told.destination}: đã sao lưu bộ {made.set.name}, {len(made.set.items)} tệp, {size}", "green"),
        (f"  chép mới {made.copied} nội dung, {made.copied_bytes / 1_000_000:.1f} MB", "dim"),
    ]
    if made.same_disk:
        lines.append(("  Cùng ổ đĩa với kho: hỏng ổ là mất cả hai. Hãy dùng thêm ổ khác.", "yellow"))
    if made.passed_over:
        lines.append((f"  {len(made.passed_over)} tệp đang được ghi, lần sau sẽ sao lưu", "yellow"))
    if made.damaged:
        lines.append((f"  KHO CÓ {len(made.damaged)} TỆP KHÔNG NGUYÊN VẸN; hãy chạy `ketluan verify`:", "bold red"))
        lines += [(f"  - {path}", "red") for path in made.damaged]
    return lines


def _plain(told: _Told) -> dict[str, Any]:
    if told.made is None:
        return {"destination": told.destination, "error": told.error}
    made = told.made
    return {
        "destination": told.destination,
        "set": made.set.name,
        "time": made.set.time,
        "files": len(made.set.items),
        "bytes": made.set.size,
        "copied": made.copied,
        "copied_bytes": made.copied_bytes,
        "damaged": list(made.damaged),
        "same_disk": made.same_disk,
        "passed_over": list(made.passed_over),
    }


@app.command()
def restore(
    ctx: typer.Context,
    source: Annotated[
        list[Path],
        typer.Argument(metavar="BẢN_SAO_LƯU...", help="Thư mục sao lưu; thêm bản thứ hai để bù tệp hỏng."),
    ],
    home: Annotated[Path, typer.Option("--home", metavar="THƯ_MỤC", help="Thư mục mới hoặc trống để lấy lại vào.")],
    name: Annotated[
        str | None, typer.Option("--set", metavar="TÊN", help="Bộ sao lưu cần lấy; mặc định là bộ mới nhất.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Lấy lại kho từ bản sao lưu vào một thư mục mới, kiểm tra từng tệp, rồi tạo lại chỉ mục.

    \b
    Ví dụ:
      ketluan restore /media/saoluu-1 --home /srv/ketluan
      ketluan restore /media/saoluu-1 /media/saoluu-2 --home /srv/ketluan
      ketluan restore /media/saoluu-1 --home /srv/ketluan --set 2026-11-25T013000+0700
    """
    with screen.progress("Lấy lại", quiet=as_json) as report:
        restored = backups.restore(source, home, name=name, progress=report)
    office = settings(ctx).model_copy(update={"home": home})
    with screen.progress("Kiểm tra kho", quiet=as_json) as report:
        findings = _verified(office, report)
    indexed = _indexed(office) if office.engine == "embedded" else None
    if as_json:
        data = {"set": restored.set.name, "files": len(restored.set.items), "lost": list(restored.lost)}
        screen.show_json(office, {**data, "findings": encode(findings), "indexed": indexed})
    else:
        screen.show(office, *(styled(line, style) for line, style in _restored(restored, home, len(findings), indexed)))
    if restored.lost or findings:
        raise typer.Exit(1)


def _indexed(office: Settings) -> int:
    with closing(open_index(office)) as index:
        return rebuild(index, Archive(office.archive).notices())


def _restored(done: backups.Restored, home: Path, findings: int, indexed: int | None) -> list[tuple[str, str]]:
    files = len(done.set.items) - len(done.lost)
    lines = [(f"Đã lấy lại bộ {done.set.name} vào {home}: {files} tệp.", "green")]
    if done.lost:
        told = f"{len(done.lost)} tệp không bản sao lưu nào còn nguyên. Hãy thêm bản sao lưu thứ hai vào lệnh:"
        lines += [(told, "bold red"), *((f"  - {path}", "red") for path in done.lost)]
    lines.append(
        ("Kho nguyên vẹn.", "green") if not findings else (f"Kho có {findings} sai lệch: ketluan verify", "red")
    )
    after = f"Đã tạo lại chỉ mục từ {indexed} thông báo." if indexed is not None else "Tiếp theo: ketluan index rebuild"
    return [*lines, (after, "")]
