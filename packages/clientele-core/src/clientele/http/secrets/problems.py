"""Problem details of a server for the message of an exception, without secrets."""

from __future__ import annotations

from collections.abc import Callable

from clientele.http.message.body.problem_details import problem_text


def masked_problem(content: bytes, text: Callable[[], str], quiet: Callable[[str], str]) -> str:
    """The title and the detail of a problem without secrets; empty if there is neither.

    Args:
        content: the body.
        text: the body as text, for a body that isn't in an encoding of JSON.
        quiet: masks the secrets of the client.
    """
    # Imported here because it is rarely needed, and the import is slow.
    from clientele.http.secrets.masking import masked_text  # noqa: PLC0415

    return problem_text(content, text, lambda said: masked_text(quiet(said)))
