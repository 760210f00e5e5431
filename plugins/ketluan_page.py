"""The archive's web page in Airflow's own navigation. Where browsers find it: `KETLUAN_WEB_ADDRESS`.

Airflow shows it in a frame; the page allows that to the addresses of `KETLUAN_WEB_FRAME_ANCESTORS` alone.
"""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from ketluan.settings import Settings


class KetluanPage(AirflowPlugin):
    """One entry of the navigation, at `/plugin/ket-luan`."""

    name = "ketluan_page"
    external_views = [  # noqa: RUF012  the base class has it so
        {
            "name": "Kho kết luận",
            "href": Settings().page_address,
            "destination": "nav",
            "url_route": "ket-luan",
            "nav_top_level": True,
        }
    ]
