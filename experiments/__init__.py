"""What the saved studies of ``conf/sweep`` found, and the code that writes it."""
