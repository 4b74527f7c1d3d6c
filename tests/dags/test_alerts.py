"""An alert says which run, what happened and what to do; never what the error said."""

import asyncio
import http.server
import json
import threading
from types import SimpleNamespace

import pytest

SECRET = "INVENTED Fruit Company"


@pytest.fixture
def alerts(module):
    return module("alerts")


@pytest.fixture
def run():
    return SimpleNamespace(partition_key="2026-05-01", conf={})


@pytest.fixture
def received(tmp_path, monkeypatch):
    """What a web address, named in a file, was sent."""
    found = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            found.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = tmp_path / "alerts"
    address.write_text(f"http://127.0.0.1:{server.server_port}/hook?token=hush\n")
    monkeypatch.setenv("RISKSCORE_ALERT_WEBHOOK_FILE", str(address))
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_failed_task_says_what_to_do_and_nothing_of_its_error(alerts, run, caplog):
    context = {
        "task_instance": SimpleNamespace(dag_id="export", task_id="bundle"),
        "dag_run": run,
        "exception": ValueError(SECRET),
    }
    alerts.failed(context)
    assert "ALERT export, day 2026-05-01: task bundle failed. What to do: Only the partner named" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("context", [None, {}, {"dag_run": {"partition_key": None, "conf": {"day": "2026-05-02"}}}])
def test_a_late_run_is_told_whatever_the_triggerer_knows_of_it(alerts, caplog, context):
    asyncio.run(alerts.overdue("score_daily", context))
    day = "2026-05-02" if context else "unknown"
    assert f"ALERT score_daily, day {day}: not done in time. What to do: The units have no list" in caplog.text


def test_it_is_sent_where_a_file_says(alerts, received):
    alerts.tell("monitor", "task look failed", day="2026-05-01")
    [alert] = received
    assert (alert["day"], alert["what"]) == ("2026-05-01", "monitor: task look failed.")
    assert alert["then"]


def test_every_dag_has_an_alert_to_give(alerts, parsed):
    assert set(alerts.entries()) == set(parsed["dags"])
