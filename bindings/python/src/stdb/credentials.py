"""A token kept in a file, where the official Rust SDK keeps it."""

import ctypes
from typing import Optional

from . import _ffi
from ._library import Handle, c_text, call, lib, text
from .errors import StdbError


class CredentialsFile:
    """A file that one token is kept in, which only its owner may read. `key` is its name, in
    `.spacetimedb_client_credentials` of the home folder unless `directory` is another folder."""

    def __init__(self, key: str, directory: Optional[str] = None) -> None:
        pointer = ctypes.c_void_p()
        name = c_text(key, "key")
        if directory is None:
            call(lib.stdb_credentials_file_new, name, pointer)
        else:
            call(lib.stdb_credentials_file_with_directory, c_text(directory, "directory"), name, pointer)
        assert pointer.value is not None
        self._handle = Handle(pointer.value, lib.stdb_credentials_file_free)

    @property
    def path(self) -> str:
        """Where the file is, whether or not it exists."""
        return text(lib.stdb_credentials_file_path(self._handle.pointer))

    def save(self, token: str) -> None:
        """Keeps a token in the place of an earlier one. The folder is made when it is not there."""
        call(lib.stdb_credentials_file_save, self._handle, c_text(token, "token"))

    def load(self) -> Optional[str]:
        """The token, or None when there is no file."""
        token = _ffi.stdb_str()
        try:
            call(lib.stdb_credentials_file_load, self._handle, token)
        except StdbError as error:
            if error.code == _ffi.STDB_ERR_NOT_FOUND:
                return None
            raise
        return text(token)

    def remove(self) -> None:
        """Removes the file; that there is none is no failure."""
        call(lib.stdb_credentials_file_remove, self._handle)

    def __repr__(self) -> str:
        return f"<CredentialsFile {self.path}>"
