"""From the files of a shop to cleaned transaction lines and a report of what was kept."""
