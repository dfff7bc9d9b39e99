"""What is done with papers and attempts."""
