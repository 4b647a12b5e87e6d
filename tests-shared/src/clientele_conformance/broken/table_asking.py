"""The broken backends that ask for something else than they should."""

from __future__ import annotations

from clientele_conformance.broken import bodies, redirects, requests, urls
from clientele_conformance.broken.entry import Broken

ASKING = (
    Broken(urls.ForgetsBasePaths, "URL-1", "The last part of a base path is dropped."),
    Broken(urls.WrapsPorts, "URL-2", "A port past 65535 leads to another one."),
    Broken(requests.DecodesQueries, "URL-3", "An escape that a query needs is decoded."),
    Broken(urls.OpensEscapedSlashes, "URL-4", "The slash in a path argument makes two segments of it."),
    Broken(urls.BelievesDoubleSlashes, "URL-5", "A path that starts with two slashes leads to another host."),
    Broken(urls.DropsUserinfo, "URL-6", "The user and the password of a URL are dropped."),
    Broken(urls.WritesSharpSAsTwo, "URL-7", "A sharp s in a host is written as two."),
    Broken(requests.ReplacesQueries, "QRY-1", "Parameters replace the URL's own query."),
    Broken(requests.WritesBoolsAsPython, "QRY-2", "A bool is sent as True or False."),
    Broken(requests.WritesNoneAsNothing, "QRY-2", "A parameter that is None is sent without a value."),
    Broken(requests.JoinsLists, "QRY-2", "A list is one parameter."),
    Broken(requests.WritesBlanksAsPlus, "QRY-3", "A blank in a query is a plus."),
    Broken(requests.ConvertsHeaderValues, "HDR-1", "A number is taken for a header's value."),
    Broken(requests.TakesLengthsByHand, "HDR-2", "A Content-Length by hand is passed over.", tests=("by_hand",)),
    Broken(requests.AsksForMoreCodings, "HDR-3", "More codings are asked for than are undone."),
    Broken(requests.SaysItsOwnName, "HDR-3", "The User-Agent is the library's."),
    Broken(requests.SendsLastOfRepeatedHeaders, "HDR-4", "The last of repeated headers takes the others' place."),
    Broken(requests.StripsMethods, "HDR-5", "Blanks around a method are dropped.", tests=("no_token",)),
    Broken(requests.SendsNaN, "BDY-1", "NaN is sent as if it were JSON."),
    Broken(requests.SpacesJson, "BDY-1", "JSON is sent with blanks in it."),
    Broken(requests.EscapesJson, "BDY-1", "JSON is sent as ASCII."),
    Broken(bodies.WritesFormsAsBrowsersDo, "BDY-2", "A blank in a form is a plus."),
    Broken(bodies.ReadsFilesWhole, "BDY-3", "A file is read whole before it is sent.", tests=("read_in_blocks",)),
    Broken(bodies.GivesBytesAType, "BDY-4", "Bytes are said to be an octet stream."),
    Broken(bodies.CollectsIterables, "BDY-5", "An iterable is collected before it is sent."),
    Broken(bodies.SaysNoEmptyLength, "BDY-6", "The content-length of an empty body is left out."),
    Broken(bodies.SaysLengthOfNothing, "BDY-6", "A GET has a Content-Length of zero."),
    Broken(requests.SortsJson, "BDY-7", "The keys of JSON are sorted."),
    Broken(redirects.FollowsUnasked, "RDR-1", "Redirects are followed by default.", raises=(KeyError,)),
    Broken(redirects.TurnsPutIntoGet, "RDR-2", "On 302 a PUT becomes a GET."),
    Broken(redirects.KeepsTypeOfDroppedBody, "RDR-2", "A Content-Type is sent without its body."),
    Broken(redirects.KeepsPost, "RDR-2", "On 301 a POST stays one."),
    Broken(redirects.FollowsMoreThanTwenty, "RDR-3", "The redirects go on after the twentieth."),
    Broken(redirects.SendsEmptyBodiesAgain, "RDR-4", "A body that was read is sent again, empty, on 307."),
    Broken(redirects.SendsFilesOfFormsEmpty, "RDR-4", "A form is sent again on 307, its files empty."),
    Broken(redirects.ForwardsApiKeys, "RDR-5", "X-Api-Key is sent to another origin."),
    Broken(redirects.ForwardsAuthorization, "RDR-5", "Authorization is sent to another origin."),
    Broken(redirects.LeavesTLS, "RDR-6", "A redirect from https to http is followed."),
    Broken(redirects.BelievesUserInLocation, "RDR-7", "The user information of a Location is sent."),
    Broken(urls.PrefersUserinfo, "SEC-2", "The user of a URL wins over the caller's Authorization."),
)
