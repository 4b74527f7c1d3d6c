"""The peers that benchmarks race: locked like everything else, and asked of nobody who does not race them."""

import re
import tomllib

from tests.written import ROOT

GROUP = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["bench"]
LOCK, PEERS = ((ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-bench.lock"))


def locked(lines):
    return dict(re.findall(r"(?m)^([a-z0-9-]+)==([^\s;]+)", lines))


def test_every_peer_is_locked_with_hashes_and_no_address():
    assert {re.split("[<>=]", wanted)[0] for wanted in GROUP} <= locked(PEERS).keys()
    assert PEERS.count("--hash=sha256:") >= len(locked(PEERS))
    assert "://" not in PEERS


def test_both_lock_files_agree_and_only_one_has_the_peers():
    ours, theirs = locked(LOCK), locked(PEERS)
    assert {name: ours.get(name, version) for name, version in theirs.items()} == theirs
    assert not {"duckdb", "polars"} & ours.keys()


def test_ci_installs_the_peers_and_what_users_make_does_not():
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    ready = made.partition(".venv/.ready:")[2].partition("\n\n")[0]
    assert "requirements.lock" in ready
    assert "requirements-bench.lock" not in ready
    assert "make peers" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
