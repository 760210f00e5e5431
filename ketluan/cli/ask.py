"""Questions: search, trace, show."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

import typer

from extractors.codec import encode, encode_notice
from extractors.topics import topic_names
from ketluan import links as linking
from ketluan import search as searching
from ketluan import trace as tracing
from ketluan.archive import Archive
from ketluan.cli import asking, options, plain, screen
from ketluan.cli.app import app, settings
from ketluan.cli.views import found, record, timeline
from ketluan.coverage import quarantined
from ketluan.errors import NoticeNotFound
from ketluan.index import open_index
from ketluan.index.base import Query, Role, Sort

_CONCLUSION_ID = re.compile(r"\S+-[0-9a-f]{8}:\S+")


class Kind(StrEnum):
    """Kinds of conclusions, as options."""

    ASSESSMENT = "assessment"
    DIRECTIVE = "directive"
    DECISION = "decision"


class Facet(StrEnum):
    """What hits can be counted by."""

    TOPICS = "topics"
    LEAD = "lead"
    COORDINATING = "coordinating"
    REPORT_TO = "report_to"
    AGENCIES = "agencies"
    KIND = "kind"
    CITATIONS = "citations"
    MONTH = "month"


Words = Annotated[list[str] | None, typer.Argument(metavar="[TỪ]...", help="Từ cần tìm, có dấu hay không dấu.")]


@app.command()
def search(
    ctx: typer.Context,
    text: Words = None,
    topic: options.Topics = None,
    agency: options.Agencies = None,
    role: Annotated[Role, typer.Option("--role", help="Vai trò của cơ quan trong --agency.")] = Role.ANY,
    kind: Annotated[list[Kind] | None, typer.Option("--kind", help="Loại kết luận. Lặp lại được.")] = None,
    cites: options.Cites = None,
    month_from: options.From = None,
    month_to: options.To = None,
    due_from: options.DueFrom = None,
    due_to: options.DueTo = None,
    sort: Annotated[Sort, typer.Option("--sort", help="Thứ tự kết quả.")] = Sort.RELEVANCE,
    limit: options.Limit = 20,
    offset: Annotated[int, typer.Option("--offset", min=0, metavar="SỐ", help="Bỏ qua số kết quả đầu.")] = 0,
    facets: Annotated[
        list[Facet] | None, typer.Option("--facets", help="Đếm kết quả theo mục này. Lặp lại được.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="In toàn văn từng kết luận.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Chỉ lấy kết luận có đủ mọi từ.")] = False,
    as_json: options.Json = False,
) -> None:
    """Tìm kết luận theo nội dung: đoạn văn, ai làm, hạn nào, ở thông báo nào.

    Gõ có dấu hay không dấu đều được. Trong ngoặc kép là nguyên cụm; dấu trừ đứng trước là bỏ đi.
    Kết luận có đủ mọi từ đứng trước, sau đó là kết luận có quá nửa số từ, ghi rõ thiếu từ nào.

    \b
    Ví dụ:
      ketluan search "quy hoạch sử dụng đất"
      ketluan search quy hoach su dung dat
      ketluan search '"sử dụng đất" -covid' --from 2021-01 --to 2021-12
      ketluan search --agency "Sở KH&ĐT" --role lead --sort due
      ketluan search --cites 68/NQ-CP --facets lead --facets month
    """
    asked = " ".join(text or ())
    query = searching.parse_query(
        asked,
        **asking.chosen(topic, agency, cites, month_from, month_to),
        role=role,
        kinds=[k.value for k in kind or ()],
        due_from=due_from,
        due_to=due_to,
        sort=sort,
        offset=offset,
        limit=limit,
        facets=[f.value for f in facets or ()],
        nearly=not strict,
    )
    results = open_index(settings(ctx)).search(query)
    originals = asking.originals(settings(ctx), results.hits)
    if as_json:
        hits = [{**plain.hit(h), "original": originals.get(h.document["notice"])} for h in results.hits]
        counted = {name: [{"value": v, "count": n} for v, n in counts] for name, counts in results.facets.items()}
        data = {"query": asked, "filters": encode(query.filters), "total": results.total, "partial": results.partial}
        screen.show_json(settings(ctx), {**data, "offset": offset, "hits": hits, "facets": counted})
    elif results.total or results.partial:
        screen.show(
            settings(ctx),
            *found.results(asking.in_words("Tìm", asked, query), results, originals, topic_names(), full=full),
        )
    else:
        screen.show(settings(ctx), *found.nothing(asking.in_words("Tìm", asked, query)))


@app.command()
def trace(
    ctx: typer.Context,
    text: Annotated[
        list[str] | None, typer.Argument(metavar="[TỪ | CHỦ_ĐỀ | MÃ]...", help="Từ, chủ đề, hoặc mã một kết luận.")
    ] = None,
    topic: options.Topics = None,
    agency: options.Agencies = None,
    cites: options.Cites = None,
    month_from: options.From = None,
    month_to: options.To = None,
    full: Annotated[bool, typer.Option("--full", help="In toàn văn từng kết luận.")] = False,
    as_json: options.Json = False,
) -> None:
    """Theo dõi một việc qua các tháng: mới nhất trước, khác gì lần trước, tháng nào kho chưa có.

    Từ trùng với mã hoặc tên một chủ đề được hiểu là chủ đề đó; đặt trong ngoặc kép để tìm đúng chữ.

    \b
    Ví dụ:
      ketluan trace covid
      ketluan trace "quy hoạch sử dụng đất" --from 2021-01 --to 2021-12
      ketluan trace --cites 68/NQ-CP
      ketluan trace --agency "Sở Y tế" --topic covid
      ketluan trace 2021-09-lao-cai-3f9a1c2e:II.5
    """
    asked = " ".join(text or ())
    index, aside = open_index(settings(ctx)), quarantined(settings(ctx).inbox)
    resolved = None if '"' in asked else tracing.topic_of(asked, topic_names().items())
    chosen = asking.chosen([*(topic or ()), *([resolved] if resolved else ())], agency, cites, month_from, month_to)
    known = linking.links(settings(ctx))
    if _CONCLUSION_ID.fullmatch(asked):
        query = Query(filters=asking.filters(chosen))
        answer = tracing.trace_conclusion(index, asked, filters=query.filters, quarantined=aside, links=known)
    else:
        query = searching.parse_query("" if resolved else asked, **chosen)
        answer = tracing.trace(index, query, quarantined=aside, links=known)
    if as_json:
        steps = [
            {
                "month": s.month,
                **plain.hit(s.hit),
                "change": s.change and _change(s.change),
                "also": [_change(change) for change in s.also],
                "threads": list(s.threads),
            }
            for s in answer.steps
        ]
        data = {"question": asked, "filters": encode(query.filters), "total": answer.total, "steps": steps}
        screen.show_json(settings(ctx), {**data, "coverage": encode(answer.coverage)})
    else:
        title = asking.in_words("Theo dõi", "" if resolved else asked, query)
        screen.show(settings(ctx), *timeline.timeline(title, answer, full=full))


def _change(change: tracing.Change) -> dict[str, object]:
    passages = ("earlier", "later")  # `edits` holds them both
    return {**{k: v for k, v in encode(change).items() if k not in passages}, "edits": encode(change.edits)}


@app.command()
def show(
    ctx: typer.Context,
    id: Annotated[str, typer.Argument(metavar="MÃ", help="Mã thông báo hoặc mã kết luận, như search in ra.")],
    as_json: options.Json = False,
) -> None:
    """Xem trọn một thông báo hoặc một kết luận: ngữ cảnh, trang, tệp gốc, điều cần lưu ý.

    \b
    Ví dụ:
      ketluan show 2021-09-lao-cai-3f9a1c2e
      ketluan show 2021-09-lao-cai-3f9a1c2e:II.5
      ketluan show 2021-09-lao-cai-3f9a1c2e --json
    """
    notice_id, _, rest = id.strip().partition(":")
    path = rest.partition(":")[0]  # the id of an assignment ends in its number
    stored = Archive(settings(ctx).archive).get(notice_id)
    conclusion = next((c for c in stored.notice.conclusions if c.path == path), None)
    if path and conclusion is None:
        raise NoticeNotFound(f"Thông báo {notice_id} không có kết luận “{path}”. Xem các mã: ketluan show {notice_id}")
    root = settings(ctx).archive
    if as_json:
        data = {"id": stored.id, "version": stored.version, "renditions": encode(stored.renditions)}
        data["corrected"] = encode(stored.corrected)
        whole = {"notice": encode_notice(stored.notice), "text": stored.text}
        screen.show_json(settings(ctx), {**data, **({"conclusion": encode(conclusion)} if conclusion else whole)})
    elif conclusion:
        screen.show(settings(ctx), *record.conclusion(stored, path, root, topic_names()))
    else:
        screen.show(
            settings(ctx), *record.notice(stored.notice, topic_names(), stored.corrected), *record.files(stored, root)
        )
