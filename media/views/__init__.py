"""Views: what players and the upload page talk to, and the pages in the admin."""
