"""TLS contexts. urllib3-future would make one for each set of options, load public authorities into it, and keep it."""

from __future__ import annotations

import functools
import ssl

import wassima

from clientele.http.options import BackendSettings
from clientele.http.tls import unlent, with_certificate


def context_of(settings: BackendSettings, *, http2: bool) -> ssl.SSLContext:
    """What to shake hands with. It offers HTTP/2 if asked to; one of the user's offers what it is set to."""
    if isinstance(settings.verify, bool):
        if settings.verify and settings.cert is None:
            return _default_context(http2=http2)
        context = _authorities() if settings.verify else _nobody()
    else:
        context = unlent(settings.verify)
        if context is not settings.verify:
            return context
    return _offering(context if settings.cert is None else with_certificate(context, settings.cert), http2=http2)


@functools.cache
def _default_context(*, http2: bool) -> ssl.SSLContext:
    """One for all backends: reading the CAs takes longer than a hundred requests."""
    return _offering(_authorities(), http2=http2)


def _authorities() -> ssl.SSLContext:
    """Trusts whom niquests trusts: those that the operating system does."""
    return ssl.create_default_context(cadata=wassima.generate_ca_bundle())


def _nobody() -> ssl.SSLContext:
    """Checks nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _offering(context: ssl.SSLContext, *, http2: bool) -> ssl.SSLContext:
    context.set_alpn_protocols(["h2", "http/1.1"] if http2 else ["http/1.1"])
    return context
