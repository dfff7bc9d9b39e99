"""What runs the platform on one machine: folders, secrets, the embedded PostgreSQL, the process tree."""
