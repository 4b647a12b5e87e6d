"""How Hypothesis draws examples: with no time limits, which a busy machine breaks, and none from earlier runs."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("core", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("core")
