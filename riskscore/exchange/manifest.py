"""The signed page of a bundle: what it holds, for whom, for what and until when, in one canonical spelling."""

import hashlib
from datetime import date
from typing import Annotated, Literal

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}\.(jsonl|csv)$")]
Short = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Count = Annotated[int, Field(ge=0, lt=2**53)]


class Page(BaseModel):
    """Any part of the manifest: frozen, exact types, no key more and no key less."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FieldEntry(Page):
    """One field of a file: its name, and its type after its treatment."""

    name: Short
    type: Short
    treatment: Short


class FileEntry(Page):
    """One file: what it is, in which version of which table's contract, and its bytes' size and digest."""

    name: FileName
    table: Short
    schema_version: Short
    format: Literal["jsonl", "csv"]
    fields: tuple[FieldEntry, ...]
    rows: Count
    size_bytes: Count
    sha256: Sha256


class AgreementEntry(Page):
    """The agreement the bundle was made under, and the SHA-256 of its file."""

    id: Short
    sha256: Sha256


class SignatureEntry(Page):
    """How manifest.sig signs the bytes of manifest.json, and with which key."""

    algorithm: Literal["Ed25519"] = "Ed25519"
    key_id: Sha256


class Manifest(Page):
    """Everything a recipient has to know before using the files."""

    bundle_format: Literal["riskscore-bundle/1"] = "riskscore-bundle/1"
    producer: Short
    recipient: Short
    agreement: AgreementEntry
    purposes: tuple[Short, ...]
    handling_code: Short
    notice: Short | None
    created_for: date
    expires_on: date
    sequence: Annotated[int, Field(ge=1, lt=2**53)]
    files: tuple[FileEntry, ...]
    signature: SignatureEntry


def canonical(manifest: Manifest) -> bytes:
    """Return the manifest's bytes by RFC 8785."""
    return rfc8785.dumps(manifest.model_dump(mode="json"))


def content_digest(manifest: Manifest) -> str:
    """Return the SHA-256 of everything in the manifest but its sequence: equal content, equal digest."""
    return hashlib.sha256(rfc8785.dumps(manifest.model_dump(mode="json", exclude={"sequence"}))).hexdigest()


def read_manifest(raw: bytes) -> Manifest:
    """Return the manifest written in `raw`; raise ValueError saying why these bytes are not one."""
    try:
        manifest = Manifest.model_validate_json(raw)
    except ValidationError as error:
        wrong = sorted({".".join(map(str, part["loc"])) or part["type"] for part in error.errors()})
        raise ValueError(f"not a bundle manifest of this version (wrong: {', '.join(wrong)[:300]!r})") from None
    if canonical(manifest) != raw:
        raise ValueError("not in the canonical spelling of RFC 8785, or a key is given twice")
    return manifest
