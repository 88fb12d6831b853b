"""What a unit of work needs of a connection."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import CursorResult, ScalarResult


class SqlConnection(Protocol):
    @property
    def dialect(self) -> Any: ...
    def execute(self, statement: Any, parameters: Any = None, /) -> CursorResult[*tuple[Any, ...]]: ...
    def scalars(self, statement: Any, parameters: Any = None, /) -> ScalarResult[Any]: ...
