"""A cluster that runs elsewhere, started as the documentation says: encrypted, and gone in the middle of the work."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from riskscore.crew import cluster as joining
from riskscore.crew.on_dask import OnDask
from riskscore.errors import CrewError

pytestmark = pytest.mark.slow

Files = tuple[str, str, str]


def certificates(folder: Path) -> Files:
    """Make a certificate that signs itself; return the files of signer, certificate and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "riskscore")]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    folder.mkdir()
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(*form))
    return str(certificate), str(certificate), str(secret)


@contextmanager
def running(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process; end it, and nothing else, at the end."""
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def cluster(folder: Path, files: Files) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a scheduler and a worker; yield the scheduler's address and process."""
    place = folder / "scheduler.json"
    signer, certificate, key = files
    tls = ["--tls-ca-file", signer, "--tls-cert", certificate, "--tls-key", key, "--scheduler-file", str(place)]
    dask = [sys.executable, "-m", "dask"]
    served = ["--protocol", "tls", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--dashboard-address", ":0"]
    worked = ["--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
    with running(*dask, "scheduler", *tls, *served) as scheduler:
        until(lambda: place.exists() and place.stat().st_size > 0)
        address = json.loads(place.read_text(encoding="utf-8"))["address"]
        with running(*dask, "worker", *tls, *worked):
            yield address, scheduler


def until(is_so: Callable[[], bool]) -> None:
    patience = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < patience
        time.sleep(0.1)


def ending(process: int) -> None:
    """Take the scheduler away while this piece is under way."""
    os.kill(process, signal.SIGKILL)
    time.sleep(5)


def test_an_encrypted_cluster_works_for_who_has_the_certificate_until_it_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "WORKERS_S", 120)
    files = certificates(tmp_path / "ours")
    with cluster(tmp_path, files) as (address, scheduler):
        assert address.startswith("tls://")
        crew = OnDask.at(address, files)
        assert list(crew.map(abs, [-1, -2])) == [1, 2]
        with pytest.raises(CrewError, match="nobody answers who accepts these certificates"):
            OnDask.at(address, certificates(tmp_path / "strangers"))
        with pytest.raises(CrewError, match=r"the scheduler went away\. Start the cluster again"):
            list(crew.map(ending, [scheduler.pid]))
