"""Data sets that people import from their own pictures: finding them, seeing them as a person does, keeping them under `datasets/`."""
