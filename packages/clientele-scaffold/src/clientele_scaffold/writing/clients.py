"""`client.py`: where the API is, what its errors are, and how it is authenticated."""

from __future__ import annotations

import textwrap

from clientele_scaffold.reading import Description
from clientele_scaffold.writing.functions import Style
from clientele_scaffold.writing.literals import docstring, first_paragraph, literal
from clientele_scaffold.writing.scopes import Scope

_CLASS = """class Client(APIClient):
    {docstring}

    def __init__(self, **settings: Unpack[Settings]) -> None:
        {settings}
        super().__init__(**settings)
"""


def client_module(
    description: Description, settings: dict[str, str], authenticate: str, scope: Scope, style: Style
) -> str:
    """The source of the module.

    Args:
        description: whose title it has.
        settings: those of the client, as expressions.
        authenticate: the function that authenticates, or `""`.
        scope: collects what is imported.
        style: whether it has a class, or a client for functions.
    """
    scope.use("clientele.api", "APIClient")
    about = docstring(f"{description.title} {description.version}", first_paragraph(description.description))
    parts = [f"{about}\n\n{{imports}}"]
    if style.is_class:
        scope.use("typing", "Unpack")
        scope.use("clientele.api.config", "Settings")
        told = "\n        ".join(f"settings.setdefault({literal(name)}, {said})" for name, said in settings.items())
        text = docstring("A client of the API; its settings are those of APIClient")
        methods = f"\n{textwrap.indent(authenticate, '    ')}\n" if authenticate else ""
        parts.append(_CLASS.format(docstring=text, settings=told) + methods)
    else:
        told = ", ".join(f"{name}={said}" for name, said in settings.items())
        parts += [f"api = APIClient({told})", *([authenticate] if authenticate else [])]
    source = "\n\n\n".join(parts).rstrip() + "\n"
    return source.replace("{imports}", scope.lines(), 1)
