"""The broken backends that are broken over HTTP/2."""

from __future__ import annotations

from clientele_conformance.broken import http2
from clientele_conformance.broken.entry import Broken

OVER_HTTP2 = (
    Broken(http2.SpeaksHTTP1Only, "H2-1", "HTTP/2 is asked for, and HTTP/1.1 spoken."),
    Broken(http2.KeepsFewFields, "H2-2", "Fields after the fiftieth are lost.", raises=(KeyError,)),
    Broken(http2.ConnectsForEachCall, "H2-3", "Each call over HTTP/2 has a connection of its own."),
    Broken(http2.LearnsOfTheEndBySending, "H2-4", "A request is sent on a connection that has ended."),
    Broken(http2.GivesUpWhatIsUnderWay, "H2-5", "GOAWAY ends the call that is under way."),
    Broken(http2.SendsWhatWasTurnedAway, "H2-6", "A request that was turned away is sent again."),
    Broken(http2.TakesAllForSent, "H2-18", "What was not processed may not be repeated."),
    Broken(http2.IgnoresSilences, "H2-7", "The read limit is the library's."),
    Broken(http2.WaitsForCredit, "H2-8", "The write limit is the library's."),
    Broken(http2.GivesUpFrames, "H2-9", "The early refusal of an upload is an error."),
    Broken(http2.BelievesAnyHead, "H2-10", "Whatever fields come are a head."),
    Broken(http2.TakesCutsForEnds, "H2-11", "A part of a response is taken for all of it."),
    Broken(http2.LetsErrorsOfFramesEscape, "H2-12", "The library's own error escapes.", raises=(Exception,)),
    Broken(http2.LosesPieces, "H2-13", "A body is sent as far as there is credit.", raises=(ValueError,)),
    Broken(http2.MixesUpAnswers, "H2-14", "An answer is another call's."),
    Broken(http2.FailsTogether, "H2-15", "A call that takes too long ends the others.", tests=("ends_early",)),
    Broken(http2.HoldsFramesBack, "H2-16", "A stream is read whole before its first item."),
    Broken(http2.VerifiesNobodyOverHTTP2, "H2-17", "A context is passed over."),
)
