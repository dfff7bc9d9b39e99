"""The platform's own lines of the permission table; a plugin brings its own through the registry."""

from lms.people.permissions_table import ADMIN_KEY
from lms.plugins.hooks import PermissionRow, Who


def _rows(who: tuple[Who, ...], *keys: str) -> tuple[PermissionRow, ...]:
    return tuple(PermissionRow(key=key, who=who) for key in keys)


WEB = _rows((Who.PUBLIC,), "healthz", "set_language")

SIGN_IN = _rows(
    (Who.PUBLIC,),
    "account_login",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_verify_phone",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "wagtailadmin_login",
)

OWN_ACCOUNT = _rows(
    (Who.SIGNED_IN,),
    "account_reauthenticate",
    "account_email",
    "account_change_password",
    "account_set_password",
    "account_change_phone",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
)

# Besides this, Wagtail's permissions decide: they come from groups, groups from duties (domain/groups.py).
ADMIN = _rows((Who.TRAINER, Who.MODERATOR, Who.BUREAU), ADMIN_KEY)

# Policies: the view asks whose one is; a bureau's own are nobody else's.
POLICIES = (
    *_rows((Who.BUREAU,), "policies_admin:index", "policies_admin:new"),
    *(
        PermissionRow(key=f"policies_admin:{name}", who=(Who.BUREAU,), foreign="policy_of_a_bureau")
        for name in ("policy", "begin", "try", "tried", "publish", "assign")
    ),
    PermissionRow(key="policies_admin:end", who=(Who.BUREAU,), foreign="assignment_of_a_policy"),
)

# Live pages only, so says Wagtail; drafts are seen in the admin.
PAGES = (PermissionRow(key="wagtail_serve", who=(Who.SIGNED_IN,), foreign="draft_page"),)

# Documents: before_serve_document asks for the one.
DOCUMENTS = (PermissionRow(key="wagtaildocs_serve", who=(Who.SIGNED_IN,), foreign="document"),)

# Wagtail's own ways in know no second factor and no limits; its reports, usage lists and parts of its API speak of all
# providers. They open to superusers alone, who sign in elsewhere.
CLOSED = _rows(
    (),
    "wagtaildocs_authenticate_with_password",
    "wagtailadmin_api:documents:listing",
    "wagtailadmin_api:documents:detail",
    "wagtailadmin_api:documents:find",
    "wagtailadmin_api:images:listing",
    "wagtailadmin_api:images:detail",
    "wagtailadmin_api:images:find",
    "wagtailadmin_api:pages:action",  # publishes without asking whose it is
    "wagtailadmin_api:pages:find",
    "wagtailadmin_choose_page_chosen_multiple",
    "wagtailadmin_workflows:task_chooser",
    "wagtailadmin_workflows:task_chooser_results",
    "wagtailadmin_workflows:task_chosen",
    "wagtailadmin_pages:type_use",
    "wagtailadmin_pages:type_use_results",
    *(
        f"wagtailadmin_reports:{report}{part}"
        for report in (
            "locked_pages",
            "workflow",
            "workflow_tasks",
            "site_history",
            "aging_pages",
            "page_types_usage",
        )
        for part in ("", "_results")
    ),
    "wagtailcore_login",
    "wagtailcore_authenticate_with_password",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
    "wagtailadmin_error_test",
)

PLATFORM_ROWS = (*WEB, *SIGN_IN, *OWN_ACCOUNT, *ADMIN, *POLICIES, *PAGES, *DOCUMENTS, *CLOSED)
