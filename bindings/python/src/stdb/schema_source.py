"""Where a connection's schema comes from."""

import ssl
import urllib.request
from typing import TYPE_CHECKING, Any, Dict, Optional

from .errors import SchemaError
from .schema import Schema, parse

if TYPE_CHECKING:
    from .connection import DbConnection


class SchemaSource:
    """The schema that a connection was given, or the host's."""

    def __init__(self, schema_json: Optional[str], where: Dict[str, Any]) -> None:
        self._schema = None if schema_json is None else parse(schema_json)
        self._where = where

    def find(self, connection: "DbConnection") -> Optional[Schema]:
        """The schema, when it is known."""
        if self._schema is None and self._where["fetch"] and connection.is_active:
            self._schema = self._fetch()
        return self._schema

    def _fetch(self) -> Schema:
        # The library has fetched it, too, but does not give it away yet.
        where = self._where
        uri = where["uri"] if "://" in where["uri"] else f"http://{where['uri']}"
        uri = uri.replace("ws", "http", 1) if uri.startswith("ws") else uri
        context = ssl.create_default_context(cadata=where.get("ca_pem")) if uri.startswith("https") else None
        try:
            url = f"{uri}/v1/database/{where['database']}/schema?version=9"
            with urllib.request.urlopen(url, timeout=10, context=context) as answer:
                return parse(answer.read().decode())
        except OSError as error:
            raise SchemaError(f"the module's schema cannot be fetched: {error}") from None
