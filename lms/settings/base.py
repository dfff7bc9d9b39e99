"""Every setting, with one name, one default and one comment. Secrets come from the environment or var/secrets.json."""

import logging
import os
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

from lms.runtime import paths
from lms.runtime.postgres import APP, OWNER, Server


def _flag(name: str, *, default: bool) -> bool:
    return os.environ.get(name, str(int(default))).lower() in {"1", "true", "yes", "on"}


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name, str(default)))


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
# Who runs the site and answers for the data kept here: named in the privacy notice and the terms.
OPERATOR_NAME = os.environ.get("OPERATOR_NAME", SITE_NAME)
# Whom to call when signing in fails or about one's data, and when somebody answers; said where set.
HELP_PHONE = os.environ.get("HELP_PHONE", "")
HELP_HOURS = os.environ.get("HELP_HOURS", "")
# True behind a proxy that ends TLS and sets X-Forwarded-Proto; turns on secure cookies, redirect and HSTS.
BEHIND_TLS = _flag("BEHIND_TLS", default=SITE_URL.startswith("https://"))

# --- Applications ----------------------------------------------------------------------------------------------------
# Plugins are named by entry points and added by name; nothing of theirs is imported here.
PLUGINS = sorted(point.value.replace(":", ".") for point in entry_points(group="lms.plugins"))
INSTALLED_APPS = [
    "lms.web",
    "lms.demo",
    *PLUGINS,
    "lms.credit",
    "lms.people",
    "lms.plugins",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "lms.people.users_config.UsersConfig",  # wagtail.users with our form for persons
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.sites",
    "wagtail",
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
    "lms.people.middleware.DevicesMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lms.people.middleware.PreferredLanguageMiddleware",
    "lms.people.middleware.PermissionTableMiddleware",
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
    # Short, for lms.runtime.database asks again: whoever asks makes the pool try to connect.
    _pool = {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 1, "reconnect_timeout": 0.5}
    DATABASES["default"] |= {"ENGINE": "lms.runtime.database", "OPTIONS": {"pool": _pool}}

# --- Cache, and what is counted in it --------------------------------------------------------------------------------
# How many web processes serve the site, on all machines together; uvicorn reads its own number from WEB_CONCURRENCY.
WEB_PROCESSES = _number("WEB_PROCESSES", _number("WEB_CONCURRENCY", 1))
# redis://…, rediss://… or unix://… of a Redis or Valkey. Limits on sign-in and on public pages are counted in the
# cache: with more than one web process they hold only where all count in one place.
REDIS_URL = os.environ.get("REDIS_URL", "")
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "KEY_PREFIX": "lms"}
}
if REDIS_URL:
    CACHES["default"] |= {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # Seconds; a Redis that hangs must not hang every sign-in.
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }

# --- People and sign-in ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_request_login_code"  # teachers have a phone at hand; email and password are one tap away
LOGIN_REDIRECT_URL = "/"
# Off: a bureau brings its people in. On: anybody may register with a phone number.
SIGNUP_OPEN = _flag("SIGNUP_OPEN", default=False)
# The class that sends text messages (see lms.people.sms); this one prints them to the console.
SMS_BACKEND = os.environ.get("SMS_BACKEND", "lms.people.sms.ConsoleBackend")
ACCOUNT_ADAPTER = "lms.people.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "lms.people.forms.LoginForm",
    "request_login_code": "lms.people.forms.RequestLoginCodeForm",
    "confirm_login_code": "lms.people.forms.ConfirmLoginCodeForm",
    "verify_phone": "lms.people.forms.VerifyPhoneForm",
}
ACCOUNT_LOGIN_METHODS = {"phone", "email"}
ACCOUNT_SIGNUP_FIELDS = ["phone*", "email", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "lms.people.signup.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "lms.people.adapter.display_name"
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 300  # seconds
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
# A whole school sits behind one address: what protects an account is counted by phone or email ("key").
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "300/m/ip,5/5m/key",
    "request_login_code": "300/m/ip,3/m/key,10/h/key,20/d/key",
    "verify_phone": "300/m/ip,1/30s/key",
    "reset_password": "300/m/ip,5/m/key",
    "reset_password_from_key": "300/m/ip",
}
# How many proxies of ours add to X-Forwarded-For; without a true figure every visitor has the proxy's address.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXY_COUNT", str(int(BEHIND_TLS))))
MFA_TOTP_ISSUER = SITE_NAME
MFA_ALLOW_UNVERIFIED_EMAIL = (
    True  # the bureau recorded the address, nobody signed up with another's
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS

# --- Messages --------------------------------------------------------------------------------------------------------
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _flag("EMAIL_USE_TLS", default=True)
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "noreply@localhost")
# Without a mail server messages are kept as files, so that nothing sent is lost or floods the terminal.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"

