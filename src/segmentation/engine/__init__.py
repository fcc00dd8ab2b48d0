"""What is asked of the database engine because it is not portable; the only room that knows it."""
