"""The ASGI application: static files without Django, Django for the rest, sockets refused until a plugin brings one."""

import os
import re

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from servestatic import ServeStaticASGI

# Names that carry a digest of their content: Vite's (-Ab12_x9Z.js) and collectstatic's (.0123456789ab.css).
IMMUTABLE = re.compile(r"(-[\w-]{8}|\.[0-9a-f]{12})\.\w+$")

websocket_routes: list[object] = []
application = ServeStaticASGI(
    ProtocolTypeRouter({"http": get_asgi_application(), "websocket": URLRouter(websocket_routes)}),
    root=settings.STATIC_ROOT,
    prefix=settings.STATIC_URL,
    immutable_file_test=lambda _path, url: bool(IMMUTABLE.search(url)),
    allow_all_origins=False,
)
