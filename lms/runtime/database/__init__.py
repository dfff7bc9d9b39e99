"""A Django database backend: PostgreSQL, whose pool gives out no connection that died with the server."""
