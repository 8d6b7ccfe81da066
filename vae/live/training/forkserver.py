"""`python -m vae.live.training.forkserver`: loads once what every training needs, and forks a process for each.

Its standard input is a socket. The server that started it sends the two ends of pipes that are a training's standard input and
output, see `process.py`; where the socket closes, the server is gone, and this process ends. What it has loaded, its children share.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys

from vae.live.training import process


def main() -> int:
    """Fork until standard input is closed; returns the exit status."""
    process.give_way()
    process.load()
    gc.collect()
    gc.freeze()  # a collector that marks what was loaded would copy it for every child
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a child ended, and none stays behind as a zombie
    with socket.socket(fileno=0) as asked:
        while True:
            word, pipes, _, _ = socket.recv_fds(asked, 1, 2)
            if not word:
                return 0
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.close(asked.detach())
                for place, pipe in enumerate(pipes):
                    os.dup2(pipe, place)
                for pipe in set(pipes) - {0, 1}:
                    os.close(pipe)
                process.end(process.serve())
            for pipe in pipes:
                os.close(pipe)


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)
