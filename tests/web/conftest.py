"""The small checkpoints of the live channel's tests."""

from tests.live.conftest import checkpoints, own_models_root, models_root

__all__ = ["checkpoints", "own_models_root", "models_root"]
