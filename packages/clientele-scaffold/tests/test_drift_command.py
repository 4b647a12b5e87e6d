"""Arguments of `clientele drift`: which packages and descriptions it refuses, and what it imports and fetches."""

from __future__ import annotations

import json

import pytest

from clientele_conformance.servers import Origin, json_response
from pets import WritePets, description, drift, written


def test_an_invalid_description_is_refused_with_a_pointer(
    write_pets: WritePets, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the text and in the JSON output."""
    broken, name = description(), write_pets()
    broken["paths"]["/pets"]["get"]["responses"]["200"] = {"$ref": "#/components/responses/None"}
    pointer = "#/paths/~1pets/get/responses/200"
    assert 2 == drift(name, "--against", written(broken))
    assert pointer in capsys.readouterr().err
    assert 2 == drift(name, "--json", "--against", "openapi.json")
    assert pointer in [each["pointer"] for each in json.loads(capsys.readouterr().out)["problems"]]
    assert 2 == drift(name, "--against", "nowhere.json")
    assert "nowhere.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import no_such_module_at_all", "can't be imported: ModuleNotFoundError: No module named 'no_such_module_at"),
        ("raise SystemExit('no settings')", "can't be imported: SystemExit: no settings"),
        ("1 / 0", "can't be imported: ZeroDivisionError: division by zero"),
        ("def f(:", "can't be imported: SyntaxError: "),
        (
            "from .pets import api\n@api.get('/a')\ndef f(result: 'Missing') -> None: ...",
            "can't be used: f: an annotation names Missing",
        ),
    ],
)
def test_a_package_that_cannot_be_imported_is_refused(
    write_pets: WritePets, capsys: pytest.CaptureFixture[str], text: str, expected: str
) -> None:
    """Whatever any of its modules raises."""
    assert 2 == drift(write_pets(more=text), "--against", written(description()))
    assert expected in capsys.readouterr().err


def test_a_package_without_endpoints_is_refused(write_pets: WritePets, capsys: pytest.CaptureFixture[str]) -> None:
    """So is one that doesn't exist."""
    assert 2 == drift(write_pets(pets=""), "--against", written(description()))
    assert "declares no calls" in capsys.readouterr().err
    assert 2 == drift("clientele_test_no_such_package", "--against", "openapi.json")
    assert "clientele_test_no_such_package can't be imported" in capsys.readouterr().err


def test_only_the_description_is_fetched_and_only_the_client_imported(
    write_pets: WritePets, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tests and `__main__` aren't imported; what an import prints isn't in the report."""
    with Origin() as origin:
        origin.on("/openapi.json", json_response(description()))
        fails = "raise AssertionError('this runs')"
        name = write_pets(origin.url(), __main__=fails, conftest=fails, test_pets=fails, noise="print('hello')")
        assert 0 == drift("--json", name, "--against", f"{origin.url()}/openapi.json")
        assert ["/openapi.json"] == [request.target for request in origin.requests]
    assert [] == json.loads(capsys.readouterr().out)["drift"]


def test_with_tags_only_their_operations_can_be_missing(
    write_pets: WritePets, capsys: pytest.CaptureFixture[str]
) -> None:
    """All declared operations are compared."""
    more, name = description(), write_pets()
    more["paths"]["/orders"] = {"get": {"tags": ["orders"], "responses": {"204": {"description": ""}}}}
    assert 1 == drift(name, "--against", written(more))
    assert 0 == drift(name, "--against", "openapi.json", "--tag", "pets")
    more["paths"]["/pets/{id}"]["get"]["tags"] = ["orders"]
    assert 0 == drift(name, "--against", written(more), "--tag", "pets")
    assert 1 == drift(name, "--against", "openapi.json", "--tag", "pets", "--tag", "orders")
    assert "GET /orders: missing" in capsys.readouterr().out


def test_the_description_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        drift("pets")
    assert 2 == exit_.value.code
    assert "--against" in capsys.readouterr().err
