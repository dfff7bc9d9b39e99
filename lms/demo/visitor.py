"""Somebody who uses the site as a browser would: signs in, opens pages, posts forms and reports over HTTP."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

TIMEOUT_S = 60


class Refused(Exception):
    """The site answered with an error; the message has the status and the beginning of the answer, `page` all of it."""

    def __init__(self, message: str, page: str = "") -> None:
        super().__init__(message)
        self.page = page


class Visitor:
    """One signed-in person with a cookie jar."""

    def __init__(self, site_url: str) -> None:
        """Nobody yet; `sign_in` makes it somebody."""
        self.site_url = site_url
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self._cookies)
        )

    def sign_in(self, path: str, login: str, password: str) -> None:
        """Sign in by the form at `path` with a phone number or email and a password."""
        self.get(path)
        self.post(path, {"login": login, "password": password, "agree": "on"})

    def get(self, path: str) -> str:
        """The page at `path` (or an absolute URL of the site)."""
        return self._open(urllib.request.Request(self._url(path)))  # noqa: S310 - our own site

    def post(self, path: str, fields: dict[str, Any]) -> str:
        """Send a form as the page would; follows the redirect and returns what it leads to."""
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        return self._send(path, body, "application/x-www-form-urlencoded")

    def post_json(self, path: str, data: Any) -> Any:
        """Send JSON as a script of the page would; the answer's JSON."""
        return json.loads(self._send(path, json.dumps(data).encode(), "application/json"))

    def _send(self, path: str, body: bytes, kind: str) -> str:
        token = next((one.value for one in self._cookies if one.name == "csrftoken"), "") or ""
        headers = {"Content-Type": kind, "X-CSRFToken": token, "Referer": self._url("/")}
        return self._open(urllib.request.Request(self._url(path), data=body, headers=headers))  # noqa: S310 - our own site

    def _url(self, path: str) -> str:
        return urllib.parse.urljoin(self.site_url, path)

    def _open(self, request: urllib.request.Request) -> str:
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as problem:
            text = re.sub(r"\s+", " ", problem.read().decode(errors="replace"))
            raise Refused(f"{problem.code} {request.full_url}: {text[:300]}", text) from problem
