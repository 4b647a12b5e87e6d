"""Public suffixes, for which no cookie may be set.

The whole list of these (https://publicsuffix.org) changes every week. Here are rules of thumb and its largest names.
Where a name is missing, a server can set a cookie for its neighbours below it.
"""

from __future__ import annotations

_SECOND_LEVELS = (
    " ac asso co com ed edu firm gen go gob gouv gov govt gv id ind info int ltd med mil mod my name ne net nhs nic "
    "nom notaires or org plc police presse pro sch school web "
)
"""Below the two letters of a country, these are what `com` is elsewhere: `co.uk`, `com.au`, `or.jp`."""

_ALL_LEVELS = " bd ck er fk jm kh mm np pg "
"""In these countries every second level is one."""

_OF_HOSTERS = (
    " appspot.com azureedge.net azurestaticapps.net azurewebsites.net blogspot.com cloudapp.net cloudfront.net "
    "deno.dev duckdns.org fastly.net firebaseapp.com fly.dev github.io gitlab.io herokuapp.com hf.space netlify.app "
    "ngrok.app ngrok-free.app ngrok.io onrender.com pages.dev pythonanywhere.com readthedocs.io replit.app run.app "
    "streamlit.app surge.sh trafficmanager.net trycloudflare.com uk.com us.com vercel.app web.app workers.dev "
)
_OF_MACHINES = (".amazonaws.com", ".azure.com", ".azurecontainerapps.io", ".googleusercontent.com")
"""Below these, strangers have names at several depths."""


def is_public_suffix(domain: str) -> bool:
    """Whether names below `domain`, in lower case, belong to different people, as far as is known here."""
    label, _, rest = domain.partition(".")
    if not rest or f" {domain} " in _OF_HOSTERS:
        return True
    if len(rest) == 2 and (f" {label} " in _SECOND_LEVELS or f" {rest} " in _ALL_LEVELS):
        return True
    return f".{domain}".endswith(_OF_MACHINES)
