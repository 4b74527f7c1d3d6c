"""What a recipient remembers between bundles: the last sequence it accepted from a sender."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from riskscore.errors import ExchangeError
from riskscore.exchange.durable import exclusive_lock, replace_file
from riskscore.exchange.keys import key_id
from riskscore.exchange.manifest import Manifest
from riskscore.exchange.verify import verify_bundle


class Received(BaseModel):
    """The state file: for which recipient and from which key, up to which sequence."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    state_format: Literal["riskscore-received/1"] = "riskscore-received/1"
    recipient: str
    key_id: str
    last_sequence: Annotated[int, Field(ge=0, lt=2**53)]


def accept_bundle(
    folder: Path, public_key: Ed25519PublicKey, *, recipient: str, state: Path | None, now: datetime
) -> Manifest:
    """Verify a bundle against the state file and, only if it is accepted, move the file's last sequence on.

    A state file that does not exist is created; without one (None), sequences are not compared.
    Raises BundleRejectedError like verify_bundle, ExchangeError if the state file is broken or another's.
    """
    if state is None:
        return verify_bundle(folder, public_key, recipient=recipient, last_sequence=0, now=now)
    state.parent.mkdir(parents=True, exist_ok=True)
    with exclusive_lock(state.with_name(f"{state.name}.lock")):
        known = _read_state(state, recipient=recipient, key=key_id(public_key))
        manifest = verify_bundle(folder, public_key, recipient=recipient, last_sequence=known.last_sequence, now=now)
        reached = known.model_copy(update={"last_sequence": manifest.sequence})
        replace_file(state, rfc8785.dumps(reached.model_dump()) + b"\n", mode=0o640)
    return manifest


def _read_state(state: Path, *, recipient: str, key: str) -> Received:
    if not state.exists():
        return Received(recipient=recipient, key_id=key, last_sequence=0)
    try:
        known = Received.model_validate_json(state.read_bytes())
    except (OSError, ValidationError):
        raise ExchangeError(
            f"State file {state}: it cannot be read. Restore it from its backup; starting without it would let "
            f"old bundles in again."
        ) from None
    if (known.recipient, known.key_id) != (recipient, key):
        raise ExchangeError(
            f"State file {state}: it belongs to recipient {known.recipient!r} and key {known.key_id[:16]!r}, not to "
            f"{recipient!r} and {key[:16]!r}. Keep one state file for each recipient and sender's key."
        )
    return known
