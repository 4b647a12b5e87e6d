"""`python -m clientele`: what is installed, what is in the way, and one call by hand."""

from __future__ import annotations

from clientele.commands.main import main

if __name__ == "__main__":
    raise SystemExit(main())
