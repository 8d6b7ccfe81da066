"""Runs tasks in the background, each in a process of its own: a queue that outlives the server, progress, cancel, resume."""
