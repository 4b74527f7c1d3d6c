"""The state file moves on only when a bundle is accepted."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from riskscore.errors import BundleRejectedError, ExchangeError
from riskscore.exchange.bundles import Published
from riskscore.exchange.received import accept_bundle

NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.fixture
def sender(signing_key: Ed25519PrivateKey) -> Ed25519PublicKey:
    return signing_key.public_key()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "memory" / "received.json"


def accept(bundle: Published, sender: Ed25519PublicKey, state: Path | None, recipient: str = "ES") -> int:
    return accept_bundle(bundle.folder, sender, recipient=recipient, state=state, now=NOON).sequence


def test_a_bundle_is_accepted_once(bundle: Published, sender: Ed25519PublicKey, state: Path) -> None:
    assert accept(bundle, sender, state) == 1
    assert json.loads(state.read_bytes())["last_sequence"] == 1
    with pytest.raises(BundleRejectedError, match="its sequence 1 is old"):
        accept(bundle, sender, state)


def test_without_a_state_file_sequences_are_not_compared(bundle: Published, sender: Ed25519PublicKey) -> None:
    assert [accept(bundle, sender, None), accept(bundle, sender, None)] == [1, 1]


def test_a_rejected_bundle_leaves_the_state_alone(bundle: Published, sender: Ed25519PublicKey, state: Path) -> None:
    (bundle.folder / "container_score.csv").write_bytes(b"")
    with pytest.raises(BundleRejectedError):
        accept(bundle, sender, state)
    assert not state.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[1]",
        b'{"state_format":"riskscore-received/1","recipient":"ES","key_id":"a","last_sequence":-1}',
        b'{"state_format":"riskscore-received/1","recipient":"ES","key_id":"a","last_sequence":"0"}',
    ],
)
def test_a_broken_state_file_lets_nothing_in(
    bundle: Published, sender: Ed25519PublicKey, state: Path, content: bytes
) -> None:
    state.parent.mkdir()
    state.write_bytes(content)
    with pytest.raises(ExchangeError, match="Restore it from its backup"):
        accept(bundle, sender, state)
    assert state.read_bytes() == content


def test_a_state_file_of_another_recipient_or_key(bundle: Published, sender: Ed25519PublicKey, state: Path) -> None:
    accept(bundle, sender, state)
    before = state.read_bytes()
    with pytest.raises(ExchangeError, match="belongs to recipient 'ES'"):
        accept(bundle, sender, state, recipient="BR")
    with pytest.raises(ExchangeError, match="one state file for each recipient and sender's key"):
        accept(bundle, Ed25519PrivateKey.generate().public_key(), state)
    assert state.read_bytes() == before


def test_of_two_receivers_at_once_one_accepts(bundle: Published, sender: Ed25519PublicKey, state: Path) -> None:
    outcomes: list[str] = []

    def receive() -> None:
        try:
            outcomes.append(str(accept(bundle, sender, state)))
        except BundleRejectedError:
            outcomes.append("rejected")

    threads = [threading.Thread(target=receive) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["1", "rejected", "rejected", "rejected"]
