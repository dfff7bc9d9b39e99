"""The plugin's sockets, a module each."""
