"""Backends that are broken on purpose, each in one way in which a real library is wrong by default.

A suite is worth what it catches. Each of these stands over a correct backend, and is caught by the rule that it breaks:

```sh
python -m clientele_conformance.broken clientele_httpx:HttpxHTTPBackend
```
"""

from clientele_conformance.broken.entry import Broken
from clientele_conformance.broken.running import Kill, kills, run
from clientele_conformance.broken.table import BROKEN

__all__ = ["BROKEN", "Broken", "Kill", "kills", "run"]
