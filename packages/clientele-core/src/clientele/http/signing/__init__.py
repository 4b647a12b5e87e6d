"""Signatures of encoded requests, around any backend: AWS Signature Version 4, HTTP message signatures, and your own.

It imports wrappers. No other package of ours imports it.
"""

from clientele.http.backends.signers import EncodedRequest, Signer
from clientele.http.signing.backend import SigningBackend
from clientele.http.signing.message_signatures import MessageSigner
from clientele.http.signing.sigv4 import SigV4Signer

__all__ = ["EncodedRequest", "MessageSigner", "SigV4Signer", "Signer", "SigningBackend"]
