"""What segments are called, what they are like, and how they change."""
