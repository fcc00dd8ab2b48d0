"""Which run becomes the champion: pure functions of the table of runs."""
