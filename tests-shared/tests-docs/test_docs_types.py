"""Every Python block of the documentation passes mypy strict and pyright."""

from __future__ import annotations

from pathlib import Path

import pytest

from snippet_types import PAGES, Block, blocks_of, check, modules, write

BLOCKS = [block for page in PAGES for block in blocks_of(page)]
PAGE, OTHER = Path("page.md"), Path("other.md")


def test_the_blocks_of_all_pages_pass(tmp_path: Path) -> None:
    """`hatch run docs:types` says the same, and how many blocks there are."""
    write(BLOCKS, tmp_path)
    assert not check(tmp_path)


def test_an_error_has_the_line_of_its_page(tmp_path: Path) -> None:
    """Both type checkers find it, also where it is due to an earlier block."""
    first = "from collections.abc import Iterator\n\n\ndef numbers() -> Iterator[int]:\n    yield 1\n"
    write([Block(PAGE, "page", 4, first), Block(PAGE, "page", 13, "with numbers():\n    pass\n")], tmp_path)
    said = check(tmp_path)
    assert len(said) == 2
    assert all("page.py:14:" in each for each in said)


def test_blocks_stand_on_the_lines_of_their_pages() -> None:
    """Those within lists and tabs, too."""
    assert len(BLOCKS) > 100
    for block in BLOCKS:
        line = block.page.read_text(encoding="utf-8").splitlines()[block.line]
        assert line.strip() == block.code.splitlines()[0]


def test_a_file_is_on_one_page_only() -> None:
    """Type checkers know one module of a name."""
    with pytest.raises(ValueError, match=r"shop\.py is on two pages, page\.md and other\.md"):
        modules([Block(PAGE, "shop", 1, "a = 1"), Block(OTHER, "shop", 9, "b = 1")])
