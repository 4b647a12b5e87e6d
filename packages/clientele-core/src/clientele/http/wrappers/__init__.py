"""`Wrapper`, a backend around another one, written once for both modes as a flow.

It imports transports and the interface. Retries, recordings and the client import it.
"""

from clientele.http.wrappers.flows import End, Flow, Sleep, Step
from clientele.http.wrappers.places import Place
from clientele.http.wrappers.wrapper import Wrapper

__all__ = ["End", "Flow", "Place", "Sleep", "Step", "Wrapper"]
