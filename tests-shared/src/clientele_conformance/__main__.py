"""`python -m clientele_conformance`."""

from clientele_conformance.command.main import main

if __name__ == "__main__":
    raise SystemExit(main())
