"""What docker-compose.yml says, told to this machine: every place is private, nothing else is changed."""

import re

import pytest

from tests.compose.reading import REPOSITORY, Mapped, document

PORTS = {5432: 40001, 6379: 40002, 8000: 40003, 8080: 40004, 8974: 40005, 9000: 40006}


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    return Mapped(tmp_path_factory.mktemp("compose"), PORTS, told={"RISKSCORE_TODAY": "2026-05-04"})


def texts(service):
    return [*service.command, *service.check, *service.environment.values()]


def test_every_service_that_is_started_is_there_after_those_it_waits_for(mapped):
    assert set(mapped.services) == {name for name, one in document()["services"].items() if "profiles" not in one}
    seen = set()
    for name, service in mapped.services.items():
        assert service.waits_for.keys() <= seen, name
        seen.add(name)


def test_no_place_of_a_container_is_left(mapped):
    hosts = "|".join(document()["services"])
    for name, service in mapped.services.items():
        for text in texts(service):
            assert "$$" not in text, name
            assert not re.search(rf"(//|@)({hosts}):\d|(?<![\w.-])/(run/secrets|opt/airflow|opt/riskscore)\b", text), (
                name
            )
            assert not any(re.search(rf":{port}\b", text) for port in PORTS), name


@pytest.mark.parametrize(
    ("text", "here"),
    [
        ("http://object-store:9000", "http://127.0.0.1:40006"),
        (
            "postgresql+psycopg://airflow:$$(cat x)@postgres:5432/airflow",
            "postgresql+psycopg://airflow:$(cat x)@127.0.0.1:40001/airflow",
        ),
        ("http://localhost:8080/api/v2", "http://localhost:40004/api/v2"),
        ("/opt/riskscore/dags", f"{REPOSITORY}/dags"),
        ("redis://:$$(cat x)@redis:6379/0", "redis://:$(cat x)@127.0.0.1:40002/0"),
        ("max_connections=200", "max_connections=200"),
        ("python -m riskscore", "python -m riskscore"),
    ],
)
def test_a_text_of_the_file_means_a_place_of_this_machine(mapped, text, here):
    assert mapped.here(text) == here


def test_words_are_those_of_the_file(mapped):
    assert mapped.services["worker"].command == ["airflow", "celery", "worker", "--concurrency", "4"]
    assert mapped.services["records"].command == ["riskscore", "database", "upgrade"]


def test_each_airflow_has_a_home_of_its_own(mapped):
    homes = [one.environment["AIRFLOW_HOME"] for one in mapped.services.values() if "AIRFLOW_HOME" in one.environment]
    assert len(set(homes)) == len(homes) > 5
