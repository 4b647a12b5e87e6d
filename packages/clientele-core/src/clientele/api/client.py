"""The client: configuration and closing. Its base classes define the calls."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self, Unpack

from clientele.api.calling.direct_calls import DirectCalls
from clientele.api.calling.state import BackendHolder, State
from clientele.api.config import CONFIG_DEFAULTS, BaseConfig, Settings
from clientele.api.decorating.bound import MethodInClass
from clientele.api.decorating.verbs import Verbs
from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.option_signatures import with_option_signature
from clientele.http.errors import ConfigurationError


class APIClient(Verbs, DirectCalls):
    """Calls one API.

    Args:
        config: the configuration; or
        settings: the fields of a `BaseConfig` as keywords, including the options of the backend that it builds.

    Raises:
        TypeError: both a config and keywords, or not a config.
        ConfigurationError: a field is unknown or its value is invalid.

    Example:
        ```python
        api = APIClient(base_url="https://api.example.com")

        @api.get("/users/{user_id}")
        def get_user(result: User, user_id: int) -> User:
            return result
        ```

    A subclass may declare endpoints as methods, with the decorators of `clientele.api`: see `clientele.api.endpoint`. A
    client closes only a backend that it built itself. It may be used by any number of threads and event loops.
    """

    state: State
    """The state that follows from the configuration; `configure` replaces it."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        for owner in cls.__mro__:
            for name, value in vars(owner).items():
                if isinstance(value, MethodInClass) and _is_taken(name):
                    raise ConfigurationError(
                        f"{owner.__qualname__}.{name}: APIClient already has `{name}`, which this would hide; rename it"
                    )

    @with_option_signature(Settings, CONFIG_DEFAULTS)
    def __init__(self, config: BaseConfig | None = None, **settings: Unpack[Settings]) -> None:
        if config is not None and settings:
            raise TypeError(f"{type(self).__name__}: pass a config or its fields as keywords, not both")
        used = BaseConfig(**settings) if config is None else _checked_config(config, type(self).__name__)
        self.state = State(used, BackendHolder(used))

    @property
    def config(self) -> BaseConfig:
        """The current configuration."""
        return self.state.config

    @property
    def backend(self) -> HTTPBackend:
        """The backend of the client; it is built at first use, if none was passed.

        Raises:
            ConfigurationError: no backend of that name is installed, there is no default, or it doesn't support an
                option.
            ImportError: the backend is installed, but can't be imported.
        """
        return self.state.holder.backend

    def configure(self, config: BaseConfig | None = None, **settings: Unpack[Settings]) -> None:
        """Replace the configuration, or change fields of it, for all later calls, also of functions that are already
        decorated.

        The backend and its connections are kept unless `http_backend` or an option of the connection changes; then the
        old backend is closed, if the client built it.

        Raises:
            TypeError: both a config and keywords, or not a config.
            ConfigurationError: as for `APIClient`; the configuration is then unchanged.
        """
        if config is not None and settings:
            raise TypeError("configure: pass a config or its fields as keywords, not both")
        before = self.state
        if config is None:
            fields: dict[str, Any] = {name: getattr(before.config, name) for name in before.config.model_fields_set}
            fields.update(settings)
            config = type(before.config)(**fields)
        _checked_config(config, "configure")
        stays = before.holder.serves(config)
        self.state = State(config, before.holder if stays else BackendHolder(config))
        if not stays:
            before.holder.close()

    def __getstate__(self) -> dict[str, Any]:
        """The pickled state: the configuration instead of the derived state, and the attributes of a subclass."""
        return {**vars(self), "state": self.config}

    def __setstate__(self, attributes: dict[str, Any]) -> None:
        config = attributes["state"]
        vars(self).update(attributes, state=State(config, BackendHolder(config)))

    def close(self) -> None:
        """Close the backend if the client built it; the next call opens it again."""
        self.state.holder.close()

    async def aclose(self) -> None:
        """`close`, and wait until this event loop's connections are closed."""
        await self.state.holder.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.config!r}>"


def _checked_config(config: BaseConfig, where: str) -> BaseConfig:
    if not isinstance(config, BaseConfig):
        instead = f"pass its fields as keywords{_how(config)}"
        raise TypeError(f"{where}: config is a BaseConfig, not {_shown(config)}; {instead}")
    return config


def _shown(value: object) -> str:
    return f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__


def _how(value: object) -> str:
    if isinstance(value, str):
        return ": base_url=..."
    return ": http_backend=..." if isinstance(value, HTTPBackend) else ""


def _is_taken(name: str) -> bool:
    return name == "state" or any(name in vars(owner) for owner in APIClient.__mro__)
