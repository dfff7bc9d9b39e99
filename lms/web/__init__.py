"""The platform's own pages; no models."""
