"""The broken backends, and the rule that each of them breaks."""

from __future__ import annotations

from clientele_conformance.broken.entry import Broken
from clientele_conformance.broken.table_answering import ANSWERING
from clientele_conformance.broken.table_asking import ASKING
from clientele_conformance.broken.table_behaving import BEHAVING
from clientele_conformance.broken.table_http2 import OVER_HTTP2

BROKEN: tuple[Broken, ...] = (*ASKING, *ANSWERING, *BEHAVING, *OVER_HTTP2)
