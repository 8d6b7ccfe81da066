"""`python -m vae`, and the command `continuum`."""

from vae.cli import main

if __name__ == "__main__":
    main()
