"""httpx against the rules of request bodies."""

from __future__ import annotations

from clientele_conformance.suite.bodies import BodyRules
from clientele_conformance.suite.bodies_multipart import MultipartRules
from clientele_conformance.suite.bodies_same import SameBytesRules
from clientele_conformance.suite.bodies_streamed import StreamedBodyRules
from clientele_httpx import HttpxHTTPBackend


class TestBodyRules(BodyRules):
    """BDY-1, BDY-2, BDY-6, and the bytes and text of BDY-4."""

    backend_class = HttpxHTTPBackend


class TestStreamedBodyRules(StreamedBodyRules):
    """BDY-5, and the files of BDY-4."""

    backend_class = HttpxHTTPBackend


class TestMultipartRules(MultipartRules):
    """BDY-3."""

    backend_class = HttpxHTTPBackend


class TestSameBytesRules(SameBytesRules):
    """BDY-7."""

    backend_class = HttpxHTTPBackend
