"""What is known of the dependencies that are installed: `hatch run audit:check`.

pip-audit takes a dependency that its index says nothing of for one without a fault, and ends well. Where the index has
no advisories, or can't be reached, that would be all of them: here it ends with 3 and says so.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

CLEAN, FAULTY, NOT_KNOWN = 0, 1, 3
SECONDS = 600
_COMMAND = ("-m", "pip_audit", "--local", "--skip-editable", "--progress-spinner", "off", "--format", "json")
_FEW = 5
_EDITABLE = "marked as editable"


def judged(report: str) -> tuple[int, str]:
    """How the check ends, and what it says, by the JSON of pip-audit; nothing where pip-audit has failed."""
    if not report.strip():
        return NOT_KNOWN, "not audited: pip-audit got no advisories; try it where it reaches the index"
    dependencies = json.loads(report)["dependencies"]
    faults = [_fault(each, fault) for each in dependencies for fault in each.get("vulns", ())]
    unknown = [each["name"] for each in dependencies if _is_unknown(each)]
    audited = sum("skip_reason" not in each for each in dependencies)
    if faults:
        return FAULTY, "\n".join(faults)
    if unknown or not audited:
        return NOT_KNOWN, (
            f"not audited: the index has no advisories for {len(unknown)} of {audited + len(unknown)} dependencies"
            f" ({_some(unknown)}); try it where pip-audit reaches them"
        )
    return CLEAN, f"{audited} dependencies, and no known fault"


def _is_unknown(dependency: dict[str, Any]) -> bool:
    return "skip_reason" in dependency and _EDITABLE not in dependency["skip_reason"]


def _some(names: list[str]) -> str:
    return ", ".join([*names[:_FEW], *(["..."] if len(names) > _FEW else [])])


def _fault(dependency: dict[str, Any], fault: dict[str, Any]) -> str:
    fixed = ", ".join(fault["fix_versions"]) or "no version yet"
    return f"{dependency['name']} {dependency['version']}: {fault['id']}, fixed in {fixed}"


def main() -> int:
    """Ask pip-audit, which tells on stderr why it failed."""
    done = subprocess.run(  # noqa: S603 - the command is this one's own
        [sys.executable, *_COMMAND], stdout=subprocess.PIPE, text=True, timeout=SECONDS, check=False
    )
    code, message = judged(done.stdout)
    sys.stdout.write(f"{message}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
