"""The broken backends, and the rule that each of them breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from clientele.http import HTTPBackend
from clientele_conformance.broken import exchanges, redirects, requests, responses, streams, surroundings
from clientele_conformance.subject import Mode


@dataclass(frozen=True, slots=True)
class Broken:
    """One backend that is wrong in one way.

    Attributes:
        kind: comes before a correct backend in the order of inheritance.
        rule: the id of the rule that it breaks.
        text: what it does, in one sentence.
        modes: in which it is wrong.
        tests: parts of the names of those tests of the rule to run, where running all would take too long.
        raises: what a test may meet instead of a failed assertion or an error of ours.
    """

    kind: type[Any]
    rule: str
    text: str
    modes: tuple[Mode, ...] = ("sync", "async")
    tests: tuple[str, ...] = ("",)
    raises: tuple[type[Exception], ...] = ()

    @property
    def name(self) -> str:
        """What it is called."""
        return self.kind.__name__

    def over(self, correct: type[HTTPBackend]) -> type[HTTPBackend]:
        """The class that is `correct` but for this fault."""
        return cast(type[HTTPBackend], type(self.name, (self.kind, correct), {}))


BROKEN = (
    Broken(requests.WrapsPorts, "URL-2", "A port past 65535 leads to another one."),
    Broken(requests.DecodesQueries, "URL-3", "An escape that a query needs is decoded."),
    Broken(requests.ReplacesQueries, "QRY-1", "Parameters replace the URL's own query."),
    Broken(requests.WritesBoolsAsPython, "QRY-2", "A bool is sent as True or False."),
    Broken(requests.WritesNoneAsNothing, "QRY-2", "A parameter that is None is sent without a value."),
    Broken(requests.WritesBlanksAsPlus, "QRY-3", "A blank in a query is a plus."),
    Broken(requests.AsksForMoreCodings, "HDR-3", "More codings are asked for than are undone."),
    Broken(requests.SendsLastOfRepeatedHeaders, "HDR-4", "The last of repeated headers takes the others' place."),
    Broken(requests.SendsNaN, "BDY-1", "NaN is sent as if it were JSON."),
    Broken(requests.SpacesJson, "BDY-1", "JSON is sent with blanks in it."),
    Broken(requests.GivesBytesAType, "BDY-4", "Bytes are said to be an octet stream."),
    Broken(requests.SaysNoEmptyLength, "BDY-6", "The content-length of an empty body is left out."),
    Broken(responses.LosesCookies, "RSP-1", "The second Set-Cookie is lost."),
    Broken(responses.MindsCase, "RSP-1", "A header is found under one spelling only.", raises=(KeyError,)),
    Broken(responses.SwallowsCutGzip, "RSP-2", "A gzip body that was cut short is taken for the whole."),
    Broken(responses.StopsAfterFirstMember, "RSP-2", "Of a gzip body only the first member is read."),
    Broken(responses.PassesUnknownCodings, "RSP-2", "A body of an unknown coding is handed over as it is."),
    Broken(responses.GuessesLatin1, "RSP-3", "Text without a charset is guessed to be ISO-8859-1."),
    Broken(responses.ReadsNothingAsNull, "RSP-4", "An empty body is None as JSON."),
    Broken(responses.TakesInterimForFinal, "RSP-8", "A 103 is taken for the answer."),
    Broken(responses.IgnoresLengthOfChunked, "RSP-9", "A chunked body with a Content-Length is accepted."),
    Broken(redirects.FollowsUnasked, "RDR-1", "Redirects are followed by default.", raises=(KeyError,)),
    Broken(redirects.TurnsPutIntoGet, "RDR-2", "On 302 a PUT becomes a GET."),
    Broken(redirects.KeepsTypeOfDroppedBody, "RDR-2", "A Content-Type is sent without its body."),
    Broken(redirects.FollowsMoreThanTwenty, "RDR-3", "The redirects go on after the twentieth."),
    Broken(redirects.SendsEmptyBodiesAgain, "RDR-4", "A body that was read is sent again, empty, on 307."),
    Broken(redirects.ForwardsApiKeys, "RDR-5", "X-Api-Key is sent to another origin."),
    Broken(redirects.LeavesTLS, "RDR-6", "A redirect from https to http is followed."),
    Broken(redirects.BelievesUserInLocation, "RDR-7", "The user information of a Location is sent."),
    Broken(surroundings.KeepsCookies, "COK-1", "Cookies are kept by default."),
    Broken(surroundings.ProxiesLoopback, "PRX-1", "This machine is asked for by way of a proxy.", tests=("loopback",)),
    Broken(surroundings.ReadsNetrc, "SEC-1", "A netrc file is read."),
    Broken(surroundings.PrefersNetrc, "SEC-2", "A netrc file wins over the caller's Authorization."),
    Broken(surroundings.IgnoresAuthorityFiles, "SEC-6", "A file of authorities is ignored.", tests=("a_file_of",)),
    Broken(exchanges.HasNoTotalLimit, "TMO-2", "The total limit is ignored.", tests=("slow redirects",)),
    Broken(exchanges.TakesStallsForCuts, "TMO-1", "A stalled body is an error of the connection.", tests=("within",)),
    Broken(exchanges.TakesZeroForForever, "TMO-3", "A limit of zero is none."),
    Broken(
        exchanges.LetsNativeErrorsEscape,
        "ERR-1",
        "The library's own error escapes.",
        tests=("has_its_error",),
        raises=(Exception,),
    ),
    Broken(
        exchanges.TurnsCancellingIntoAnError,
        "ERR-1",
        "Cancelling is taken for a fault.",
        modes=("async",),
        tests=("cancelled_call",),
    ),
    Broken(
        exchanges.SendsAgain,
        "DLV-1",
        "A GET is sent again when its connection was cut.",
        tests=("a_fault_is_no_reason",),
    ),
    Broken(
        exchanges.HasTenConnections,
        "CON-3",
        "Ten connections are all there are.",
        tests=("says",),
        raises=(TimeoutError,),
    ),
    Broken(
        exchanges.HasOneAsyncClient,
        "LIF-2",
        "All event loops share one client.",
        modes=("async",),
        tests=("one_after",),
        raises=(RuntimeError,),
    ),
    Broken(
        exchanges.LeavesSocketsOpen,
        "LIF-3",
        "Closing leaves sockets open.",
        tests=("every_socket",),
        raises=(TimeoutError,),
    ),
    Broken(
        exchanges.ClosesClientsHandedIn,
        "LIF-4",
        "A client that was handed in is closed.",
        tests=("outlives",),
        raises=(RuntimeError, TimeoutError),
    ),
    Broken(streams.HoldsStreamsBack, "STM-1", "A stream is handed over when it is complete.", tests=("held_back",)),
    Broken(streams.SplitsAtSeparators, "STM-2", "A line ends at U+2028."),
    Broken(streams.CountsCutEndsTwice, "STM-2", "A CRLF that was cut in two is two ends."),
    Broken(streams.LimitsLines, "STM-3", "A line of 1 MiB is too long.", tests=("10_mib",)),
    Broken(streams.StreamsErrors, "STM-6", "The body of an error is an item."),
    Broken(streams.EndsCutStreams, "STM-7", "A stream that was cut ends as if it were complete.", tests=("cut_short",)),
)
