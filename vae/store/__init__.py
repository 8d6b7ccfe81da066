"""What lies on disk, and what may be believed of it. Knows nothing of training and of screens."""
