"""What docker-compose.yml runs exists in what is installed; who runs it, with which secrets and limits."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from riskscore.cli.app import app
from riskscore.settings import PREFIX, Settings

REPOSITORY = Path(__file__).resolve().parents[1]
FILE = REPOSITORY / "docker-compose.yml"
AIRFLOW_SERVICES = {"api-server", "scheduler", "dag-processor", "triggerer", "worker"}
OWN_ROLES = {"riskscore_owner", "riskscore_pipeline", "riskscore_desk"}
"""Secrets called like the roles whose passwords they are; one command takes their folder."""
LASTING = AIRFLOW_SERVICES | {"postgres", "redis", "object-store", "web"}
PIECES = re.compile(r"airflow (?:db|users) [^|;}]*")
"""An airflow command among the words of a shell."""

ASK_AIRFLOW = """
import json, sys
from airflow.cli.cli_parser import get_parser
from airflow.configuration import conf
for command in json.loads(sys.argv[1]):
    get_parser().parse_args(command[1:])
options = {section: list(found["options"]) for section, found in conf.configuration_description.items()}
print(json.dumps({"options": options, "secret": [list(key) for key in conf.sensitive_config_values]}))
"""


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(FILE.read_text())["services"]


@pytest.fixture(scope="module")
def ours(services):
    """The services that run our own image."""
    return {name: service for name, service in services.items() if "build" in service}


@pytest.fixture(scope="module")
def commands(services):
    """Every command of the file as words, health checks among them."""
    words = [[*service.get("entrypoint", []), *service.get("command", [])] for service in services.values()]
    checks = [service["healthcheck"]["test"][1:] for service in services.values() if "healthcheck" in service]
    in_shells = [
        shlex.split(found) for words_of in words if words_of[:1] == ["sh"] for found in PIECES.findall(words_of[2])
    ]
    return [command for command in [*words, *in_shells, *checks] if command]


@pytest.fixture(scope="module")
def airflow(commands, tmp_path_factory):
    """What the installed Airflow says of the file's commands and of its own options."""
    asked = json.dumps([command for command in commands if command[0] == "airflow"])
    home = {**os.environ, "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow"))}
    done = subprocess.run(
        [sys.executable, "-c", ASK_AIRFLOW, asked], env=home, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def airflow_variables(service):
    """Return the service's AIRFLOW__SECTION__OPTION variables as (section, option, whether a command gives it)."""
    names = [name for name in service["environment"] if name.startswith("AIRFLOW__")]
    parts = [name.removeprefix("AIRFLOW__").lower().split("__") for name in names]
    return [(section, option.removesuffix("_cmd"), option.endswith("_cmd")) for section, option in parts]


def test_every_airflow_command_is_one_the_installed_airflow_takes(commands, airflow):
    found = {command[1] for command in commands if command[0] == "airflow"}
    assert found == {"db", "jobs", "pools", "users", "celery", *AIRFLOW_SERVICES - {"worker"}}
    assert airflow["options"]


def test_every_riskscore_command_is_one_of_ours(commands):
    """The ones that the file's head tells operators to run are among them."""
    told = re.findall(r"run --rm riskscore (\S+)", FILE.read_text())
    given = [command[1:] for command in commands if command[0] == "riskscore"]
    assert told
    assert given
    for words in [*given, *([word] for word in told)]:
        shown = CliRunner().invoke(app, [*words, "--help"])
        assert shown.exit_code == 0, words


def test_whatever_else_is_run_is_python_or_comes_with_the_services(services, commands):
    known = {"airflow", "riskscore", "python", "sh", "test", "postgres", "pg_isready", "server", "mc"}
    shells = {
        name for name, service in services.items() if "CMD-SHELL" in service.get("healthcheck", {}).get("test", [])
    }
    assert shells == {"redis", "worker"}
    assert {command[0] for command in commands if len(command) > 1 or command[0] in known} <= known
    for code in (command[2] for command in commands if command[0] == "python"):
        compile(code.replace("$$", "$"), "a command", "exec")


def test_every_variable_is_an_option_of_what_is_installed(ours, airflow):
    for name, service in ours.items():
        for section, option, is_secret in airflow_variables(service):
            assert option in airflow["options"][section], name
            assert is_secret == ([section, option] in airflow["secret"]), name
        settings = {name.removeprefix(PREFIX).lower() for name in service["environment"] if name.startswith(PREFIX)}
        assert settings <= set(Settings.model_fields)


def test_secrets_come_from_files_outside_the_repository(services):
    declared = yaml.safe_load(FILE.read_text())["secrets"]
    for name, service in services.items():
        told = [*service["environment"].values(), *service.get("command", []), *service.get("entrypoint", [])]
        told += service.get("healthcheck", {}).get("test", [])
        used = {found for value in told for found in re.findall(r"/run/secrets/(\w+)", str(value))}
        given = set(service.get("secrets", []))
        assert used == given - OWN_ROLES if name == "roles" else used == given, name
        assert used <= set(declared)
    assert {Path(secret["file"]).parent.name for secret in declared.values()} == {"secrets"}
    assert "/secrets/" in (REPOSITORY / ".gitignore").read_text().splitlines()


def test_nobody_is_root_and_nobody_gains_rights(services):
    for name, service in services.items():
        assert service["user"] in ("10001:10001", "999:999", "postgres"), name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_every_service_has_limits_and_every_lasting_one_a_health_check(services):
    for name, service in services.items():
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}, name
    lasting = {name for name, service in services.items() if service.get("restart") == "unless-stopped"}
    assert lasting == LASTING
    assert all("healthcheck" in services[name] for name in lasting)


