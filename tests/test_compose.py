"""docker-compose.yml says what the project means. It is read here, not run: the tests need no Docker."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from ketluan.cli import app
from ketluan.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
TEXT = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONE_SHOT = {"airflow-init", "elasticsearch-setup", "kibana-setup"}
EXPECTED = ONE_SHOT | {
    "postgres", "airflow-apiserver", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer",
    "elasticsearch", "kibana", "web",
}  # fmt: skip


def airflow_services() -> list[str]:
    return [name for name in SERVICES if name.startswith("airflow-")]


def ours() -> list[str]:
    return [name for name, service in SERVICES.items() if "build" in service]


def test_it_is_what_compose_takes() -> None:
    """The schema of the Compose specification, as check-jsonschema carries it."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, str(PROJECT / "docker-compose.yml")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    wrong = "services: {a: {imagge: x}}"
    assert subprocess.run([*command, "-"], input=wrong, capture_output=True, text=True, check=False).returncode == 1


def test_these_services() -> None:
    assert set(SERVICES) == EXPECTED


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_service_is_pinned_and_bounded(name: str) -> None:
    service = SERVICES[name]
    assert re.search(r":\d+\.\d+(\.\d+)?$", service["image"]), "a version, never `latest`"
    assert service["mem_limit"]
    assert service["cpus"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"]["max-size"]
    assert service["restart"] == ("no" if name in ONE_SHOT else "unless-stopped")


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_service_says_how_it_is(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check == {"disable": True} if name in ONE_SHOT else check["test"]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_ports_are_on_the_loopback_address(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


def test_folders_that_are_mounted_exist() -> None:
    made_by_the_program = {"./var"}
    folders = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if volume.startswith(".")
    }
    assert made_by_the_program < folders
    assert all((PROJECT / folder).exists() for folder in folders - made_by_the_program)
    named = {v.split(":")[0] for s in SERVICES.values() for v in s.get("volumes", []) if not v.startswith(".")}
    assert named == set(COMPOSE["volumes"])


def test_our_environment_names_are_settings() -> None:
    names = {key for service in SERVICES.values() for key in service["environment"] if key.startswith("KETLUAN_")}
    assert {"KETLUAN_HOME", "KETLUAN_ENGINE", "KETLUAN_ELASTICSEARCH_KEYS", "KETLUAN_WEB_HOST"} <= names
    assert names <= {f"KETLUAN_{field.upper()}" for field in Settings.model_fields}


def test_environment_names_of_airflow_are_options() -> None:
    from airflow.configuration import conf

    names = {key for service in SERVICES.values() for key in service["environment"] if key.startswith("AIRFLOW__")}
    assert len(names) > 10
    for name in names:
        _, section, option = name.lower().split("__")
        assert option in conf.configuration_description[section]["options"], name


@pytest.mark.parametrize("name", ours())
def test_each_of_ours_finds_its_data_and_its_keys_where_the_settings_say(name: str) -> None:
    service = SERVICES[name]
    mounted = {volume.split(":")[1] for volume in service.get("volumes", [])}
    if name != "kibana-setup":  # needs neither
        assert {service["environment"]["KETLUAN_HOME"], service["environment"]["KETLUAN_ELASTICSEARCH_KEYS"]} <= mounted
    writers = {"airflow-init", "elasticsearch-setup", "kibana-setup"}
    assert ("keys:/keys:ro" in service.get("volumes", [])) is (name not in writers)


def test_the_administrator_of_elasticsearch_signs_in_for_setting_up_only() -> None:
    holders = {name for name, service in SERVICES.items() if "ELASTIC_PASSWORD" in service["environment"]}
    assert holders == {"elasticsearch", "elasticsearch-setup", "kibana-setup"}


def test_archiving_does_not_wait_for_elasticsearch() -> None:
    """An Elasticsearch that does not come up must not keep the nightly run from starting."""
    for name in airflow_services():
        assert set(SERVICES[name].get("depends_on", {})) <= {"postgres", "airflow-init"}


@pytest.mark.parametrize("name", sorted(ONE_SHOT - {"airflow-init"}))
def test_commands_of_the_program_are_commands(name: str) -> None:
    command = SERVICES[name]["command"]
    lines = command[-1].splitlines() if isinstance(command, list) else [command]
    for line in filter(None, lines):
        program, *words = line.split()
        assert program == "ketluan"
        known = get_command(app)
        while words and hasattr(known, "commands"):
            known = known.commands[words.pop(0)]
        options = {option for parameter in known.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_what_kibana_is_told() -> None:
    told = yaml.safe_load((PROJECT / "deploy" / "kibana.yml").read_text(encoding="utf-8"))
    assert told["uiSettings.overrides"]["dateFormat:tz"] == "Asia/Ho_Chi_Minh"
    assert not re.search(r"password|encryptionKey|token", str(told), re.IGNORECASE)
    assert "./deploy/kibana.yml:/usr/share/kibana/config/kibana.yml:ro" in SERVICES["kibana"]["volumes"]


@pytest.mark.parametrize("name", airflow_services())
def test_all_of_airflow_shares_its_secrets_and_finds_the_api(name: str) -> None:
    """With secrets of their own every task fails, though each service is healthy."""
    environment = SERVICES[name]["environment"]
    first = SERVICES["airflow-apiserver"]["environment"]
    for key in ("AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__API__SECRET_KEY", "AIRFLOW__CORE__FERNET_KEY"):
        assert environment[key] == first[key]
    assert "//airflow-apiserver:8080/" in environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]


def test_tasks_see_the_inbox() -> None:
    """LocalExecutor runs the tasks in the scheduler."""
    scheduler = SERVICES["airflow-scheduler"]
    assert scheduler["environment"]["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert f"./var:{scheduler['environment']['KETLUAN_HOME']}" in scheduler["volumes"]


def test_elasticsearch_asks_who_you_are() -> None:
    assert SERVICES["elasticsearch"]["environment"]["xpack.security.enabled"] == "true"
    assert SERVICES["kibana"]["environment"]["ELASTICSEARCH_USERNAME"] == "kibana_system"


def test_no_secret_stands_in_the_file() -> None:
    named = re.compile(r"(PASSWORD|SECRET|_KEY|ENCRYPTIONKEY)$")
    for service in SERVICES.values():
        for key, value in service["environment"].items():
            if named.search(key):
                assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]+\}", value), f"{key} must come from .env or stop the start"


def test_every_variable_is_written_by_make_secrets(tmp_path: Path) -> None:
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", TEXT))
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import make_secrets, pathlib;"
        "make_secrets.PROJECT = pathlib.Path(sys.argv[2]); make_secrets.main(); make_secrets.main()"
    )
    subprocess.run([sys.executable, "-c", program, str(PROJECT / "scripts"), str(tmp_path)], check=True)
    path = tmp_path / ".env"
    written = dict(line.split("=", 1) for line in path.read_text().splitlines())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(written) == asked
    assert all(re.fullmatch(r"[A-Za-z0-9_=-]+", value) for value in written.values())
    assert len(written["KIBANA_ENCRYPTION_KEY"]) >= 32


def test_the_image_holds_what_the_layout_names() -> None:
    dockerfile = (PROJECT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^FROM \S+:\d+\.\d+\.\d+", dockerfile, re.MULTILINE), "a version, as everywhere"
    assert all(tool in dockerfile for tool in ("tesseract-ocr-vie", "libreoffice-writer-nogui"))
    for source in re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE):
        assert all((PROJECT / name).exists() for name in source.split())
    assert all(f"COPY {package} " in dockerfile for package in ("extractors", "ketluan", "dags", "index_mappings"))
