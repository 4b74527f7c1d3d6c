"""Exchange with partner agencies: agreements, signed bundles, and their verification."""

from riskscore.exchange.agreements import Agreement, load_agreement, load_agreements, why_not_in_force
from riskscore.exchange.bundles import Published, editions_on_disk, publish
from riskscore.exchange.content import Content, Withheld, compose
from riskscore.exchange.keys import (
    KeyPair,
    PseudonymKey,
    create_key_pair,
    create_pseudonym_key,
    key_id,
    key_pair,
    load_private_key,
    load_pseudonym_key,
    load_public_key,
)
from riskscore.exchange.manifest import Manifest
from riskscore.exchange.outbound import load_outbound_folder
from riskscore.exchange.received import accept_bundle
from riskscore.exchange.sequence import Edition, next_sequence
from riskscore.exchange.verify import verify_bundle

__all__ = [
    "Agreement",
    "Content",
    "Edition",
    "KeyPair",
    "Manifest",
    "PseudonymKey",
    "Published",
    "Withheld",
    "accept_bundle",
    "compose",
    "create_key_pair",
    "create_pseudonym_key",
    "editions_on_disk",
    "key_id",
    "key_pair",
    "load_agreement",
    "load_agreements",
    "load_outbound_folder",
    "load_private_key",
    "load_pseudonym_key",
    "load_public_key",
    "next_sequence",
    "publish",
    "verify_bundle",
    "why_not_in_force",
]
