"""Key files are made once, read by their owner only, and never quoted."""

import hashlib
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from riskscore.errors import KeyFileError
from riskscore.exchange.keys import (
    create_key_pair,
    create_pseudonym_key,
    key_id,
    key_pair,
    load_private_key,
    load_pseudonym_key,
    load_public_key,
)


def private_file(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def pem(key: Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_a_pair_is_made_once_and_signs(tmp_path: Path) -> None:
    pair = create_key_pair(tmp_path / "keys")
    assert stat.S_IMODE(pair.private_path.stat().st_mode) == 0o600
    assert pair.private_path.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")
    load_public_key(pair.public_path).verify(load_private_key(pair.private_path).sign(b"x"), b"x")
    before = pair.private_path.read_bytes()
    with pytest.raises(KeyFileError, match="never overwritten"):
        create_key_pair(tmp_path / "keys")
    assert pair.private_path.read_bytes() == before
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["export.key.pem", "export.pub.pem"]


def test_a_public_file_alone_is_not_overwritten_either(tmp_path: Path) -> None:
    create_key_pair(tmp_path).private_path.unlink()
    with pytest.raises(KeyFileError, match=r"export\.pub\.pem: it exists"):
        create_key_pair(tmp_path)
    assert not (tmp_path / "export.key.pem").exists()


def test_a_killed_creation_is_completed(tmp_path: Path) -> None:
    pair = create_key_pair(tmp_path)
    public = pair.public_path.read_bytes()
    pair.public_path.unlink()
    assert key_pair(tmp_path) == pair
    assert pair.public_path.read_bytes() == public


def test_halves_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    other = create_key_pair(tmp_path, "other").public_path.read_bytes()
    create_key_pair(tmp_path).public_path.write_bytes(other)
    with pytest.raises(KeyFileError, match="not the public half"):
        key_pair(tmp_path)


def test_the_key_id_is_the_digest_of_the_public_der(tmp_path: Path) -> None:
    pair = create_key_pair(tmp_path)
    der = load_public_key(pair.public_path).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert pair.key_id == key_id(load_public_key(pair.public_path)) == hashlib.sha256(der).hexdigest()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_a_private_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = create_key_pair(tmp_path).private_path
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_private_key(path)


def test_other_algorithms_and_damaged_files_are_refused_without_showing_them(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    text = pem(key)
    wrong = {
        "rsa": pem(rsa.generate_private_key(65537, 2048)),
        "ec": pem(ec.generate_private_key(ec.SECP256R1())),
        "encrypted": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")),
        "cut": text[:70],
        "damaged": text.replace(b"MC4CAQ", b"MC4!AQ"),
        "empty": b"",
        "public": key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    }
    for name, content in wrong.items():
        with pytest.raises(KeyFileError, match="not an unencrypted Ed25519 private key") as caught:
            load_private_key(private_file(tmp_path / name, content))
        shown = f"{caught.value!r} {caught.value.__cause__!r}"
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
        for line in content.decode().splitlines():
            assert line.startswith("-----") or not line or line[:12] not in shown


def test_a_public_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    public = rsa.generate_private_key(65537, 2048).public_key()
    path = private_file(tmp_path / "rsa.pem", public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(KeyFileError, match="not an Ed25519 public key"):
        load_public_key(path)
    with pytest.raises(KeyFileError, match="not an Ed25519 public key"):
        load_public_key(create_key_pair(tmp_path).private_path)


def test_a_missing_or_huge_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"none\.pem: cannot be read \(No such file"):
        load_public_key(tmp_path / "none.pem")
    with pytest.raises(KeyFileError, match="larger than"):
        load_public_key(private_file(tmp_path / "huge.pem", b"x" * 20_000))


def test_the_pseudonym_secret(tmp_path: Path) -> None:
    made = create_pseudonym_key(tmp_path / "pseudonyms.key")
    assert made == load_pseudonym_key(tmp_path / "pseudonyms.key")
    assert len(made.secret) == 32
    assert made.secret.hex() not in repr(made)
    assert repr(made.secret) not in repr(made)
    assert stat.S_IMODE((tmp_path / "pseudonyms.key").stat().st_mode) == 0o600
    with pytest.raises(KeyFileError, match="never overwritten"):
        create_pseudonym_key(tmp_path / "pseudonyms.key")


@pytest.mark.parametrize("content", [b"", b"ab" * 31, b"zz" * 32, b"\xff" * 64])
def test_a_damaged_secret_is_refused_without_showing_it(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(KeyFileError, match="not 64 hexadecimal digits") as caught:
        load_pseudonym_key(private_file(tmp_path / "pseudonyms.key", content))
    assert "abab" not in str(caught.value)
    assert "zzzz" not in str(caught.value)
