"""Bodies that are larger than an address takes, at the real server."""

import http.client
import json
import uuid

import pytest

from lms.testing.plugin import Site

TEN_MB = 10 * 2**20
REPORT = f"/media/report/{uuid.UUID(int=0)}/"


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in chunks"])
def test_ten_megabytes_of_report_are_refused_in_words(site: Site, announced: bool) -> None:
    line = http.client.HTTPConnection("127.0.0.1", int(site.url.rsplit(":", 1)[1]), timeout=20)
    headers = {"Content-Type": "application/json"}
    if announced:
        # Refused by its length alone: nothing of the body is asked for.
        line.request("POST", REPORT, None, headers | {"Content-Length": str(TEN_MB)})
    else:
        pieces = iter([b" " * 2**16] * (TEN_MB // 2**16))
        line.request("POST", REPORT, pieces, headers, encode_chunked=True)
    answer = line.getresponse()
    assert answer.status == 413
    assert json.loads(answer.read())["error"] == "too-large"
    line.close()
    again = http.client.HTTPConnection("127.0.0.1", line.port, timeout=20)
    again.request("GET", "/healthz")
    assert again.getresponse().status == 200
    again.close()
