"""The one door by which reports and counts come in, and by which they leave again."""
