"""The table of staff's pages: each line names its path below `/studio/`, its screen, its name, and who may enter."""

from django.views.decorators.http import require_safe

from newsletter.web.routes import Access, Route
from newsletter.web.studio import accounts, assets, doors, home, living, own_account, practice
from newsletter.web.studio.guard import View, guarded
from newsletter.web.studio.write import history, issue, issues, looking, part, pictures


def screen(path: str, view: View, name: str, access: Access) -> Route:
    """A page; with a form, if it has one."""
    return Route(path=f"studio/{path}", view=guarded(view, access), name=name, access=access)


def act(path: str, view: View, name: str, access: Access) -> Route:
    """What a button does: it is posted, and there is nothing to be seen there."""
    return Route(path=f"studio/{path}", view=guarded(view, access, methods=("POST",)), name=name, access=access)


STUDIO = (
    Route(
        path="studio/static/<file:name>", view=require_safe(assets.serve_asset), name="studio-asset", access=Access.OPEN
    ),
    Route(path="studio", view=guarded(doors.root, Access.DOOR), name="studio-root", access=Access.DOOR),
    # Doors. Names that begin with account, mfa or openid are those by which the sign-in library finds its pages.
    screen("sign-in", doors.sign_in, "account_login", Access.DOOR),
    screen("sign-in/code", doors.code, "mfa_authenticate", Access.DOOR),
    screen("sign-in/closed", doors.closed, "account_inactive", Access.DOOR),
    screen("sign-in/with/<slug:provider_id>", doors.openid, "openid_connect_login", Access.DOOR),
    screen("sign-in/with/<slug:provider_id>/answer", doors.openid_answer, "openid_connect_callback", Access.DOOR),
    screen("link/<str:token>", doors.link, "studio-link", Access.LINK),
    screen("sign-out", doors.sign_out, "account_logout", Access.MEMBER),
    screen("settings/code", doors.set_up_code, "mfa_activate_totp", Access.MEMBER),
    screen("settings/code/spare", doors.spare_codes, "mfa_view_recovery_codes", Access.MEMBER),
    screen("settings/password", doors.password, "account_change_password", Access.MEMBER),
    # Home.
    screen("", home.home, "studio-home", Access.EDITOR),
    # Write.
    screen("issues/", issues.issues, "studio-issues", Access.EDITOR),
    screen("pasted", pictures.pasted, "studio-pasted", Access.EDITOR),
    screen("issues/<issue:issue>/", issue.issue, "studio-issue", Access.EDITOR),
    screen("issues/<issue:issue>/arrange", issue.arranged, "studio-arrange", Access.EDITOR),
    screen("issues/<issue:issue>/fixes", issue.fixes, "studio-fixes", Access.EDITOR),
    screen("issues/<issue:issue>/add", issue.add, "studio-add", Access.EDITOR),
    screen("issues/<issue:issue>/head", part.head, "studio-head", Access.EDITOR),
    screen("issues/<issue:issue>/sections/<slug:part>", part.section, "studio-section", Access.EDITOR),
    screen("issues/<issue:issue>/new/<slug:kind>", part.new_section, "studio-new-section", Access.EDITOR),
    screen("issues/<issue:issue>/events/<slug:part>", part.event, "studio-event", Access.EDITOR),
    screen("issues/<issue:issue>/new-event", part.new_event, "studio-new-event", Access.EDITOR),
    screen("issues/<issue:issue>/look/<slug:key>/<slug:look>", looking.frame, "studio-frame", Access.EDITOR),
    screen(
        "issues/<issue:issue>/look/<slug:key>/images/<file:name>",
        looking.picture,
        "studio-frame-picture",
        Access.EDITOR,
    ),
    screen("issues/<issue:issue>/pictures", pictures.upload, "studio-upload", Access.EDITOR),
    screen("issues/<issue:issue>/pictures/<file:name>", pictures.small, "studio-thumbnail", Access.EDITOR),
    screen("issues/<issue:issue>/history/", history.history, "studio-history", Access.EDITOR),
    screen("issues/<issue:issue>/history/<slug:snapshot>", history.snapshot, "studio-snapshot", Access.EDITOR),
    # Agree and send.
    # People.
    # After.
    # Replies.
    # Settings.
    screen("settings/", own_account.own_account, "studio-settings", Access.EDITOR),
    act("settings/sessions/<int:number>/end", own_account.end_one, "studio-session-end", Access.EDITOR),
    act("settings/sessions/end", own_account.end_others, "studio-sessions-end", Access.EDITOR),
    screen("settings/live/", living.practice_or_live, "studio-live", Access.EDITOR),
    act("settings/live/begin", living.go_live, "studio-go-live", Access.ADMINISTRATOR),
    act("settings/live/end", living.go_practice, "studio-go-practice", Access.ADMINISTRATOR),
    screen("settings/practice/", practice.folders, "studio-practice", Access.EDITOR),
    screen("settings/practice/<file:folder>/", practice.mails, "studio-practice-mails", Access.EDITOR),
    screen("settings/practice/<file:folder>/<file:name>", practice.mail, "studio-practice-mail", Access.EDITOR),
    screen(
        "settings/practice/<file:folder>/<file:name>/html", practice.mail_html, "studio-practice-html", Access.EDITOR
    ),
    screen("settings/accounts/", accounts.all_accounts, "studio-accounts", Access.ADMINISTRATOR),
    screen("settings/accounts/invite", accounts.invite, "studio-invite", Access.ADMINISTRATOR),
    screen("settings/accounts/<int:number>/", accounts.one_account, "studio-account", Access.ADMINISTRATOR),
    act("settings/accounts/<int:number>/link", accounts.new_link, "studio-account-link", Access.ADMINISTRATOR),
    act("settings/accounts/<int:number>/close", accounts.remove, "studio-account-close", Access.ADMINISTRATOR),
    screen("settings/log/", living.acts, "studio-log", Access.ADMINISTRATOR),
    # Last: whatever is none of the above.
    screen("<path:anything>", doors.nowhere, "studio-nowhere", Access.DOOR),
)
