"""Questions, papers, attempts and marks."""