def test_nothing_is_written_but_volumes_and_memory(services):
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert any(place.startswith("/tmp") for place in service.get("tmpfs", [])) or name == "redis", name


def test_only_those_who_land_may_write_where_senders_do(ours):
    """`land` puts there what officers recorded: with a place that is read only, the day after would stop."""
    given = {name: [one for one in service["volumes"] if one.startswith("drop:")] for name, service in ours.items()}
    writers = {name for name, places in given.items() if places == ["drop:/var/lib/riskscore/drop"]}
    assert writers == {"worker", "riskscore"}
    others = {place for name, places in given.items() if name not in writers for place in places}
    assert others == {"drop:/var/lib/riskscore/drop:ro"}


def waits_for(services, name):
    """Return everything that has to be there before a service begins, whatever waits for what in between."""
    direct = set(services[name].get("depends_on", {}))
    return direct.union(*(waits_for(services, other) for other in direct))


def test_both_databases_the_bucket_and_the_broker_are_ready_before_airflow_starts(services):
    for name in AIRFLOW_SERVICES:
        assert waits_for(services, name) >= {"metadata", "records", "roles", "databases", "bucket", "redis"}, name
        assert services[name]["depends_on"]["records"] == {"condition": "service_completed_successfully"}
    assert waits_for(services, "scheduler") >= {"pools", "first-admin"}
    assert waits_for(services, "web") >= {"records", "bucket"}


def test_each_role_of_the_database_is_used_by_those_it_is_for_alone(services):
    users = {}
    for name, service in services.items():
        if found := re.search(r"//(\w+)@", service["environment"].get("RISKSCORE_DATABASE_URL", "")):
            users.setdefault(found[1], set()).add(name)
            assert service["environment"]["RISKSCORE_DATABASE_PASSWORD_FILE"].endswith(
                {"postgres": "postgres_password"}.get(found[1], found[1])
            )
    assert (users["postgres"], users["riskscore_owner"], users["riskscore_desk"]) == ({"roles"}, {"records"}, {"web"})


def test_only_the_two_pages_are_reachable_and_only_from_this_host(services):
    assert {name: service["ports"] for name, service in services.items() if "ports" in service} == {
        "api-server": ["127.0.0.1:8080:8080"],
        "web": ["127.0.0.1:8000:8000"],
    }
    document = yaml.safe_load(FILE.read_text())
    assert document["networks"]["inside"] == {"internal": True}


def test_airflow_asks_for_a_password(ours):
    for name in AIRFLOW_SERVICES:
        assert ours[name]["environment"]["AIRFLOW__CORE__AUTH_MANAGER"].endswith("FabAuthManager"), name


def test_the_executor_is_one_that_the_installed_celery_carries(ours, tmp_path):
    """Airflow's provider imports parts of Celery that its later releases no longer have."""
    assert {ours[name]["environment"]["AIRFLOW__CORE__EXECUTOR"] for name in AIRFLOW_SERVICES} == {"CeleryExecutor"}
    load = "import airflow.providers.celery.executors.celery_executor_utils"
    home = {**os.environ, "AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CELERY__RESULT_BACKEND": "db+sqlite://"}
    done = subprocess.run(
        [sys.executable, "-c", load], env=home, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-500:]


def test_make_secrets_makes_every_secret_and_keeps_what_is_there(tmp_path):
    command = ["make", "--silent", "--file", str(REPOSITORY / "Makefile"), "secrets"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    made = {path.name: path.read_bytes() for path in (tmp_path / "secrets").iterdir()}
    assert set(made) == set(yaml.safe_load(FILE.read_text())["secrets"])
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert len(made["jwt_secret"]) >= 64
    assert len({content for name, content in made.items() if name != "object_store_user"}) == len(made) - 1
    assert all(len(content) > 40 for name, content in made.items() if name != "object_store_user")
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "secrets").iterdir()} == made


def test_images_are_pinned(services):
    built = re.findall(r"^FROM (\S+)", (REPOSITORY / "Dockerfile").read_text(), flags=re.MULTILINE)
    for image in [*built, *(service["image"] for service in services.values())]:
        assert re.search(r":(\d+\.\d+(\.\d+)?(-[a-z-]+)?|RELEASE\.\d{4}-\d\d-\d\dT[\d-]+Z)$", image), image


def test_the_image_holds_what_the_lock_file_says_and_runs_without_root():
    lines = (REPOSITORY / "Dockerfile").read_text().splitlines()
    assert "RUN uv pip install --require-hashes -r requirements.lock" in lines
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
