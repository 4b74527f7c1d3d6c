"""A bundle passes only untouched, for its recipient, in order and in time."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskscore.errors import BundleRejectedError, ExchangeError
from riskscore.exchange.bundles import Published
from riskscore.exchange.manifest import MANIFEST, SIGNATURE, Manifest
from riskscore.exchange.verify import LARGEST_FILE, LARGEST_MANIFEST, MOST_FILES, verify_bundle

NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)

Verify = Callable[..., Manifest]


@pytest.fixture
def verify(signing_key: Ed25519PrivateKey, bundle: Published) -> Verify:
    def verified(**changes: Any) -> Manifest:
        given = {"recipient": "ES", "last_sequence": 0, "now": NOON, **changes}
        return verify_bundle(bundle.folder, signing_key.public_key(), **given)

    return verified


def content(bundle: Published) -> dict[str, Any]:
    return bundle.manifest.model_dump(mode="json")


def test_a_genuine_bundle_is_accepted(verify: Verify, bundle: Published) -> None:
    assert verify() == bundle.manifest


def test_every_flipped_byte_is_found(verify: Verify, bundle: Published) -> None:
    checked = 0
    for path in sorted(bundle.folder.iterdir()):
        genuine = path.read_bytes()
        for place in range(len(genuine)):
            flipped = bytearray(genuine)
            flipped[place] ^= 1 << place % 8
            path.write_bytes(flipped)
            with pytest.raises(BundleRejectedError):
                verify()
            checked += 1
        path.write_bytes(genuine)
    assert checked > 1500
    verify()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(data=st.data())
def test_no_edit_of_any_file_passes(verify: Verify, bundle: Published, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(bundle.folder.iterdir())))
    genuine = path.read_bytes()
    start = data.draw(st.integers(0, len(genuine)))
    stop = data.draw(st.integers(start, len(genuine)))
    changed = genuine[:start] + data.draw(st.binary(max_size=8)) + genuine[stop:]
    path.write_bytes(changed)
    try:
        if changed == genuine:
            verify()
        else:
            with pytest.raises(BundleRejectedError):
                verify()
    finally:
        path.write_bytes(genuine)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"recipient": "BR"}, "it is meant for 'ES', not for 'BR'"),
        ({"recipient": "es"}, "meant for"),
        ({"last_sequence": 1}, "its sequence 1 is old; 1 was accepted before"),
        ({"last_sequence": 9}, "its sequence 1 is old"),
        ({"now": datetime(2026, 3, 4, tzinfo=UTC)}, "it expired: 2026-03-03 was the last day of use"),
    ],
)
def test_for_others_old_or_expired(verify: Verify, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BundleRejectedError, match=said) as caught:
        verify(**changes)
    assert caught.value.exit_code == 3
    assert "Use nothing of it" in str(caught.value)


def test_the_last_day_counts_in_utc(verify: Verify) -> None:
    last_moment = datetime(2026, 3, 3, 23, 59, 59, tzinfo=UTC)
    verify(now=last_moment)
    verify(now=last_moment.astimezone(timezone(timedelta(hours=9))))
    with pytest.raises(BundleRejectedError):
        verify(now=(last_moment + timedelta(seconds=1)).astimezone(timezone(timedelta(hours=-9))))
    with pytest.raises(ExchangeError, match="with a time zone"):
        verify(now=datetime(2026, 2, 1))  # noqa: DTZ001 (the mistake under test)


def test_another_senders_key(bundle: Published) -> None:
    stranger = Ed25519PrivateKey.generate().public_key()
    with pytest.raises(BundleRejectedError, match="not this sender's signature"):
        verify_bundle(bundle.folder, stranger, recipient="ES", last_sequence=0, now=NOON)


def test_extra_and_missing_files(verify: Verify, bundle: Published) -> None:
    extra = bundle.folder / "more.csv"
    extra.write_bytes(b"")
    with pytest.raises(BundleRejectedError, match=r"does not name: 'more\.csv'"):
        verify()
    extra.unlink()
    (bundle.folder / "folder").mkdir()
    with pytest.raises(BundleRejectedError, match="does not name: 'folder'"):
        verify()
    (bundle.folder / "folder").rmdir()
    for path in sorted(bundle.folder.iterdir()):
        genuine = path.read_bytes()
        path.unlink()
        with pytest.raises(BundleRejectedError, match="missing"):
            verify()
        path.write_bytes(genuine)
    verify()


def test_no_folder_or_an_endless_one(bundle: Published, verify: Verify, signing_key: Ed25519PrivateKey) -> None:
    for place in (bundle.folder / "none", bundle.folder / MANIFEST):
        with pytest.raises(BundleRejectedError, match="cannot be read"):
            verify_bundle(place, signing_key.public_key(), recipient="ES", last_sequence=0, now=NOON)
    for number in range(MOST_FILES):
        (bundle.folder / f"more{number}").touch()
    with pytest.raises(BundleRejectedError, match=f"more than {MOST_FILES} files"):
        verify()


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE, "container_score.csv"])
@pytest.mark.parametrize("kind", ["link", "broken link", "pipe", "folder"])
def test_only_plain_files_are_read(verify: Verify, bundle: Published, name: str, kind: str) -> None:
    path = bundle.folder / name
    genuine = bundle.folder.parent / f"genuine {name}"
    path.rename(genuine)
    make: dict[str, Callable[[], object]] = {
        "link": lambda: path.symlink_to(genuine),
        "broken link": lambda: path.symlink_to("nowhere"),
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
    }
    make[kind]()
    with pytest.raises(BundleRejectedError, match="plain file"):
        verify()


@pytest.mark.parametrize(
    "name", ["../../outside.csv", "/etc/hostname", "sub/inside.csv", "..", ".", "", "manifest.json"]
)
def test_a_signed_manifest_cannot_reach_outside(verify: Verify, bundle: Published, forger: Any, name: str) -> None:
    (bundle.folder.parent.parent / "outside.csv").write_bytes(b"")
    page = content(bundle)
    page["files"][0]["name"] = name
    forger.sign(bundle.folder, rfc8785.dumps(page))
    with pytest.raises(BundleRejectedError, match=r"signed but not valid: .*files\.0\.name"):
        verify()


@pytest.mark.parametrize(
    ("spelling", "said"),
    [
        (lambda raw: raw.replace(b",", b", ", 1), "canonical spelling"),
        (lambda raw: raw + b"\n", "canonical spelling"),
        (lambda raw: raw.replace(b'"sequence":1', b'"sequence":1,"sequence":1'), "canonical spelling"),
        (lambda raw: raw.replace(b'"sequence":1', b'"sequence":1e0'), "sequence"),
        (lambda raw: raw.replace(b"Ed25519", b"HS256"), "signature.algorithm"),
        (lambda raw: raw.replace(b"Ed25519", b"none"), "signature.algorithm"),
        (lambda raw: raw.replace(b"riskscore-bundle/1", b"riskscore-bundle/2"), "bundle_format"),
        (lambda raw: raw[:-1] + b',"zone":1}', "zone"),
    ],
)
def test_a_signed_page_that_is_no_canonical_manifest(
    verify: Verify, bundle: Published, forger: Any, spelling: Callable[[bytes], bytes], said: str
) -> None:
    raw = rfc8785.dumps(content(bundle))
    forger.sign(bundle.folder, raw)
    verify()
    assert spelling(raw) != raw
    forger.sign(bundle.folder, spelling(raw))
    with pytest.raises(BundleRejectedError, match=said):
        verify()


def test_a_manifest_naming_another_key(verify: Verify, bundle: Published, forger: Any) -> None:
    page = content(bundle)
    page["signature"]["key_id"] = "0" * 64
    forger.sign(bundle.folder, rfc8785.dumps(page))
    with pytest.raises(BundleRejectedError, match="names another key"):
        verify()


def test_a_file_listed_twice(verify: Verify, bundle: Published, forger: Any) -> None:
    page = content(bundle)
    page["files"].append(page["files"][0])
    forger.sign(bundle.folder, rfc8785.dumps(page))
    with pytest.raises(BundleRejectedError, match="lists a file twice"):
        verify()


@pytest.mark.parametrize(
    ("name", "size"), [(MANIFEST, LARGEST_MANIFEST + 1), (SIGNATURE, 65), ("container_score.csv", 2**40)]
)
def test_oversized_files_are_not_read(verify: Verify, bundle: Published, name: str, size: int) -> None:
    os.truncate(bundle.folder / name, size)
    with pytest.raises(BundleRejectedError, match=f"{name} has {size} bytes where [0-9]+ are the most"):
        verify()


def test_an_oversized_claim_is_rejected_before_reading(verify: Verify, bundle: Published, forger: Any) -> None:
    page = content(bundle)
    page["files"][0]["size_bytes"] = LARGEST_FILE + 1
    forger.sign(bundle.folder, rfc8785.dumps(page))
    with pytest.raises(BundleRejectedError, match="would be larger than"):
        verify()


def test_sizes_must_be_those_of_the_manifest(verify: Verify, bundle: Published, forger: Any) -> None:
    page = content(bundle)
    page["files"][0]["size_bytes"] += 1
    forger.sign(bundle.folder, rfc8785.dumps(page))
    with pytest.raises(BundleRejectedError, match=r"container_score\.jsonl has [0-9]+ bytes, the manifest says"):
        verify()
