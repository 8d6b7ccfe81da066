"""The files of `deploy/` say the same things as the app and as each other. What needs Docker or a cluster is not tried here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.nginx import Nginx, needed

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"


@pytest.fixture(scope="module")
def documents() -> dict[str, list[dict[str, Any]]]:
    yaml = pytest.importorskip("yaml", reason="there is no PyYAML: install what requirements-dev.txt lists to run this test")
    return {path.name: list(yaml.safe_load_all(path.read_text("utf-8"))) for path in sorted(DEPLOY.glob("*.yaml"))}


@needed
@pytest.mark.parametrize("prefix", ["", "/lab"])
def test_nginx_finds_nothing_wrong(tmp_path: Path, prefix: str) -> None:
    assert Nginx(tmp_path, (8501, 8502), prefix).check() == ""


def test_nginx_leads_to_the_servers_of_the_compose_file(documents: dict[str, list[dict[str, Any]]]) -> None:
    services = documents["compose.yaml"][0]["services"]
    behind = re.findall(r"^\s+server (\S+):8501 ", (DEPLOY / "nginx.conf").read_text("utf-8"), re.M)
    assert behind == [name for name in services if name.startswith("app-")] and len(behind) == 2
    assert services["app-1"] == services["app-2"]
    volumes = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", ())}
    assert {volume for volume in volumes if not volume.startswith(".")} == set(documents["compose.yaml"][0]["volumes"])
    assert services["app-1"]["build"]["dockerfile"] == "deploy/Dockerfile"


def test_the_manifest_refers_to_what_it_holds_and_asks_the_routes_that_there_are(documents: dict[str, list[dict[str, Any]]]) -> None:
    from vae.web.health import Health, routes

    found = {(each["kind"], each["metadata"]["name"]): each for each in documents["kubernetes.yaml"]}
    pod = found["Deployment", "continuum"]["spec"]["template"]
    container = pod["spec"]["containers"][0]
    paths = {container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "readiness", "liveness")}
    assert paths == {route.path for route in routes(Health(lambda: True))}
    claims = {volume["persistentVolumeClaim"]["claimName"] for volume in pod["spec"]["volumes"]}
    assert claims == {name for kind, name in found if kind == "PersistentVolumeClaim"}
    for kind, name in (("Deployment", "continuum"), ("StatefulSet", "continuum-database")):
        labels = found[kind, name]["spec"]["template"]["metadata"]["labels"]
        assert found[kind, name]["spec"]["selector"]["matchLabels"] == found["Service", name]["spec"]["selector"] == labels
    environment = {entry["name"]: entry.get("value", "") for entry in container["env"]}
    assert "@continuum-database/" in environment["VAE_DATABASE"]
    host = found["Ingress", "continuum"]["spec"]["rules"][0]
    assert host["host"] == environment["STREAMLIT_BROWSER_SERVER_ADDRESS"]
    assert host["http"]["paths"][0]["backend"]["service"] == {"name": "continuum", "port": {"number": 80}}


def test_the_image_runs_as_the_manifest_says_and_has_what_it_copies() -> None:
    dockerfile, manifest = ((DEPLOY / name).read_text("utf-8") for name in ("Dockerfile", "kubernetes.yaml"))
    user = re.findall(r"useradd --uid (\d+)", dockerfile)
    assert user == re.findall(r"runAsUser: (\d+)", manifest) == re.findall(r"fsGroup: (\d+)", manifest)
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.M)
    assert copied and all((DEPLOY.parent / path).exists() for line in copied for path in line.split())
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").split()
    assert not {"vae", "checkpoints", "docs", "app.py", ".streamlit", "*"} & set(ignored)
