"""What goes wrong on disk, for whoever catches it without loading what reads and writes there."""

from __future__ import annotations


class DatabaseError(ValueError):
    """The database cannot be used; the message says what to do."""
