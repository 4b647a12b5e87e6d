"""The whole contract, as one class to subclass.

```python
class TestMyBackend(BackendConformance):
    backend_class = MyBackend
```
"""

from __future__ import annotations

from clientele_conformance.suite.bodies import BodyRules
from clientele_conformance.suite.bodies_multipart import MultipartRules
from clientele_conformance.suite.bodies_same import SameBytesRules
from clientele_conformance.suite.bodies_streamed import StreamedBodyRules
from clientele_conformance.suite.capabilities import CapabilityRules
from clientele_conformance.suite.concurrency import ConcurrencyRules
from clientele_conformance.suite.concurrency_cancel import CancelRules
from clientele_conformance.suite.concurrency_early import EarlyEndRules
from clientele_conformance.suite.concurrency_http2 import HTTP2ConcurrencyRules
from clientele_conformance.suite.cookies import CookieRules
from clientele_conformance.suite.delivery import DeliveryRules
from clientele_conformance.suite.error_texts import ErrorTextRules
from clientele_conformance.suite.errors import ErrorRules
from clientele_conformance.suite.fuzz import FuzzRules
from clientele_conformance.suite.fuzz_frames import FrameFuzzRules
from clientele_conformance.suite.header_cases import HeaderCaseRules, HeaderCharacterRules
from clientele_conformance.suite.http2 import FrameRules
from clientele_conformance.suite.http2_faults import FrameFaultRules
from clientele_conformance.suite.life import LifeRules
from clientele_conformance.suite.life_ends import EndRules
from clientele_conformance.suite.life_loops import LoopRules
from clientele_conformance.suite.limits import LimitRules
from clientele_conformance.suite.own_clients import OwnClientRules
from clientele_conformance.suite.own_clients_home import HomeRules
from clientele_conformance.suite.own_clients_life import OwnClientLifeRules
from clientele_conformance.suite.proxies import ProxyRules
from clientele_conformance.suite.proxy_settings import ProxySettingRules
from clientele_conformance.suite.proxy_socks import SocksRules
from clientele_conformance.suite.queries import QueryRules
from clientele_conformance.suite.redirect_credentials import RedirectCredentialRules
from clientele_conformance.suite.redirect_locations import RedirectLocationRules
from clientele_conformance.suite.redirect_steps import RedirectStepRules
from clientele_conformance.suite.redirects import RedirectRules
from clientele_conformance.suite.request_framing import RequestFramingRules
from clientele_conformance.suite.request_headers import RequestHeaderRules
from clientele_conformance.suite.response_bodies import ResponseBodyRules
from clientele_conformance.suite.response_heads import ResponseHeadRules
from clientele_conformance.suite.response_natives import ResponseNativeRules
from clientele_conformance.suite.response_texts import ResponseTextRules
from clientele_conformance.suite.response_versions import ResponseVersionRules
from clientele_conformance.suite.responses import ResponseRules
from clientele_conformance.suite.security import SecurityRules
from clientele_conformance.suite.security_authorities import SecurityAuthorityRules
from clientele_conformance.suite.security_names import SecurityNameRules
from clientele_conformance.suite.security_secrets import SecuritySecretRules
from clientele_conformance.suite.security_surplus import SecuritySurplusRules
from clientele_conformance.suite.security_verification import SecurityVerificationRules
from clientele_conformance.suite.stream_events import StreamEventRules
from clientele_conformance.suite.stream_lines import StreamLineRules
from clientele_conformance.suite.streams import StreamRules
from clientele_conformance.suite.streams_end import StreamEndRules
from clientele_conformance.suite.timeouts import TimeoutRules
from clientele_conformance.suite.timeouts_connecting import ConnectingRules
from clientele_conformance.suite.timeouts_several import SeveralDeadlineRules
from clientele_conformance.suite.timeouts_total import DeadlineRules
from clientele_conformance.suite.url_characters import CharacterRules
from clientele_conformance.suite.urls import UrlRules
from clientele_conformance.suite.urls_credentials import UrlCredentialRules
from clientele_conformance.suite.urls_hosts import HostRules
from clientele_conformance.suite.urls_path_arguments import PathArgumentRules


class BackendConformance(
    UrlRules,
    UrlCredentialRules,
    HostRules,
    PathArgumentRules,
    CharacterRules,
    QueryRules,
    RequestFramingRules,
    RequestHeaderRules,
    HeaderCaseRules,
    HeaderCharacterRules,
    BodyRules,
    MultipartRules,
    SameBytesRules,
    StreamedBodyRules,
    ResponseBodyRules,
    ResponseHeadRules,
    ResponseNativeRules,
    ResponseTextRules,
    ResponseVersionRules,
    LimitRules,
    ResponseRules,
    RedirectCredentialRules,
    RedirectLocationRules,
    RedirectStepRules,
    RedirectRules,
    CookieRules,
    ProxyRules,
    ProxySettingRules,
    SocksRules,
    SecurityRules,
    SecurityAuthorityRules,
    SecurityNameRules,
    HomeRules,
    SecuritySecretRules,
    SecuritySurplusRules,
    SecurityVerificationRules,
    TimeoutRules,
    ConnectingRules,
    DeadlineRules,
    SeveralDeadlineRules,
    ErrorRules,
    ErrorTextRules,
    FuzzRules,
    FrameFuzzRules,
    FrameRules,
    FrameFaultRules,
    DeliveryRules,
    StreamEventRules,
    StreamLineRules,
    StreamRules,
    StreamEndRules,
    LifeRules,
    EndRules,
    LoopRules,
    OwnClientRules,
    OwnClientLifeRules,
    ConcurrencyRules,
    CancelRules,
    EarlyEndRules,
    HTTP2ConcurrencyRules,
    CapabilityRules,
):
    """Every rule of the contract. A subclass names its `backend_class`, and a file of `known_gaps` if it has any."""

    is_whole_contract = True
