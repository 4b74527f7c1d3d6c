"""Bundles: content gets its number, its manifest and its signature, and appears whole in the partner's folder."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from riskscore import __version__
from riskscore.errors import ExchangeError
from riskscore.exchange.agreements import expires_on
from riskscore.exchange.content import Content
from riskscore.exchange.durable import exclusive_lock, publish_folder
from riskscore.exchange.keys import key_id
from riskscore.exchange.manifest import (
    MANIFEST,
    SIGNATURE,
    AgreementEntry,
    Manifest,
    SignatureEntry,
    canonical,
    content_digest,
    read_manifest,
)
from riskscore.exchange.sequence import Edition, next_sequence

FOLDER = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{6,}")


@dataclass(frozen=True)
class Published:
    """A bundle in its place; `edition` is what to record, `is_new` is false if these very bytes were there before."""

    folder: Path
    manifest: Manifest
    edition: Edition
    is_new: bool


def publish(
    content: Content,
    *,
    previous: Iterable[Edition],
    signing_key: Ed25519PrivateKey,
    folder: Path,
    permit: Callable[[], None] = lambda: None,
) -> Published:
    """Write the bundle to <folder>/<partner>/<day>-<sequence>/, all of it or nothing.

    `previous` are the partner's recorded editions; those on disk count too, so a bundle that was published just
    before a crash keeps its number. `permit` is asked before anything appears, and may raise. Raises ExchangeError if
    other bytes already lie in the bundle's place.
    """
    partner_folder = folder / content.agreement.terms.partner
    partner_folder.mkdir(parents=True, exist_ok=True)
    with exclusive_lock(partner_folder / ".lock"):
        draft = _manifest(content, sequence=1, key=key_id(signing_key.public_key()))
        digest = content_digest(draft)
        known = [*previous, *editions_on_disk(partner_folder)]
        sequence = next_sequence(known, day=content.day, content_digest=digest)
        manifest = draft.model_copy(update={"sequence": sequence})
        raw = canonical(manifest)
        files = {**content.files, MANIFEST: raw, SIGNATURE: signing_key.sign(raw)}
        target = partner_folder / f"{content.day.isoformat()}-{sequence:06d}"
        is_new = not target.exists()
        permit()
        if is_new:
            publish_folder(target, files)
        elif {path.name: path.read_bytes() for path in target.iterdir()} != files:
            raise ExchangeError(
                f"Bundle {target}: its bytes are not those of sequence {sequence}; somebody changed it. "
                f"Move it away and export again."
            )
    return Published(folder=target, manifest=manifest, edition=Edition(sequence, content.day, digest), is_new=is_new)


def editions_on_disk(partner_folder: Path) -> list[Edition]:
    """Return the editions whose bundles lie in a partner's folder; raise ExchangeError if a manifest is broken."""
    entries = partner_folder.iterdir() if partner_folder.is_dir() else ()
    editions = [_edition(path) for path in entries if FOLDER.fullmatch(path.name)]
    return sorted(editions, key=lambda edition: edition.sequence)


def _edition(bundle: Path) -> Edition:
    try:
        manifest = read_manifest((bundle / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise ExchangeError(f"Bundle {bundle}: its manifest cannot be read ({error}). Move the folder away.") from None
    return Edition(manifest.sequence, manifest.created_for, content_digest(manifest))


def _manifest(content: Content, *, sequence: int, key: str) -> Manifest:
    terms = content.agreement.terms
    return Manifest(
        producer=f"riskscore {__version__}",
        recipient=terms.partner,
        agreement=AgreementEntry(id=terms.agreement, sha256=content.agreement.sha256),
        purposes=terms.purposes,
        handling_code=terms.handling_code,
        notice=terms.notice,
        created_for=content.day,
        expires_on=expires_on(content.agreement, content.day),
        sequence=sequence,
        files=content.entries,
        signature=SignatureEntry(key_id=key),
    )
