"""Which pictures are for training and which for testing, decided by each picture alone."""

from __future__ import annotations

TEST_SHARE = 0.1


def split_of(identity: str, share: float = TEST_SHARE) -> str:
    """ "test" for that share of all hashes and "train" for the others.

    Nothing but the picture decides, so that adding or removing one never moves another, and identical ones are on one side.

    Parameters
    ----------
    identity : a SHA-256 of the picture, as hexadecimal digits
    share : of the pictures that are for testing, 0 to 1
    """
    return "test" if int(identity[:16], 16) < share * 2**64 else "train"
