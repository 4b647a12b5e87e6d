"""Certificates: which authorities are trusted, and which client certificate is presented."""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path
from typing import Any, Self, TypeAlias, cast

from clientele.http.message.errors import ConfigurationError
from clientele.http.runtime.lazy import ssl

__all__ = ["Certificate", "Verify", "client_context", "lent", "public_context", "unlent", "with_certificate"]

Verify: TypeAlias = "bool | str | os.PathLike[str] | ssl.SSLContext"
"""Whether to verify certificates, the path of the CA certificates to trust, or a context."""
Certificate: TypeAlias = str | os.PathLike[str] | tuple[str, str] | tuple[str, str, str]
"""A PEM file with key and chain, `(chain, key)` or `(chain, key, password)`."""


def tls_verification(verify: object, where: str = "verify") -> bool | ssl.SSLContext:
    """The value for the library: True, False, or a context.

    A path to CA certificates becomes a context that trusts only these. The user's context becomes a read-only stand-in,
    so HTTP/2 is offered only if its ALPN protocols include `h2`.

    Raises:
        ConfigurationError: the path has no CA certificates, or `verify` has an unsupported type.
    """
    if isinstance(verify, bool):
        return verify
    if isinstance(verify, ssl.SSLContext):
        return lent(verify)
    if not isinstance(verify, (str, os.PathLike)):
        raise ConfigurationError(f"{where}: use True, False, a path to CA certificates, or an ssl.SSLContext")
    path = Path(verify)
    try:
        if not os.fspath(verify):
            raise FileNotFoundError("the path is empty")
        if path.is_dir():
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError, ValueError) as error:
        raise ConfigurationError(f"{where}: no CA certificates could be read from {str(path)!r}: {error}") from error


def checked_certificate(cert: Any, where: str = "cert") -> Certificate | None:
    """`cert`, checked: its key and certificate can be read.

    Raises:
        ConfigurationError: they can't; the message doesn't contain the password.
    """
    if cert is not None:
        with_certificate(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), cert, where)
    checked: Certificate | None = cert
    return checked


def with_certificate(context: ssl.SSLContext, cert: Certificate, where: str = "cert") -> ssl.SSLContext:
    """`context`, which then presents `cert` to servers that request a certificate.

    Raises:
        ConfigurationError: no key and certificate can be read.
    """
    parts = cert if isinstance(cert, tuple) else (cert,)
    if len(parts) not in {1, 2, 3}:
        raise ConfigurationError(f"{where}: use a path, (chain, key) or (chain, key, password)")
    chain, key, password = parts[0], next(iter(parts[1:]), None), "".join(map(str, parts[2:]))
    try:
        # Without a password, OpenSSL would prompt for one on the terminal.
        context.load_cert_chain(chain, key, password)
    except (OSError, ssl.SSLError, TypeError, ValueError) as error:
        files = " and ".join(repr(str(part)) for part in (chain, key) if part is not None)
        raise ConfigurationError(f"{where}: no certificate and key could be read from {files}: {error}") from error
    return context


def client_context(verify: bool | ssl.SSLContext, cert: Certificate | None = None) -> ssl.SSLContext:  # noqa: FBT001 - as `settings` has it
    """A context from `settings.verify` and `settings.cert`, for a library that accepts only contexts.

    True trusts the authorities of the operating system, regardless of the environment, and False doesn't verify. It is
    a new context, which offers HTTP/1.1, unless `verify` is already a context.

    Raises:
        ConfigurationError: no key and certificate can be read from `cert`.
    """
    context = _made(verify) if isinstance(verify, bool) else verify
    return context if cert is None else with_certificate(context, cert)


def public_context(
    verify: bool | ssl.SSLContext,  # noqa: FBT001 - as `settings` has it
    cert: Certificate | None,
    authorities: str | None,
    *,
    kind: object = None,
) -> ssl.SSLContext:
    """`client_context` for a library that trusts these `authorities`, or by default those of the system.

    They are the path of a PEM file, or its content. Without a certificate, all backends of one `kind` share the
    context, because loading the authorities takes longer than a hundred requests. Libraries that modify the context in
    different ways need different kinds.
    """
    if verify is not True:
        return unlent(client_context(verify, cert))
    if cert is not None:
        return with_certificate(_trusting(authorities), cert)
    context = _public.get((authorities, kind))
    if context is None:
        context = _public.setdefault((authorities, kind), _trusting(authorities))
    return context


_public: dict[tuple[str | None, object], ssl.SSLContext] = {}


def _trusting(authorities: str | None) -> ssl.SSLContext:
    if authorities is None:
        context = _trusting_the_system()
    elif "\n" in authorities:
        context = ssl.create_default_context(cadata=authorities)
    else:
        context = ssl.create_default_context(cafile=authorities)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _trusting_the_system() -> ssl.SSLContext:
    """Not `ssl.create_default_context()`, which trusts SSL_CERT_FILE and SSL_CERT_DIR instead."""
    paths = ssl.get_default_verify_paths()
    file = paths.openssl_cafile if Path(paths.openssl_cafile).is_file() else None
    context = ssl.create_default_context(cafile=file, capath=paths.openssl_capath)
    if sys.platform == "win32":
        for store in ("CA", "ROOT"):
            for certificate, encoding, trust in ssl.enum_certificates(store):
                if encoding == "x509_asn" and (trust is True or ssl.Purpose.SERVER_AUTH.oid in trust):
                    context.load_verify_locations(cadata=certificate)
    return context


def _made(verify: bool) -> ssl.SSLContext:  # noqa: FBT001 - as `settings` has it
    return _trusting(None) if verify else _unverified()


def _unverified() -> ssl.SSLContext:
    """Python's default, but without authorities, which are slow to load."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    if keys := os.environ.get("SSLKEYLOGFILE"):
        context.keylog_filename = keys
    return context


def lent(context: ssl.SSLContext) -> ssl.SSLContext:
    """A read-only stand-in for `context`.

    Libraries set ALPN protocols and load CAs in any context that they receive. The user's context must not be modified,
    because it may be shared.
    """
    return cast(ssl.SSLContext, _unchanged()(context))


def unlent(context: ssl.SSLContext) -> ssl.SSLContext:
    """The context itself, for a library that doesn't modify it."""
    return cast(ssl.SSLContext, getattr(context, "lent_context", context))


_WRITERS = ("load_", "set_")


@functools.cache
def _unchanged() -> Any:
    """The class of read-only stand-ins; created at first use, because it imports ssl."""

    class Unchanged(ssl.SSLContext):
        """A context that can be used, but not modified."""

        def __new__(cls, context: ssl.SSLContext) -> Self:
            unchanged = super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)
            object.__setattr__(unchanged, "lent_context", context)
            return unchanged

        def __getattribute__(self, name: str) -> Any:
            context = object.__getattribute__(self, "lent_context")
            if name == "lent_context":
                return context
            return _ignore if name.startswith(_WRITERS) else getattr(context, name)

        def __setattr__(self, name: str, value: Any) -> None:
            """Ignore the change."""

    return Unchanged


def _ignore(*_: Any, **__: Any) -> None:
    """Ignore the change."""
