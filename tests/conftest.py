"""Fixtures for all tests: the real Elasticsearch and Chromium, started once in a run, where a test asks for them."""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def elasticsearch_server() -> ModuleType:
    """The module that starts servers (`tests/elasticsearch/server.py`)."""
    name = "elasticsearch_test_server"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / "elasticsearch" / "server.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def elasticsearch_url(elasticsearch_server: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running Elasticsearch: `KETLUAN_TEST_ES_URL`, or one of our own for this run of the tests."""
    if given := os.environ.get("KETLUAN_TEST_ES_URL"):
        yield given.rstrip("/")
    elif "PYTEST_XDIST_WORKER" in os.environ:  # the processes of one run share a server; it ends with the run
        yield elasticsearch_server.shared(tmp_path_factory.getbasetemp().parent, os.getppid())
    else:
        with elasticsearch_server.running() as server:
            yield server.url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; one for all, since a second Playwright cannot run beside it in one process."""
    found = shutil.which("chromium")
    assert found, "chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        yield running
        running.close()


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """Address of an empty bucket of an S3 server on loopback (moto), which the environment leads to."""
    import s3fs  # here: only tests of object storage need it
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "on loopback")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        s3fs.S3FileSystem().mkdir("office")
        yield "s3://office"
    server.stop()
