"""A manifest has exactly one spelling; any other is refused."""

import json
from datetime import date
from typing import Any

import pytest

from riskscore.exchange.manifest import Manifest, canonical, content_digest, read_manifest

ENTRY = {
    "name": "container_score.csv",
    "table": "container_score",
    "schema_version": "1.0.0",
    "format": "csv",
    "fields": [{"name": "unit", "type": "string", "treatment": "as_is"}],
    "rows": 1,
    "size_bytes": 10,
    "sha256": "a" * 64,
}
CONTENT: dict[str, Any] = {
    "bundle_format": "riskscore-bundle/1",
    "producer": "riskscore 0",
    "recipient": "ES",
    "agreement": {"id": "A", "sha256": "b" * 64},
    "purposes": ["ärger"],
    "handling_code": "open",
    "notice": "Invented.",
    "created_for": "2026-02-01",
    "expires_on": "2026-03-01",
    "sequence": 7,
    "files": [ENTRY],
    "signature": {"algorithm": "Ed25519", "key_id": "c" * 64},
}


def plain(content: object) -> bytes:
    """Canonical for such content: sorted keys, no blanks, UTF-8; an oracle beside the library."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def test_canonical_bytes_are_sorted_compact_utf8() -> None:
    manifest = read_manifest(plain(CONTENT))
    assert manifest.created_for == date(2026, 2, 1)
    assert canonical(manifest) == plain(CONTENT)


def test_the_digest_forgets_the_sequence_and_nothing_else() -> None:
    manifest = read_manifest(plain(CONTENT))
    assert content_digest(manifest) == content_digest(manifest.model_copy(update={"sequence": 8}))
    for name in set(Manifest.model_fields) - {"sequence", "bundle_format", "signature", "files", "agreement"}:
        assert content_digest(manifest) != content_digest(manifest.model_copy(update={name: None})), name


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (json.dumps(CONTENT).encode(), "canonical spelling"),
        (plain(CONTENT) + b"\n", "canonical spelling"),
        (b"\xef\xbb\xbf" + plain(CONTENT), "json_invalid"),
        (plain(CONTENT).replace(b'"sequence":7', b'"sequence":7.0'), "sequence"),
        (plain(CONTENT).replace(b'"sequence":7', b'"sequence":7,"sequence":7'), "canonical spelling"),
        (plain(CONTENT).replace(b'"id":"A"', b'"id":"A","id":"A"'), "canonical spelling"),
        (plain(CONTENT).replace(b'"sequence":7', b'"sequence":NaN'), "sequence"),
        (plain(CONTENT).replace("ä".encode(), b"\\u00e4"), "canonical spelling"),
        (plain(CONTENT).replace("ä".encode(), b"\xe4"), "json_invalid"),
        (plain(CONTENT).replace("ä".encode(), b"\\ud800"), "json_invalid"),
        (b"[" * 100_000 + b"]" * 100_000, "json_invalid"),
        (b"1" * 5_000, "not a bundle manifest"),
        (b"", "json_invalid"),
        (b"null", "not a bundle manifest"),
        (plain([CONTENT]), "not a bundle manifest"),
    ],
)
def test_any_other_spelling_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_manifest(raw)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("bundle_format", "riskscore-bundle/2"),
        ("sequence", 0),
        ("sequence", "7"),
        ("sequence", True),
        ("expires_on", "2026-03-01T00:00:00"),
        ("expires_on", 1772323200),
        ("created_for", "01.02.2026"),
        ("signature", {"algorithm": "RS256", "key_id": "c" * 64}),
        ("signature", {"algorithm": "none", "key_id": "c" * 64}),
        ("signature", {"key_id": "c" * 64}),
        ("files", [{**ENTRY, "name": "../container_score.csv"}]),
        ("files", [{**ENTRY, "name": "/etc/passwd"}]),
        ("files", [{**ENTRY, "name": "a/b.csv"}]),
        ("files", [{**ENTRY, "name": "a\\b.csv"}]),
        ("files", [{**ENTRY, "name": ".hidden.csv"}]),
        ("files", [{**ENTRY, "name": "manifest.json"}]),
        ("files", [{**ENTRY, "name": "a.csv\n"}]),
        ("files", [{**ENTRY, "sha256": "A" * 64}]),
        ("files", [{**ENTRY, "size_bytes": -1}]),
        ("files", [{**ENTRY, "size_bytes": 1.5}]),
        ("files", [{**ENTRY, "more": 1}]),
        ("more", 1),
    ],
)
def test_a_canonical_page_that_is_no_manifest_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_manifest(plain({**CONTENT, key: value}))


@pytest.mark.parametrize("key", CONTENT)
def test_every_key_is_needed(key: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_manifest(plain({name: value for name, value in CONTENT.items() if name != key}))
