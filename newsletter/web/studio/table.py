"""The table of staff's pages: each line names its path below `/studio/`, its screen, its name, and who may enter."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from newsletter.web.routes import Access, Route
from newsletter.web.studio import assets, doors, home
from newsletter.web.studio.agree import approve, covers, drafts, send
from newsletter.web.studio.guard import guarded
from newsletter.web.studio.mailings import doubts, listed, one, wrong


def screen(path: str, view: Callable[..., HttpResponseBase], name: str, access: Access) -> Route:
    """One line."""
    return Route(path=f"studio/{path}", view=guarded(view, access), name=name, access=access)


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
    # Agree and send. Who approves is asked again where it is done: an editor may cover for an approver.
    screen("issues/<issue:issue>/agree", approve.agree, "studio-agree", Access.EDITOR),
    screen("issues/<issue:issue>/agree/look", approve.look, "studio-agree-look", Access.EDITOR),
    screen("issues/<issue:issue>/agree/mail/<str:version>", approve.mail, "studio-agree-mail", Access.EDITOR),
    screen("issues/<issue:issue>/agree/alone", approve.alone, "studio-alone", Access.ADMINISTRATOR),
    screen("issues/<issue:issue>/comments", drafts.draft, "studio-draft", Access.EDITOR),
    screen("issues/<issue:issue>/comments/<int:number>", drafts.settle, "studio-remark", Access.EDITOR),
    screen("issues/<issue:issue>/test", send.test_copy, "studio-test-copy", Access.EDITOR),
    screen("issues/<issue:issue>/send", send.send, "studio-send", Access.APPROVER),
    screen("covers/", covers.arrange, "studio-covers", Access.ADMINISTRATOR),
    screen("covers/<int:number>/end", covers.end, "studio-cover-end", Access.ADMINISTRATOR),
    # Mailings. Everybody may hold one and stop it; to let it go on is an approver's.
    screen("mailings/", listed.mailings, "studio-mailings", Access.EDITOR),
    screen("mailings/<int:number>/", one.mailing, "studio-mailing", Access.EDITOR),
    screen("mailings/<int:number>/now", one.now, "studio-mailing-now", Access.EDITOR),
    screen("mailings/<int:number>/list/<str:part>", listed.part, "studio-mailing-part", Access.EDITOR),
    screen("mailings/<int:number>/pause", one.pause, "studio-pause", Access.EDITOR),
    screen("mailings/<int:number>/stop", one.stop, "studio-stop", Access.EDITOR),
    screen("mailings/<int:number>/resume", one.resume, "studio-resume", Access.APPROVER),
    screen("mailings/<int:number>/doubts", doubts.doubts, "studio-doubts", Access.APPROVER),
    screen("mailings/<int:number>/wrong", wrong.wrong, "studio-wrong", Access.EDITOR),
    screen("mailings/<int:number>/wrong/web", wrong.web_copy, "studio-wrong-web", Access.APPROVER),
    screen("mailings/<int:number>/wrong/correction", wrong.correction, "studio-wrong-correction", Access.EDITOR),
    screen("mailings/<int:number>/wrong/picture", wrong.picture, "studio-wrong-picture", Access.APPROVER),
    screen("mailings/<int:number>/wrong/copy", wrong.copy, "studio-wrong-copy", Access.APPROVER),
    # People.
    # After.
    # Replies.
    # Settings.
)
