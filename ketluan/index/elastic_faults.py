"""What does Elasticsearch's refusal or silence mean for us, and is trying again of use?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from elastic_transport import ConnectionError, ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError

from ketluan.errors import IndexOutdated, IndexUnavailable, QueryError

MISSING = "Chưa có chỉ mục tìm kiếm trên Elasticsearch. Hãy chạy `ketluan index rebuild` để tạo từ kho lưu trữ."
OTHER_VERSION = "Chỉ mục tìm kiếm thuộc phiên bản khác. Hãy chạy `ketluan index rebuild` để tạo lại từ kho lưu trữ."
REBUILDING = "Chỉ mục đang được tạo lại bởi một tiến trình khác. Hãy đợi tiến trình đó xong."
_DOWN = "Không kết nối được Elasticsearch ({}). Kho lưu trữ không bị ảnh hưởng; hãy thử lại sau ít phút."
_SLOW = "Elasticsearch không trả lời kịp. Hãy thử lại sau ít phút."
_CERTIFICATE = "Không tin được chứng thư của Elasticsearch. Hãy kiểm tra KETLUAN_ELASTICSEARCH_CA_CERTS."
_FORBIDDEN = "Elasticsearch không cho phép. Hãy kiểm tra KETLUAN_ELASTICSEARCH_KEYS hoặc …_API_KEY (hoặc mật khẩu)."
OVERLOADED = "Elasticsearch từ chối ghi vì đang quá tải hoặc đĩa gần đầy. Hãy thử lại sau ít phút."
BUSY = "Elasticsearch đang quá tải hoặc gặp sự cố (mã {}). Hãy thử lại sau ít phút."
NOT_ASKED = "Elasticsearch không hiểu câu hỏi này. Hãy viết ngắn hơn."
REFUSED = "Elasticsearch từ chối {} tài liệu, ví dụ {}: {}. Hãy chạy `ketluan index rebuild`."
NO_OLDER = "Không có chỉ mục cũ hơn để quay lại."


@contextmanager
def translated(misunderstood: str | None = None) -> Iterator[None]:
    """Turns what the client raises into our errors; a 400 means a bad question where one was asked."""
    try:
        yield
    except ConnectionTimeout as exc:
        raise IndexUnavailable(_SLOW) from exc
    except TlsError as exc:
        raise IndexUnavailable(_CERTIFICATE) from exc
    except ConnectionError as exc:
        raise IndexUnavailable(_DOWN.format(exc.message)) from exc
    except TransportError as exc:
        raise IndexUnavailable(_DOWN.format(exc.message)) from exc
    except ApiError as exc:
        raise _meant(exc, misunderstood) from exc


def _meant(exc: ApiError, misunderstood: str | None) -> Exception:
    status = exc.status_code
    if status in (401, 403):
        return IndexUnavailable(_FORBIDDEN)
    if status == 404:
        return IndexOutdated(MISSING)
    if status == 400 and misunderstood:
        return QueryError(misunderstood)
    return IndexUnavailable(BUSY.format(status))


def passing(status: int) -> bool:
    """Whether trying again later may help."""
    return status == 429 or status >= 500
