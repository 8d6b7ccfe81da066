"""The small checkpoints of the live channel's tests."""

from tests.live.conftest import checkpoints, models_root, own_models_root

__all__ = ["checkpoints", "models_root", "own_models_root"]
