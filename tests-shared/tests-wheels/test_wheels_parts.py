"""The list of parts that is published beside a distribution."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from release_parts import parts_of

FILE = "file:///home/somebody/wheels/clientele_httpx-3.0.1-py3-none-any.whl"


def part(name: str, version: str, **more: Any) -> dict[str, Any]:
    """One that is installed."""
    return {"bom-ref": f"{name}=={version}", "name": name, "version": version, **more}


HTTPX = part("httpx", "0.28.1", purl="pkg:pypi/httpx@0.28.1", externalReferences=[{"url": "https://example.org/"}])
ENVIRONMENT: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {"tools": {}},
    "components": [
        part("clientele-httpx", "3.0.1", externalReferences=[{"type": "distribution", "url": FILE, "hashes": ["1"]}]),
        HTTPX,
        part("h11", "0.16.0"),
        part("pip", "23.2.1"),
    ],
    "dependencies": [
        {"ref": "clientele-httpx==3.0.1", "dependsOn": ["httpx==0.28.1"]},
        {"ref": "httpx==0.28.1", "dependsOn": ["h11==0.16.0"]},
        {"ref": "h11==0.16.0"},
        {"ref": "pip==23.2.1"},
    ],
}


def test_the_distribution_is_the_subject_of_its_list() -> None:
    """Whoever reads the list learns which release it is about, by the name that the index knows."""
    subject = parts_of("clientele-httpx", ENVIRONMENT)["metadata"]["component"]
    assert ("clientele-httpx", "3.0.1") == (subject["name"], subject["version"])
    assert "pkg:pypi/clientele-httpx@3.0.1" == subject["purl"]


def test_the_list_has_what_the_distribution_needs_and_nothing_else() -> None:
    """At any depth; what the environment has for itself, such as pip, is no part of it."""
    found = parts_of("clientele-httpx", ENVIRONMENT)
    assert ["httpx", "h11"] == [each["name"] for each in found["components"]]
    assert ["clientele-httpx==3.0.1", "httpx==0.28.1", "h11==0.16.0"] == [each["ref"] for each in found["dependencies"]]
    assert HTTPX in found["components"]


def test_the_list_says_nothing_of_the_machine_that_made_it() -> None:
    """A wheel is named by its file, with its hash."""
    found = parts_of("clientele-httpx", ENVIRONMENT)
    assert "somebody" not in str(found)
    (link,) = found["metadata"]["component"]["externalReferences"]
    assert {"type": "distribution", "url": "clientele_httpx-3.0.1-py3-none-any.whl", "hashes": ["1"]} == link


def test_the_list_can_be_attested() -> None:
    """`actions/attest` takes only what has these three for CycloneDX; the serial number follows from the content."""
    first, second = (parts_of("clientele-httpx", ENVIRONMENT) for _ in range(2))
    assert all(first.get(name) for name in ("bomFormat", "serialNumber", "specVersion"))
    assert UUID(first["serialNumber"]).version == 5
    assert first == second
    other = {**ENVIRONMENT, "components": [*ENVIRONMENT["components"][:2], part("h11", "0.17.0")]}
    assert first["serialNumber"] != parts_of("clientele-httpx", other)["serialNumber"]
