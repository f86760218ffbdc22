"""Proof that a phone holds a private key: it signs a question that is asked once and answered once."""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from threading import Lock
from typing import Final

ANSWER_WITHIN_S: Final = 60.0
_KEY_BYTES: Final = 65
_SIGNATURE_BYTES: Final = 64


class Questions:
    """Questions of this run; none is remembered before it is answered, so that asking for many costs nothing.

    `clock` tells seconds that only rise.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._answered: dict[str, float] = {}
        self._lock = Lock()

    def ask(self) -> str:
        """Return a new question."""
        said = f"{self._clock():.3f}.{secrets.token_urlsafe(16)}"
        return f"{said}.{self._seal(said)}"

    def is_open(self, question: str) -> bool:
        """Tell whether a question is one of ours, lately asked, and not yet answered."""
        said, _, seal = question.rpartition(".")
        if not hmac.compare_digest(seal.encode("utf-8", "replace"), self._seal(said).encode()):
            return False
        asked_s = float(said.rpartition(".")[0])
        return self._clock() - asked_s <= ANSWER_WITHIN_S and question not in self._answered

    def answer(self, question: str) -> bool:
        """Take a question as answered; False where it is not open, or another was faster."""
        with self._lock:
            if not self.is_open(question):
                return False
            now_s = self._clock()
            lately = {each: at_s for each, at_s in self._answered.items() if now_s - at_s <= ANSWER_WITHIN_S}
            self._answered = {**lately, question: now_s}
            return True

    def _seal(self, said: str) -> str:
        return hmac.new(self._secret, said.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def read_bytes(text: object, most: int = 200) -> bytes:
    r"""Return the bytes of Base64 for addresses, without padding; none for anything else.

    >>> read_bytes("_-8"), read_bytes("é"), read_bytes(None)
    (b'\xff\xef', b'', b'')
    """
    if not isinstance(text, str) or len(text) > most:
        return b""
    try:
        return base64.b64decode(f"{text}{'=' * (-len(text) % 4)}", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return b""


def write_bytes(data: bytes) -> str:
    """Return Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def is_key(key: bytes) -> bool:
    """Tell whether bytes are a public key on P-256, as browsers write a raw one."""
    from cryptography.hazmat.primitives.asymmetric import ec

    if len(key) != _KEY_BYTES:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    except ValueError:
        return False
    return True


def is_signed(key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether the holder of a public key signed a message, with ECDSA and SHA-256 as browsers do."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    if len(signature) != _SIGNATURE_BYTES or not is_key(key):
        return False
    half = _SIGNATURE_BYTES // 2
    pair = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    holder = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    try:
        holder.verify(encode_dss_signature(*pair), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
