"""The broken backends that make something else of an answer than it is."""

from __future__ import annotations

from clientele_conformance.broken import contents, responses, streams
from clientele_conformance.broken.entry import Broken

ANSWERING = (
    Broken(responses.LosesCookies, "RSP-1", "The second Set-Cookie is lost."),
    Broken(responses.MindsCase, "RSP-1", "A header is found under one spelling only.", raises=(KeyError,)),
    Broken(contents.JoinsCookies, "RSP-1", "Several Set-Cookie are one field."),
    Broken(responses.SwallowsCutGzip, "RSP-2", "A gzip body that was cut short is taken for the whole."),
    Broken(responses.StopsAfterFirstMember, "RSP-2", "Of a gzip body only the first member is read."),
    Broken(responses.PassesUnknownCodings, "RSP-2", "A body of an unknown coding is handed over as it is."),
    Broken(responses.SwallowsPadding, "RSP-2", "What is padding in an inner coding has no limit.", tests=("swallows",)),
    Broken(responses.NamesNoCoding, "RSP-2", "An error doesn't name the unknown coding.", tests=("unknown_is_named",)),
    Broken(contents.DecodesUnasked, "RSP-2", "A body is decoded although it was to be left.", tests=("left_out",)),
    Broken(responses.GuessesLatin1, "RSP-3", "Text without a charset is guessed to be ISO-8859-1."),
    Broken(contents.KeepsByteOrderMarks, "RSP-3", "A byte order mark is a character."),
    Broken(responses.ReadsNothingAsNull, "RSP-4", "An empty body is None as JSON."),
    Broken(contents.ReadsJsonAsText, "RSP-4", "JSON is decoded by the charset that is given.", raises=(ValueError,)),
    Broken(contents.ForgetsRedirects, "RSP-5", "A response doesn't know the redirects before it."),
    Broken(contents.NamesVersionsInFull, "RSP-5", "The version is HTTP/1.1 where it should be 1.1."),
    Broken(contents.CountsMilliseconds, "RSP-5", "The time is in milliseconds.", tests=("seconds",)),
    Broken(contents.RaisesRedirects, "RSP-6", "A redirect is raised as an error."),
    Broken(contents.AsksWithGetForHead, "RSP-7", "HEAD is sent as GET."),
    Broken(responses.TakesInterimForFinal, "RSP-8", "A 103 is taken for the answer."),
    Broken(responses.IgnoresLengthOfChunked, "RSP-9", "A chunked body with a Content-Length is accepted."),
    Broken(
        contents.ReadsPastTheLimit,
        "RSP-10",
        "A body is read whole before it is too large.",
        tests=("past_the_limit",),
    ),
    Broken(contents.RefusesBodiesAtTheLimit, "RSP-10", "A body of exactly the limit is too large."),
    Broken(contents.CountsWhatWasSent, "RSP-10", "A body counts as it was sent."),
    Broken(contents.DecodesTwice, "RSP-11", "A native response is decoded twice.", modes=("sync",)),
    Broken(responses.ReadsEndlessHeads, "RSP-12", "A head of any size is read."),
    Broken(responses.InsistsOnGoodbyes, "RSP-13", "A body that ended without a goodbye is refused."),
    Broken(streams.HoldsStreamsBack, "STM-1", "A stream is handed over when it is complete.", tests=("held_back",)),
    Broken(streams.SplitsAtSeparators, "STM-2", "A line ends at U+2028."),
    Broken(streams.CountsCutEndsTwice, "STM-2", "A CRLF that was cut in two is two ends."),
    Broken(streams.StripsLines, "STM-2", "Blanks around a line are dropped."),
    Broken(streams.LimitsLines, "STM-3", "A line of 1 MiB is too long.", tests=("10_mib",)),
    Broken(streams.RefusesLinesAtTheLimit, "STM-3", "A line at the limit is too long.", tests=("past_a_limit",)),
    Broken(streams.SkipsBlankLines, "STM-4", "An empty line is not an item."),
    Broken(streams.ReadsEventsAsLines, "STM-5", "Server-sent events are lines like others."),
    Broken(streams.StreamsErrors, "STM-6", "The body of an error is an item."),
    Broken(streams.EndsCutStreams, "STM-7", "A stream that was cut ends as if it were complete.", tests=("cut_short",)),
    Broken(streams.KeepsWhatWasRead, "STM-8", "What was read is kept.", tests=("what_is_read",)),
    Broken(streams.EndsAtInvalidItems, "STM-9", "An item that is none ends the stream."),
)
