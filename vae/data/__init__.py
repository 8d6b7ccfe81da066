"""Where images come from. Knows nothing of models."""

from vae.data.images import DataError, Images, available, load, root

__all__ = ["DataError", "Images", "available", "load", "root"]
