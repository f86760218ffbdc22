"""A certificate of this computer's own, kept between runs so that a phone asks only once."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from surefoot.errors import OutputError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

VALID: Final = timedelta(days=365)
RENEWED_BEFORE: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of a certificate and its key, and its SHA-256 as phones show it."""

    certificate: Path
    key: Path
    fingerprint: str


def keep_certificate(folder: Path, names: Sequence[str], now: datetime | None = None) -> Certificate:
    """Return the certificate in `folder`, a new one where it is missing, broken, nearly over or for others.

    Self-signed on P-256 for `names` (addresses and host names), for serving only. The key is readable by its
    owner alone. Raises OutputError where the folder cannot be written.
    """
    from cryptography.hazmat.primitives import hashes

    now = now or datetime.now(UTC)
    paths = folder / "certificate.pem", folder / "certificate-key.pem"
    known = _load(*paths)
    if known is None or not _serves(known, names, now):
        try:
            known = _make(*paths, names, now)
        except OSError as error:
            raise _unwritable(folder, error) from error
    return Certificate(*paths, known.fingerprint(hashes.SHA256()).hex(":").upper())


def _unwritable(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        "The certificate for the phone page cannot be written.",
        found=f"{error.strerror or error} in {folder}",
        expected="a folder of your own with free space",
        do="Check the folder, or name another one with $SUREFOOT_CONFIG.",
    )


def _load(certificate: Path, key: Path) -> x509.Certificate | None:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        made = x509.load_pem_x509_certificate(certificate.read_bytes())
        own = load_pem_private_key(key.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        return None
    return made if own.public_key() == made.public_key() else None


def _serves(known: x509.Certificate, names: Sequence[str], now: datetime) -> bool:
    from cryptography import x509

    try:
        said = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    held = {str(name.value) for name in said}
    good = known.not_valid_before_utc <= now < known.not_valid_after_utc - RENEWED_BEFORE
    return good and set(names) <= held


def _make(certificate: Path, key: Path, names: Sequence[str], now: datetime) -> x509.Certificate:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    secret = ec.generate_private_key(ec.SECP256R1())
    made = _sign(secret, names, now)
    certificate.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = secret.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write_private(key, pem)
    _write_private(certificate, made.public_bytes(serialization.Encoding.PEM))
    return made


def _sign(secret: EllipticCurvePrivateKey, names: Sequence[str], now: datetime) -> x509.Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    title = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Surefoot on this computer")])
    return (
        x509.CertificateBuilder()
        .subject_name(title)
        .issuer_name(title)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(secret, hashes.SHA256())
    )


def _name(name: str) -> x509.GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write_private(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
