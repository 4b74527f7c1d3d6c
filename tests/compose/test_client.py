"""The compose client itself reads the file; it needs no engine to say what it makes of it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.fixture
def client() -> str:
    """The client of Debian's package docker-compose."""
    found = shutil.which("docker-compose", path="/usr/bin")
    if found is None and "CI" not in os.environ:
        pytest.skip("docker-compose is not installed; Debian's package of that name does it")
    assert found, "docker-compose is not installed; .ci/run does it"
    return found


def test_the_client_finds_every_service_and_no_fault(client: str, tmp_path: Path) -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    file = tmp_path / "docker-compose.yml"
    file.write_text(re.sub(r"(?m)^name: .*$", "", text), encoding="utf-8")  # Debian's client is older than that key
    asked = [client, "--file", str(file), "--project-directory", str(ROOT), "config"]
    checked = subprocess.run([*asked, "--quiet"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    found = subprocess.run([*asked, "--services"], capture_output=True, text=True, check=True).stdout.split()
    assert set(found) == set(yaml.safe_load(text)["services"])


def test_the_client_names_a_fault(client: str, tmp_path: Path) -> None:
    file = tmp_path / "docker-compose.yml"
    file.write_text("services: {web: {image: a, resource_limits: none}}\n", encoding="utf-8")
    asked = [client, "--file", str(file), "config", "--quiet"]
    checked = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert checked.returncode != 0
    assert "resource_limits" in checked.stderr
