"""What can be wrong with a request: a code for scripts, a sentence for people, a status for HTTP."""

from http import HTTPStatus
from typing import Any

from django.utils.functional import Promise


class Problem(Exception):
    """A request that is refused; nothing was changed. `extra` goes into the answer."""

    def __init__(
        self,
        code: str,
        message: str | Promise,
        status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
        **extra: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
        self.extra = extra
