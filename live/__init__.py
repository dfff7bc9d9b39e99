"""Live lessons, rooms and attendance."""
