"""Keys: the pair that signs bundles and the secret that makes pseudonyms; no error ever shows what is in them."""

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from riskscore.errors import KeyFileError
from riskscore.exchange.durable import write_new_file

LARGEST_KEY_FILE = 16_384
SECRET_BYTES = 32


@dataclass(frozen=True)
class KeyPair:
    """Where a key pair lies, and its fingerprint."""

    private_path: Path
    public_path: Path
    key_id: str


@dataclass(frozen=True)
class PseudonymKey:
    """The secret behind the pseudonyms; it is never printed."""

    secret: bytes = field(repr=False)


def create_key_pair(folder: Path, name: str = "export") -> KeyPair:
    """Create <name>.key.pem (PKCS #8, readable by its owner only) and <name>.pub.pem; never overwrites."""
    private_path, public_path = _paths(folder, name)
    if public_path.exists():
        raise _never_overwritten(public_path)
    content = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _create(private_path, content)
    return key_pair(folder, name)


def key_pair(folder: Path, name: str = "export") -> KeyPair:
    """Return the pair of that name, writing its public file if a killed creation left it out."""
    private_path, public_path = _paths(folder, name)
    public = load_private_key(private_path).public_key()
    if not public_path.exists():
        write_new_file(public_path, public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), mode=0o644)
    if key_id(load_public_key(public_path)) != key_id(public):
        raise KeyFileError(
            file=str(public_path), why="it is not the public half of the private key beside it", then="Move it away."
        )
    return KeyPair(private_path=private_path, public_path=public_path, key_id=key_id(public))


def load_private_key(path: Path) -> Ed25519PrivateKey:
    """Read a signing key; raise KeyFileError if others may read the file or it is no Ed25519 key."""
    content = _read(path, is_secret=True)
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None  # the library's own text is left out: it may quote the file
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(
            file=str(path),
            why="it is not an unencrypted Ed25519 private key in PEM",
            then="Create a pair with create_key_pair and give partners the new public key.",
        )
    return key


def load_public_key(path: Path) -> Ed25519PublicKey:
    """Read a sender's public key; raise KeyFileError if it is no Ed25519 key."""
    content = _read(path, is_secret=False)
    try:
        key = load_pem_public_key(content)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError(
            file=str(path),
            why="it is not an Ed25519 public key in PEM",
            then="Ask the sender for its public key and compare the fingerprint by another channel.",
        )
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """Return the key's fingerprint: SHA-256 of its DER SubjectPublicKeyInfo, 64 hexadecimal digits."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def create_pseudonym_key(path: Path) -> PseudonymKey:
    """Create the pseudonyms' secret, readable by its owner only; never overwrites."""
    _create(path, secrets.token_hex(SECRET_BYTES).encode("ascii") + b"\n")
    return load_pseudonym_key(path)


def load_pseudonym_key(path: Path) -> PseudonymKey:
    """Read the pseudonyms' secret; raise KeyFileError if others may read it or it is too short."""
    try:
        secret = bytes.fromhex(_read(path, is_secret=True).decode("ascii").strip())
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise KeyFileError(
            file=str(path),
            why="it is not 64 hexadecimal digits",
            then="Restore it from its backup: codes depend on it.",
        )
    return PseudonymKey(secret)


def _paths(folder: Path, name: str) -> tuple[Path, Path]:
    return folder / f"{name}.key.pem", folder / f"{name}.pub.pem"


def _never_overwritten(path: Path) -> KeyFileError:
    return KeyFileError(
        file=str(path), why="it exists, and a key is never overwritten", then="Load it, or move it away first."
    )


def _create(path: Path, content: bytes) -> None:
    try:
        write_new_file(path, content, mode=0o600)
    except FileExistsError:
        raise _never_overwritten(path) from None
    except OSError as error:
        raise KeyFileError(
            file=str(path), why=f"cannot be written ({error.strerror})", then="Check the folder."
        ) from None


def _read(path: Path, *, is_secret: bool) -> bytes:
    why, then = f"it is larger than {LARGEST_KEY_FILE} bytes", "Check the path."
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if is_secret and stat.S_IMODE(status.st_mode) & 0o077:
                why = "others than its owner may read or write it"
                then = "Run `chmod 600` on it; if others could have read it, replace the key."
            elif status.st_size <= LARGEST_KEY_FILE:
                return file.read()
    except OSError as error:
        why = f"cannot be read ({error.strerror})"
    raise KeyFileError(file=str(path), why=why, then=then)
