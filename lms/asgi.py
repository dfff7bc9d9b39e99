"""The ASGI application: static files and plugins' mounts without Django, Django for the rest, plugins' sockets."""

import os
import re
from typing import cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")

from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from servestatic import ServeStaticASGI

from lms.web.doors import Application, with_doors
from lms.web.sockets import only_from_our_pages, socket_routes

# Names that carry a digest of their content: Vite's (-Ab12_x9Z.js) and collectstatic's (.0123456789ab.css).
IMMUTABLE = re.compile(r"(-[\w-]{8}|\.[0-9a-f]{12})\.\w+$")

http = with_doors(cast("Application", get_asgi_application()), most_bytes=settings.MAX_BODY_BYTES)
# After Django is set up: only then have plugins registered theirs.
websocket_routes = socket_routes()
application = ServeStaticASGI(
    ProtocolTypeRouter({"http": http, "websocket": only_from_our_pages(websocket_routes)}),
    root=settings.STATIC_ROOT,
    prefix=settings.STATIC_URL,
    immutable_file_test=lambda _path, url: bool(IMMUTABLE.search(url)),
    allow_all_origins=False,
)
