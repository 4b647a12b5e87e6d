"""What comes along with a distribution: the list of its parts (SBOM, https://cyclonedx.org) that goes beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from release_artifacts import run


def write_parts(name: str, python: Path, output: Path) -> None:
    """Write the parts of the distribution `name`, as they are installed beside `python`, to the file `output`."""
    found = run("cyclonedx-py", "environment", "--output-reproducible", "--of", "JSON", str(python))
    output.write_text(json.dumps(parts_of(name, json.loads(found)), indent=2) + "\n", encoding="utf-8")


def parts_of(name: str, environment: dict[str, Any]) -> dict[str, Any]:
    """The list of an `environment`, with `name` as its subject, and of the rest what that one needs.

    What is installed from a file has the folder of this machine in it, and no name that others know it by.
    """
    installed = {part["bom-ref"]: _as_published(part) for part in environment["components"]}
    needs: dict[str, list[str]] = {each["ref"]: each.get("dependsOn", []) for each in environment["dependencies"]}
    subject = next(reference for reference, part in installed.items() if part["name"] == name)
    reached, ahead = {subject}, [subject]
    while ahead:
        new = set(needs.get(ahead.pop(), ())) - reached
        reached |= new
        ahead += new
    listed = {
        **environment,
        "metadata": {**environment["metadata"], "component": installed[subject]},
        "components": [part for reference, part in installed.items() if reference in reached - {subject}],
        "dependencies": [each for each in environment["dependencies"] if each["ref"] in reached],
    }
    # A number that follows from the content: one by chance would make each list another one, and without any
    # `actions/attest` doesn't take it for CycloneDX.
    return {**listed, "serialNumber": uuid5(NAMESPACE_URL, json.dumps(listed)).urn}


def _as_published(part: dict[str, Any]) -> dict[str, Any]:
    links = [_by_file_name(link) for link in part.get("externalReferences", [])]
    if links == part.get("externalReferences", []):
        return part
    return {**part, "purl": f"pkg:pypi/{part['name']}@{part['version']}", "externalReferences": links}


def _by_file_name(link: dict[str, Any]) -> dict[str, Any]:
    url: str = link["url"]
    return {**link, "url": url.rpartition("/")[2]} if url.startswith("file:") else link
