"""`hatch run demo`: calls httpbin over every installed backend, prints a table, exits 1 if a row is wrong."""

import secrets
import sys

from docs.examples.demo.attempts import attempt_all
from docs.examples.demo.calls import all_calls
from docs.examples.demo.httpbin_process import running_httpbin
from docs.examples.demo.table import print_table

USER = "ada"


def main() -> int:
    password = secrets.token_urlsafe()
    with running_httpbin() as address:
        attempts = attempt_all(all_calls(address, USER, password), f"http://{USER}:{password}@{address}")
    print_table(attempts)
    return 0 if attempts and all(attempt.is_right for attempt in attempts) else 1


if __name__ == "__main__":
    sys.exit(main())
