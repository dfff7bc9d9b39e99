"""The demo's films, and how its teachers watch them."""

from media.demo.films import film_of, load
from media.demo.watching import do

__all__ = ["do", "film_of", "load"]