# --- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# Words of Wagtail's admin that its own catalogue lacks.
LOCALE_PATHS = [BASE_DIR / "lms" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- Files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# What Vite built; its manifest names the hashed files.
BUILD_DIR = VAR_DIR / "build"
STATICFILES_DIRS = [BUILD_DIR] if BUILD_DIR.exists() else []
MEDIA_URL = "/files/"
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR_DIR / "uploads"))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Proofs of claims, by no address but the view that asks who may see them. Back it up with the database.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": os.environ.get("PRIVATE_ROOT", str(VAR_DIR / "private"))},
    },
    # Hashed names, gzip and brotli beside each file; lms.asgi serves them, or nginx in front.
    "staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"},
}
DJANGO_VITE = {"default": {"manifest_path": BUILD_DIR / "manifest.json"}}
# The most a request may carry (documents and pictures in the admin); plugins name other limits for their own addresses.
MAX_BODY_BYTES = _number("MAX_BODY_BYTES", 64 * 2**20)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's page editor sends many

# --- Video -----------------------------------------------------------------------------------------------------------
# The largest file a trainer may upload, and the pieces it comes in.
MEDIA_MAX_UPLOAD_BYTES = _number("MEDIA_MAX_UPLOAD_BYTES", 4 * 2**30)
MEDIA_CHUNK_BYTES = 8 * 2**20
# Disk space that uploads leave free, for the database and for what is being transcoded.
MEDIA_KEEP_FREE_BYTES = _number("MEDIA_KEEP_FREE_BYTES", 2 * 2**30)
# Address space of one encoder.
MEDIA_ENCODER_MEMORY_BYTES = _number("MEDIA_ENCODER_MEMORY_BYTES", 6 * 2**30)
# Links to segments are good for this long; a page left open longer asks for new ones.
MEDIA_LINK_HOURS = 12
# A location that nginx serves from MEDIA_ROOT/media/ ("internal"): answers then carry X-Accel-Redirect, no bytes.
MEDIA_ACCEL = os.environ.get("MEDIA_ACCEL", "")

# --- Live lessons ----------------------------------------------------------------------------------------------------
# A lesson that has begun and whose trainer sends nothing for so long ends by itself; its hosts are warned first.
LIVE_SILENCE_MINUTES = _number("LIVE_SILENCE_MINUTES", 30)
LIVE_SILENCE_WARN_MINUTES = min(10, LIVE_SILENCE_MINUTES // 2)
# So many viewers of a lesson may have the low-delay picture (0: nobody); each costs the web process its whole bit rate.
LIVE_LOW_DELAY_VIEWERS = _number("LIVE_LOW_DELAY_VIEWERS", 50)
# So many lessons at once may have a small picture for bad lines on this machine (0: none). Each costs a sixth of a core
# while it is watched, by however many.
LIVE_SMALL_LESSONS = _number("LIVE_SMALL_LESSONS", 1)
# What small pictures may use of the disk: those asked for longest ago go first.
LIVE_SMALL_BYTES = _number("LIVE_SMALL_BYTES", 2**30)
# A reminder goes out so long before a lesson.
LIVE_REMIND_MINUTES = _number("LIVE_REMIND_MINUTES", 30)
# Where OBS and its like send to (RTMP); port 0: nowhere. Whoever is let in has a lesson's key.
RTMP_HOST = os.environ.get("RTMP_HOST") or os.environ.get("HOST", "127.0.0.1")
RTMP_PORT = _number("RTMP_PORT", 1935)
# A media server in front asks here whether a stream may be published (docs/running.md), by the secret in the address or
# from one of these addresses. Neither: nobody may ask.
LIVE_HOOK_SECRET = os.environ.get("LIVE_HOOK_SECRET", "")
LIVE_HOOK_ADDRESSES = _list("LIVE_HOOK_ADDRESSES", "")
# Servers by which a guest's browser finds the trainer's: stun:host:port, turn:host:port, turns:...; for TURN the secret
# that it shares with us (coturn: use-auth-secret). None: only on one network.
LIVE_ICE_URLS = _list("LIVE_ICE_URLS", "")
LIVE_TURN_SECRET = os.environ.get("LIVE_TURN_SECRET", "")
# A bucket of an S3 store that recordings are brought to; without one they stay on the disk. Keys: LIVE_S3_KEY and
# LIVE_S3_SECRET, or as boto3 finds them. The store is served by the site: the bucket need not be public.
LIVE_S3_BUCKET = os.environ.get("LIVE_S3_BUCKET", "")
# Recordings stay on the disk for so long after their lesson's end: most people watch the replay then.
LIVE_LOCAL_HOURS = _number("LIVE_LOCAL_HOURS", 48)
if LIVE_S3_BUCKET:
    from botocore.config import Config

    STORAGES["live"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": LIVE_S3_BUCKET,
            "endpoint_url": os.environ.get("LIVE_S3_ENDPOINT") or None,
            "region_name": os.environ.get("LIVE_S3_REGION") or None,
            "access_key": os.environ.get("LIVE_S3_KEY") or None,
            "secret_key": os.environ.get("LIVE_S3_SECRET") or None,
            "location": "live",
            # A segment that is sent again is the same segment.
            "file_overwrite": True,
            "client_config": Config(
                connect_timeout=3, read_timeout=20, retries={"max_attempts": 1}
            ),
        },
    }
