"""What the README tells partners to do works on a real bundle, and fails on a changed one."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from riskscore.exchange.bundles import Published, publish
from riskscore.exchange.content import FORMATS, compose
from riskscore.exchange.keys import key_id
from riskscore.exchange.manifest import FileEntry, Manifest
from riskscore.exchange.terms import AgreementTerms, Condition, Feed

PROJECT = Path(__file__).parents[3]
README = (PROJECT / "riskscore" / "exchange" / "README.md").read_text(encoding="utf-8")
AGREEMENTS_README = (PROJECT / "data_contracts" / "agreements" / "README.md").read_text(encoding="utf-8")
OPENSSL = shutil.which("openssl")


@pytest.fixture
def public_pem(tmp_path: Path, signing_key: Ed25519PrivateKey) -> Path:
    path = tmp_path / "PUB.pem"
    path.write_bytes(signing_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path


@pytest.fixture
def fresh(
    make_agreement: Callable[..., Any], make_table: Callable[..., Any], signing_key: Ed25519PrivateKey, tmp_path: Path
) -> Published:
    """A bundle of today: the README's script asks the clock."""
    today = datetime.now(UTC).date()
    agreement = make_agreement(valid={"from": "2026-01-01", "until": "2999-12-31"})
    content = compose(agreement, {"container_score": make_table(2, score_day=[today] * 2)}, day=today, today=today)
    return publish(content, previous=[], signing_key=signing_key, folder=tmp_path / "fresh")


def check(bundle: Path, key: Path, recipient: str = "ES", last: int = 0) -> subprocess.CompletedProcess[str]:
    (script,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    arguments = [str(bundle), str(key), recipient, str(last)]
    return subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)


def test_the_script_accepts_and_rejects(fresh: Published, public_pem: Path) -> None:
    accepted = check(fresh.folder, public_pem)
    assert (accepted.returncode, accepted.stdout) == (0, "accepted, sequence 1\n"), accepted.stderr
    assert "meant for somebody else" in check(fresh.folder, public_pem, recipient="BR").stderr
    assert "old sequence" in check(fresh.folder, public_pem, last=1).stderr
    (fresh.folder / "more").touch()
    assert "other files" in check(fresh.folder, public_pem).stderr
    (fresh.folder / "more").unlink()
    (fresh.folder / "container_score.csv").write_bytes(b"x")
    assert check(fresh.folder, public_pem).returncode != 0


@pytest.mark.skipif(OPENSSL is None, reason="the machine has no openssl to compare with")
def test_openssl_agrees(bundle: Published, public_pem: Path, signing_key: Ed25519PrivateKey) -> None:
    (command,) = re.findall(r"`openssl (pkeyutl [^`]+)`", README)
    arguments = [str(OPENSSL), *command.replace("PUB.pem", str(public_pem)).split()]
    assert subprocess.run(arguments, cwd=bundle.folder, capture_output=True, check=False).returncode == 0
    der = [str(OPENSSL), "pkey", "-pubin", "-in", str(public_pem), "-outform", "DER"]
    shown = subprocess.run(der, capture_output=True, check=True).stdout
    digest = subprocess.run([str(OPENSSL), "sha256", "-r"], input=shown, capture_output=True, check=True).stdout
    assert digest.decode().split()[0] == key_id(signing_key.public_key()) == bundle.manifest.signature.key_id
    (bundle.folder / "manifest.json").write_bytes(b"{}")
    assert subprocess.run(arguments, cwd=bundle.folder, capture_output=True, check=False).returncode != 0


def test_every_key_of_the_manifest_is_explained() -> None:
    for name in (*Manifest.model_fields, *FileEntry.model_fields):
        assert f"`{name}`" in README, name


def test_every_key_of_an_agreement_is_explained() -> None:
    named = {field.alias or name for name, field in AgreementTerms.model_fields.items()}
    named |= {f"feeds.{name}" for name in Feed.model_fields}
    for name in named:
        assert f"| `{name}` |" in AGREEMENTS_README, name
    for name, field in Condition.model_fields.items():
        assert f"{field.alias or name}: " in AGREEMENTS_README, name
    for name in FORMATS:
        assert f"`{name}`" in AGREEMENTS_README, name


def test_the_folder_in_the_picture_is_named_as_ours(bundle: Published) -> None:
    assert date.fromisoformat(bundle.folder.name[:10]) == bundle.manifest.created_for
    assert re.search(rf"{bundle.folder.name[:-1]}7/ ", README)
