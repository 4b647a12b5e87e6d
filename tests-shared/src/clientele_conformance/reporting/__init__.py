"""The results of a run: as data, on the terminal, and as a page."""
