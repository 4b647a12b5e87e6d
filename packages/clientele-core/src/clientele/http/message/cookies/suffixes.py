"""Public suffixes, for which cookies can't be set. The whole list (https://publicsuffix.org) changes every week. This
module has heuristics and the most common suffixes. Under a missing suffix, a server can set a cookie for its
neighbours.
"""

from __future__ import annotations

_SECOND_LEVELS = (
    " ac asso co com ed edu firm gen go gob gouv gov govt gv id ind info int ltd med mil mod my name ne net nhs nic "
    "nom notaires or org plc police presse pro sch school web "
)
"""Public suffixes below a country code: `co.uk`, `com.au`, `or.jp`."""

_ALL_LEVELS = " bd ck er fk jm kh mm np pg "
"""The country codes below which every label is a public suffix."""

_OF_HOSTERS = (
    " appspot.com azureedge.net azurestaticapps.net azurewebsites.net blogspot.com cloudapp.net cloudfront.net "
    "deno.dev duckdns.org fastly.net firebaseapp.com fly.dev github.io gitlab.io herokuapp.com hf.space netlify.app "
    "ngrok.app ngrok-free.app ngrok.io onrender.com pages.dev pythonanywhere.com readthedocs.io replit.app run.app "
    "streamlit.app surge.sh trafficmanager.net trycloudflare.com uk.com us.com vercel.app web.app workers.dev "
)
_OF_MACHINES = (".amazonaws.com", ".azure.com", ".azurecontainerapps.io", ".googleusercontent.com")
"""Suffixes with public names at several depths."""


def is_public_suffix(domain: str) -> bool:
    """Whether `domain`, in lower case, is a known public suffix, also with the final dot of an absolute name."""
    domain = domain.removesuffix(".")
    label, _, rest = domain.partition(".")
    if not rest or f" {domain} " in _OF_HOSTERS:
        return True
    if len(rest) == 2 and (f" {label} " in _SECOND_LEVELS or f" {rest} " in _ALL_LEVELS):
        return True
    return f".{domain}".endswith(_OF_MACHINES)