# What trainers enter as the server; by default the site's own name.
RTMP_URL = os.environ.get("RTMP_URL") or f"rtmp://{urlsplit(SITE_URL).hostname}:{RTMP_PORT}/live"

# --- Background work -------------------------------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "media"]}}

# --- Live rooms ------------------------------------------------------------------------------------------------------
# What carries a room's messages between processes: "postgresql" (NOTIFY; nothing more to run), "redis" (REDIS_URL, any
# number of machines), "local" (one process alone).
LIVE_BUS = os.environ.get("LIVE_BUS", "redis" if REDIS_URL else "postgresql")
# Lessons are counted by the database's clock, which is one for all machines.
LIVE_CLOCK_OF_DATABASE = True
# The most sockets in one room in one process, and of one person in it (the oldest is closed for a newer one).
LIVE_ROOM_SOCKETS = _number("LIVE_ROOM_SOCKETS", 6000)
LIVE_PERSON_SOCKETS = _number("LIVE_PERSON_SOCKETS", 4)

# --- Wagtail ---------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_LOGIN_URL = "account_login"
# Passwords and addresses are kept in one place, allauth's, where a second factor is asked for.
WAGTAIL_PASSWORD_RESET_ENABLED = WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # one clock for everybody: no field to choose another
# Milliseconds after the last change. What saves itself, and for whom: courses.editing.
WAGTAIL_AUTOSAVE_INTERVAL = 2000
WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAILSEARCH_BACKENDS = {
    # 'simple': Chinese comes cut into words already by our backend.
    "default": {"BACKEND": "lms.web.search", "SEARCH_CONFIG": "simple"}
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
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # the line above
# No inline script or style on our pages. Wagtail's editor has both, so its admin is left out.
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/"],
    "DIRECTIVES": {
        "default-src": ["'self'"],
        # Older WebKit does not take our own sockets for 'self'.
        "connect-src": ["'self'", f"{'wss' if BEHIND_TLS else 'ws'}://{urlsplit(SITE_URL).netloc}"],
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
    # The worker's command sets its loggers to INFO by itself; routine would bury the sign-in codes of the console.
    "filters": {
        "no-routine": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: (
                record.levelno >= logging.WARNING or not record.name.startswith("django_tasks")
            ),
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no-routine"],
        }
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        name: {"level": "WARNING"} for name in ("django", "django_tasks", "django_tasks_db")
    }
    # What visitors ask for in vain (404, 403) is theirs; our own failures are errors.
    | {"django.request": {"level": "ERROR"}},
}

# --- What looks odd about evidence, and proofs of claims --------------------------------------------------------------
# Learning between these times (Asia/Shanghai) for at least so many minutes is asked about; "" asks about none.
FLAG_ODD_HOURS = os.environ.get("FLAG_ODD_HOURS", "01:00-05:00")
FLAG_ODD_MINUTES = _number("FLAG_ODD_MINUTES", 15)
# So is a sitting of so many minutes or more, without a pause of FLAG_PAUSE_MINUTES; 0 asks about none.
FLAG_LONG_MINUTES = _number("FLAG_LONG_MINUTES", 240)
FLAG_PAUSE_MINUTES = _number("FLAG_PAUSE_MINUTES", 5)
# The largest photo, scan or PDF that proves a claim, and how many a claim may have.
CLAIM_MAX_FILE_BYTES = _number("CLAIM_MAX_FILE_BYTES", 10 * 2**20)
CLAIM_MAX_FILES = _number("CLAIM_MAX_FILES", 6)

# --- Certificates ----------------------------------------------------------------------------------------------------
# The Ed25519 key that signs; made at first use. Public keys that ever signed lie beside it. Back the folder up.
SIGNING_KEY_FILE = os.environ.get("SIGNING_KEY_FILE", str(VAR_DIR / "keys" / "signing.pem"))
# How long a transfer waits at the most until it is under a checkpoint; one a day is made in any case.
CHECKPOINT_EVERY_MINUTES = _number("CHECKPOINT_EVERY_MINUTES", 60)
# The name under which checkpoints are signed, such as study.example.cn/ledger; from SITE_URL unless given. It stays
# what it was at the first checkpoint: witnesses know the record by it.
CHECKPOINT_ORIGIN = os.environ.get("CHECKPOINT_ORIGIN", "")
# A folder with more fonts for characters rarer than Noto's; none by default.
CERTIFICATE_FONTS_DIR = os.environ.get("CERTIFICATE_FONTS_DIR", "")
# How often one address may open the public pages that say whether a certificate is genuine; a school shares one.
PUBLIC_CHECKS_PER_MINUTE = int(os.environ.get("PUBLIC_CHECKS_PER_MINUTE", "120"))
