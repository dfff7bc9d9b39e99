"""A whole city's record, invented: to measure with, and to see how the pages bear a hundred thousand teachers."""
