"""`python -m clientele_conformance`."""

from clientele_conformance.command.main import command

if __name__ == "__main__":
    command()
