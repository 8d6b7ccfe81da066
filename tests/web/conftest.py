"""The small checkpoints of the live channel's tests."""

from tests.live.conftest import checkpoints, own_shelf, shelf

__all__ = ["checkpoints", "own_shelf", "shelf"]
