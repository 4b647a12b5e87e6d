"""What takes the place of secrets in headers and bodies."""

from __future__ import annotations

import pytest

from clientele.http.secrets.known_secrets import KnownSecrets
from clientele.http.secrets.masking import Masking, masked_text
from clientele.http.secrets.secret_names import SecretNames

MASKING = Masking(SecretNames(), None, None)


@pytest.mark.parametrize(
    ("header", "masked"),
    [
        (("Cookie", "a=planted; b=planted"), "a=***; b=***"),
        (("Cookie", "a=; b=planted"), "a=; b=***"),
        (("Set-Cookie", "a=planted; Path=/; HttpOnly"), "a=***; Path=/; HttpOnly"),
        (("Set-Cookie", "a=planted; b=planted"), "a=***; b=***"),
    ],
)
def test_each_cookie_keeps_its_name(header: tuple[str, str], masked: str) -> None:
    """And loses its value."""
    assert ((header[0], masked),) == MASKING.headers((header,))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("password = planted\nuser = me", "password = ***\nuser = me"),
        ("[api]\n  token = 'planted'\n", "[api]\n  token = ***\n"),
        ("token=planted&x=1", "token=***&x=1"),
        ("if token == planted", "if token == planted"),
        ("<password><![CDATA[pl<an]ted]]></password>", "<password><![CDATA[***]]></password>"),
        ('<p:token a="1">\n<![CDATA[planted]]>\n</p:token>', '<p:token a="1">***<![CDATA[***]]>\n</p:token>'),
        ("<user><![CDATA[me]]></user>", "<user><![CDATA[me]]></user>"),
    ],
)
def test_a_secret_of_a_configuration_or_a_document(text: str, masked: str) -> None:
    """By its name."""
    assert masked_text(text) == masked


def test_a_cookie_has_no_known_secret_elsewhere_either() -> None:
    """In its name, or in an attribute."""
    masking = Masking(SecretNames(), None, KnownSecrets(["planted"]))
    headers = (("Set-Cookie", "planted=1; Path=/%70lanted; HttpOnly"), ("Cookie", "planted=1"))
    assert masking.headers(headers) == (("Set-Cookie", "***=***; Path=/***; HttpOnly"), ("Cookie", "***=***"))
