"""How to reach a Dask cluster: one that runs already, or one made on this machine for as long as the process lives."""

import logging
import platform
from collections.abc import Mapping
from importlib.metadata import version

import dask
from distributed import Client, LocalCluster, Security

from riskscore.digests import digest_of_engine
from riskscore.errors import CrewError

ANSWER_S = 5
"""For how long somebody may take to answer at an address."""
WORKERS_S = 10
"""For how long a cluster may take to have its first worker."""
LIBRARIES = ("riskscore", "numpy", "pandas", "numba", "lightgbm")
"""What the bits of a result depend on, besides Python."""
CODE = "code of riskscore"
"""What one version of riskscore can have several of."""

AS_WE_USE_IT = {
    "distributed.admin.large-graph-warning-threshold": "1 TB",  # pieces travel in their tasks
}
ALONE_TOGETHER = {
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.target": False,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
"""A cluster made here writes nothing to disk and shows no pages."""


def connected(address: str, certificates: tuple[str, ...]) -> Client:
    """Return a connection to a cluster whose workers have what this process has; raise CrewError without one."""
    dask.config.set(AS_WE_USE_IT)
    for name in ("distributed.client", "distributed.core"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what they would say, our errors say in words
    client = _made_here(int(address.removeprefix("local:"))) if address.startswith("local:") else None
    client = client or _found(address, certificates)
    try:
        _require_workers(client, address)
    except CrewError:
        client.close()
        raise
    return client


def _found(address: str, certificates: tuple[str, ...]) -> Client:
    try:
        return Client(address, timeout=ANSWER_S, security=_security(certificates), set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise CrewError(
            address,
            f"nobody answers{' who accepts these certificates' if certificates else ''} ({type(error).__name__})",
            "Start a cluster with `dask scheduler` and `dask worker ADDRESS`, correct --dask or RISKSCORE_DASK, or "
            "leave it out to work on this machine.",
        ) from None


def _made_here(workers: int) -> Client:
    """Return a cluster of processes that only this process can talk to, and that end with it."""
    with dask.config.set(ALONE_TOGETHER):
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            protocol="tls://",
            security=Security.temporary(),
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address="127.0.0.1:0",
            silence_logs=logging.ERROR,
        )
    return Client(cluster, set_as_default=False)


def _security(certificates: tuple[str, ...]) -> Security | None:
    if not certificates:
        return None
    signed_by, certificate, key = certificates
    return Security(require_encryption=True, tls_ca_file=signed_by, tls_client_cert=certificate, tls_client_key=key)


def _require_workers(client: Client, address: str) -> None:
    """Raise CrewError unless there are workers, all with our versions and code: of others the bits might differ."""
    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
    except TimeoutError:
        raise CrewError(address, "has no worker", f"Start some with `dask worker {address}`.") from None
    try:
        theirs: Mapping[str, dict[str, str]] = client.run(versions)
    except Exception as error:  # noqa: BLE001 whatever keeps a worker from answering
        why = f"a worker cannot run riskscore ({type(error).__name__})"
        raise CrewError(address, why, "Install there what requirements.lock names, and riskscore.") from None
    ours = versions()
    for worker, found in theirs.items():
        if other := {name: found.get(name, "unknown") for name in ours if found.get(name) != ours[name]}:
            wrong = "; ".join(f"{name} {its}, here {ours[name]}" for name, its in other.items())
            raise CrewError(address, f"worker {worker} has {wrong}", _to_have_the_same(other))


def _to_have_the_same(other: Mapping[str, str]) -> str:
    """Return what to do about a worker that has something else than this process."""
    lock = "Install there what requirements.lock names."
    code = "The code differs, whatever its version says: install the same riskscore there and start the workers again."
    return " ".join([*([lock] if other.keys() - {CODE} else []), *([code] if CODE in other else [])])


def versions() -> dict[str, str]:
    """Return the versions of what results depend on, and which code it is."""
    libraries = {library: version(library) for library in LIBRARIES}
    return {"python": platform.python_version(), **libraries, CODE: digest_of_engine()}
