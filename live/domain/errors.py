"""What can go wrong, said to whom it concerns."""

from django.utils.functional import Promise


class Refused(Exception):
    """An act that is not done. `code` is for programs, `message` for people, `close` the socket's close code."""

    def __init__(self, code: str, message: str | Promise, *, close: int = 4400) -> None:
        super().__init__(str(message))
        self.code, self.message, self.close = code, str(message), close
