"""Pages of live lessons, and what their scripts ask for."""
