"""An application that books training hours with django-hordak: what `posting_hordak` measures."""
