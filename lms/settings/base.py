"""Every setting, with one name, one default and one comment. Secrets come from the environment or var/secrets.json."""

import os
from importlib.metadata import entry_points

import dj_database_url

from lms.runtime import paths
from lms.runtime.postgres import APP, OWNER, Server


def _flag(name: str, *, default: bool) -> bool:
    return os.environ.get(name, str(int(default))).lower() in {"1", "true", "yes", "on"}


def _list(name: str, default: str) -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


BASE_DIR = paths.ROOT
VAR_DIR = paths.VAR

# --- Where this is, and who may talk to it ---------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = os.environ.get("SECRET_KEY") or paths.secret("django")
ALLOWED_HOSTS = _list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _list("CSRF_TRUSTED_ORIGINS", "")
# The address people use: in QR codes, messages and links. No trailing slash.
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000")
SITE_NAME = os.environ.get("SITE_NAME", "青禾教师研修")
# True behind a proxy that ends TLS and sets X-Forwarded-Proto; turns on secure cookies, redirect and HSTS.
BEHIND_TLS = _flag("BEHIND_TLS", default=SITE_URL.startswith("https://"))

# --- Applications ----------------------------------------------------------------------------------------------------
# Plugins are named by entry points and added by name; nothing of theirs is imported here.
PLUGINS = sorted(point.value.replace(":", ".") for point in entry_points(group="lms.plugins"))
INSTALLED_APPS = [
    "lms.web",
    *PLUGINS,
    "lms.credit",
    "lms.people",
    "lms.plugins",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.sites",
    "wagtail",
    "modelsearch",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "channels",
    "pgtrigger",
    "csp",
    "django_vite",
    "django.contrib.postgres",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "lms.urls"
ASGI_APPLICATION = "lms.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.web.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "lms.web.renderer.FormRenderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database --------------------------------------------------------------------------------------------------------
# DATABASE_URL names a PostgreSQL of one's own (15 or later) for the application's role, DATABASE_OWNER_URL the same
# database for the role that migrates. Without them: the embedded server of lms.runtime.postgres, which settings
# describe but never start.
DATABASE_ROLE = os.environ.get("LMS_DATABASE_ROLE", "app")
DATABASE_APP_ROLE = os.environ.get("DATABASE_APP_ROLE", APP)
_embedded = Server()
_urls = {
    "app": os.environ.get("DATABASE_URL") or _embedded.url(APP),
    "owner": os.environ.get("DATABASE_OWNER_URL")
    or os.environ.get("DATABASE_URL")
    or _embedded.url(OWNER),
}
DATABASES = {"default": dj_database_url.parse(_urls[DATABASE_ROLE])}
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Connections a serving process may open at most; requests beyond that wait for one (ASGI: a connection per thread).
# 0, for commands and workers: one connection, no pool.
DATABASE_POOL_SIZE = int(os.environ.get("DATABASE_POOL_SIZE", "0"))
if DATABASE_POOL_SIZE:
    _pool = {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 30}
    DATABASES["default"]["OPTIONS"] = {"pool": _pool}

# --- People and sign-in ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS

# --- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- Files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# What Vite built; its manifest names the hashed files.
BUILD_DIR = VAR_DIR / "build"
STATICFILES_DIRS = [BUILD_DIR] if BUILD_DIR.exists() else []
MEDIA_URL = "/files/"
MEDIA_ROOT = VAR_DIR / "uploads"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Hashed names, gzip and brotli beside each file; lms.asgi serves them, or nginx in front.
    "staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"},
}
DJANGO_VITE = {"default": {"manifest_path": BUILD_DIR / "manifest.json"}}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's page editor sends many

# --- Background work -------------------------------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "media"]}}

# --- Sockets ---------------------------------------------------------------------------------------------------------
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# --- Wagtail ---------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAILSEARCH_BACKENDS = {
    # 'simple': Chinese comes cut into words already (courses index words and two-character grams).
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"}
}
WAGTAIL_ENABLE_UPDATE_CHECK = False  # a county's machine may have no way out
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "pptx", "xlsx", "odt", "odp", "txt", "zip"]

# --- Security --------------------------------------------------------------------------------------------------------
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview
# No inline script or style on our pages. Wagtail's editor has both, so its admin is left out.
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/"],
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],  # hls.js plays through MediaSource
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    },
}

# --- Logs ------------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {"django": {"level": "WARNING"}, "httpx": {"level": "WARNING"}},
}
