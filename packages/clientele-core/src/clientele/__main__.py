"""`python -m clientele`: list backends, find problems, make one call."""

from __future__ import annotations

from clientele.commands.main import main

if __name__ == "__main__":
    raise SystemExit(main())
