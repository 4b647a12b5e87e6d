"""`clientele doctor`: problems and notes about the environment, and what to do about them."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from clientele.commands.hazards import find_hazards
from clientele.commands.tables import print_json, print_text
from clientele.http.errors import ConfigurationError
from clientele.http.message.urls import checked_base_url


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--base-url", default="", help="the base URL of your client: is there a netrc entry for it?")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Print the hazards; returns 1 if there is a problem, 2 if the base URL is invalid."""
    try:
        hazards = find_hazards(checked_base_url(given.base_url, "--base-url"))
    except ConfigurationError as error:
        print_text(f"clientele doctor: {error}")
        return 2
    if given.as_json:
        print_json([asdict(hazard) for hazard in hazards])
    for hazard in [] if given.as_json else hazards:
        print_text(f"{hazard.level}: {hazard.kind}: {hazard.text}", f"    {hazard.advice}")
    if not hazards and not given.as_json:
        print_text("nothing found")
    return int(any(hazard.level == "problem" for hazard in hazards))
