"""What goes over the plugin's sockets, a module each."""
