"""`clientele new`: what it writes, what it leaves, and what it says."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from clientele_scaffold.commands.new import add_arguments

SHOP = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "https://shop.example.com/v1/"}],
    "paths": {
        "/orders/{orderId}": {
            "get": {
                "operationId": "getOrder",
                "tags": ["orders"],
                "parameters": [{"name": "orderId", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {
                    "200": {
                        "description": "",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
                    }
                },
            }
        },
        "/users": {"get": {"operationId": "listUsers", "tags": ["users"], "responses": {"204": {"description": ""}}}},
    },
    "components": {
        "schemas": {"Order": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}},
    },
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A description in a file."""
    file = tmp_path / "shop.json"
    file.write_text(json.dumps(SHOP))
    return file


def main(arguments: list[str]) -> int:
    """The command, as `clientele` runs it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", dest="as_json", action="store_true")
    add_arguments(parser)
    given = parser.parse_args(arguments)
    code: int = given.run(given)
    return code


def new(file: Path, folder: Path, *more: str) -> int:
    return main(["shop", "--from", str(file), "--output", str(folder), *more])


def files_of(folder: Path) -> dict[str, str]:
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def test_a_function_is_written_in_the_module_of_its_tag(shop: Path, tmp_path: Path) -> None:
    assert 0 == new(shop, tmp_path / "out")
    assert '''"""The calls of Shop that are tagged orders."""

from .client import api
from .models import Order


@api.get("/orders/{order_id}")
def get_order(result: Order, order_id: int) -> Order:
    """GET /orders/{orderId}"""
    return result
''' == (tmp_path / "out/shop/orders.py").read_text()


def test_a_class_is_written_for_each_tag_and_one_for_all(shop: Path, tmp_path: Path) -> None:
    assert 0 == new(shop, tmp_path / "out", "--class", "--async")
    written = files_of(tmp_path / "out")
    assert "class OrdersAPI(Client):" in written["shop/orders.py"]
    assert "    async def get_order(self, result: Order, order_id: int) -> Order:" in written["shop/orders.py"]
    assert "class ShopAPI(OrdersAPI, UsersAPI):" in written["shop/__init__.py"]


def test_it_is_the_same_each_time(shop: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        new(shop, tmp_path / name)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_only_the_tags_that_are_asked_for_are_written_and_only_their_models(shop: Path, tmp_path: Path) -> None:
    assert 0 == new(shop, tmp_path / "out", "--tag", "users")
    assert {"shop/__init__.py", "shop/client.py", "shop/py.typed", "shop/users.py", "test_shop.py"} == set(
        files_of(tmp_path / "out")
    )


def test_what_is_there_is_left_and_named(shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new(shop, tmp_path / "out")
    mine = tmp_path / "out/shop/orders.py"
    mine.write_text("# mine\n")
    (tmp_path / "out/shop/users.py").unlink()
    capsys.readouterr()
    assert 1 == new(shop, tmp_path / "out", "--json")
    said = json.loads(capsys.readouterr().out)
    assert ["shop/users.py"] == list(said["written"])
    assert "shop/orders.py" in said["left"]
    assert "# mine\n" == mine.read_text()


def test_a_link_that_leads_elsewhere_is_not_followed(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "out/shop").mkdir(parents=True)
    (tmp_path / "out/shop/orders.py").symlink_to(tmp_path / "elsewhere.py")
    assert 1 == new(shop, tmp_path / "out")
    assert not (tmp_path / "elsewhere.py").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no-name", "--from", "SHOP"], "'no-name' is not a name of a package"),
        (["class", "--from", "SHOP"], "'class' is not a name of a package"),
        (["shop", "--from", "SHOP", "--tag", "user"], "no operation is tagged 'user'; there are orders, users"),
        (["shop", "--from", "nothing.json"], "nothing.json is not a description that can be used:\n  #: can't"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_written(
    arguments: list[str], says: str, shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(shop) if each == "SHOP" else each for each in arguments]
    assert 2 == main([*given, "--output", str(tmp_path / "out")])
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_output_says_what_was_written(shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new(shop, tmp_path / "out")
    said = capsys.readouterr().out
    assert "shop/orders.py" in said
    assert "2 operations" in said


def test_settings_of_ruff_are_those_of_the_folder(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/ruff.toml").write_text("[format]\nquote-style = 'single'\n")
    assert 0 == new(shop, tmp_path / "out")
    assert "@api.get('/orders/{order_id}')" in (tmp_path / "out/shop/orders.py").read_text()


def test_broken_settings_of_ruff_are_a_message(shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/ruff.toml").write_text("line-length = 'wide'\n")
    assert 2 == new(shop, tmp_path / "out")
    assert "ruff can't format what is written" in capsys.readouterr().err


def test_constants_that_are_alternatives_are_one_literal(tmp_path: Path) -> None:
    kind = {"oneOf": [{"type": "string", "enum": ["a"]}, {"type": "string", "const": "b"}]}
    file = tmp_path / "shop.json"
    order = {"type": "object", "properties": {"id": {"type": "integer"}, "kind": kind}}
    file.write_text(json.dumps(changed(components={"schemas": {"Order": order}})))
    new(file, tmp_path / "out")
    assert 'kind: Literal["a", "b"] | None = None' in (tmp_path / "out/shop/models.py").read_text()


def changed(**parts: Any) -> dict[str, Any]:
    return {**SHOP, **parts}


@pytest.mark.parametrize(
    ("servers", "base_url"),
    [
        ([{"url": "https://shop.example.com/v1/"}], "https://shop.example.com/v1"),
        ([{"url": "/v1"}], "https://api.example.com/v1"),
        ([], "https://api.example.com"),
        ([{"url": "javascript:alert(1)"}], "https://api.example.com"),
        ([{"url": "https://exa mple.com"}], "https://api.example.com"),
    ],
)
def test_the_base_url_is_that_of_the_first_server(servers: list[Any], base_url: str, tmp_path: Path) -> None:
    file = tmp_path / "shop.json"
    file.write_text(json.dumps(changed(servers=servers)))
    new(file, tmp_path / "out")
    assert f'api = APIClient(base_url="{base_url}")' in (tmp_path / "out/shop/client.py").read_text()
