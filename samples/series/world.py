"""Where does the series play? An invented province: its places, people and agencies.

Places and people are put together from rare syllables and exist nowhere; agencies bear the generic names
that every province uses (Sở Y tế …). Everything follows from the random numbers handed in.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_PROVINCES = ("Yên Khuê", "Đăng Vỹ", "Trạch Lương", "Hạ Đoan", "Khánh Lũy", "Tây Ngạn", "Vân Trạch", "Thạch Duệ")
_FIRST = ("Phù", "Bạch", "Tà", "Đồng", "Nậm", "Lương", "Hữu", "Thượng", "Tân", "Vĩnh", "Trạch", "Khánh")
_SECOND = ("Sạ", "Khương", "Vẫn", "Vỹ", "Đoan", "Khuê", "Lũy", "Ngạn", "Duệ", "Thoan", "Lịnh", "Mịch")
_HAMLET = ("Bản", "Nà", "Khe", "Lũng", "Pù", "Cốc", "Thèn", "Mỏ", "Làng", "Tả", "Pác", "Sủ", "Vàng", "Nậm")
_SYLLABLE = (
    "Sểnh", "Rươi", "Thẩu", "Chạ", "Khoẳng", "Sáo", "Rẫm", "Quắm", "Lếch", "Chạng", "Vện", "Phìa", "Duôm", "Khuống",
    "Ngảo", "Tuổng", "Dẻn", "Loỏng", "Kẹm", "Xoan", "Thuồn", "Vạu", "Chuồi", "Mận", "Hẻo", "Lụng", "Nhót", "Sìu",
    "Phắng", "Cuổi", "Đuồm", "Khỉnh", "Lõa", "Mười", "Nghè", "Oong", "Pheo", "Rịa", "Sặt", "Thốc", "Trắc", "Ươm",
    "Vẹo", "Xẻn", "Chín", "Giát",
)  # fmt: skip
_SURNAMES = ("Lữ", "Mạc", "Khuất", "Thẩm", "Âu", "Nghiêm", "Tống", "Giáp", "Ninh", "Doãn")
_MIDDLE = ("Thiên", "Khuê", "Duy", "Bá", "Trọng", "Thụy", "Hoài", "Quang")
_GIVEN = ("Vạn", "Đoan", "Khải", "Lĩnh", "Thoan", "Duệ", "Mịch", "Trạch", "Lũy", "Ngạn")

#: key: the canonical name, then other ways in which notices print it.
AGENCIES: dict[str, tuple[str, ...]] = {
    "vp": ("Văn phòng UBND tỉnh",),
    "khdt": ("Sở Kế hoạch và Đầu tư", "Sở KH&ĐT"),
    "tc": ("Sở Tài chính",),
    "gtvt": ("Sở Giao thông vận tải", "Sở GTVT"),
    "xd": ("Sở Xây dựng",),
    "nn": ("Sở Nông nghiệp và Phát triển nông thôn", "Sở Nông nghiệp và PTNT", "Sở NN&PTNT"),
    "tnmt": ("Sở Tài nguyên và Môi trường", "Sở TN&MT"),
    "nnmt": ("Sở Nông nghiệp và Môi trường",),
    "ct": ("Sở Công Thương",),
    "gd": ("Sở Giáo dục và Đào tạo", "Sở GD&ĐT"),
    "yt": ("Sở Y tế",),
    "ld": ("Sở Lao động - Thương binh và Xã hội", "Sở LĐ-TB&XH", "Sở Lao động – Thương binh và Xã hội"),
    "vh": ("Sở Văn hóa, Thể thao và Du lịch", "Sở VHTT&DL"),
    "tt": ("Sở Thông tin và Truyền thông", "Sở TT&TT", "Sở Thông tin & Truyền thông"),
    "khcn": ("Sở Khoa học và Công nghệ", "Sở KH&CN"),
    "nv": ("Sở Nội vụ",),
    "tp": ("Sở Tư pháp",),
    "ca": ("Công an tỉnh",),
    "thue": ("Cục Thuế tỉnh",),
    "thanhtra": ("Thanh tra tỉnh",),
    "qs": ("Bộ Chỉ huy Quân sự tỉnh",),
}  # fmt: skip

#: From this day on the second agency has taken over the tasks of the first.
MERGED_ON = date(2024, 7, 1)
SUCCESSOR = {"nn": "nnmt", "tnmt": "nnmt", "khdt": "tc"}


@dataclass(frozen=True, slots=True)
class World:
    """One invented province."""

    province: str
    chair: str  # Chủ tịch UBND tỉnh
    signer: str  # Chánh Văn phòng
    districts: tuple[str, ...]  # "huyện …", "thị xã …", "thành phố …"
    communes: tuple[str, ...]  # names without "xã"

    def agency(self, key: str, form: int = 0) -> str:
        """The name of agency `key`; `form` picks another way of writing it. `district:N` is a district's UBND."""
        if key.startswith("district:"):
            return f"UBND {self.districts[int(key[9:]) % len(self.districts)]}"
        names = AGENCIES[key]
        return names[form % len(names)]


def make_world(rng: random.Random, copy: int) -> World:
    """The province of `copy` (0, 1, …): the first eight have names of their own, the rest are put together."""
    if copy < len(_PROVINCES):
        province = _PROVINCES[copy]
    else:
        province = f"{_FIRST[copy % len(_FIRST)]} {_SECOND[(copy // len(_FIRST) + copy) % len(_SECOND)]}"
    names = [f"{a} {b}" for a in _FIRST for b in _SECOND]
    rng.shuffle(names)
    names = [n for n in names if n != province]
    districts = (f"thành phố {province}", f"thị xã {names[0]}", *(f"huyện {n}" for n in names[1:8]))
    communes = [f"{a} {b}" for a in _HAMLET for b in _SYLLABLE if a != b]
    rng.shuffle(communes)
    chair, signer = _people(rng)
    return World(province, chair, signer, districts, tuple(communes[:64]))


def current(key: str, day: date) -> str:
    """The agency that answers for the tasks of `key` on `day`."""
    return SUCCESSOR.get(key, key) if day >= MERGED_ON else key


def _people(rng: random.Random) -> Iterator[str]:
    surnames, givens = rng.sample(_SURNAMES, 2), rng.sample(_GIVEN, 2)
    return iter([f"{s} {rng.choice(_MIDDLE)} {g}" for s, g in zip(surnames, givens, strict=True)])
