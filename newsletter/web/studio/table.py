"""The table of staff's pages: each line names its path below `/studio/`, its screen, its name, and who may enter."""

from django.views.decorators.http import require_safe

from newsletter.web.routes import Access, Route
from newsletter.web.studio import accounts, assets, doors, home, living, own_account, practice, reports
from newsletter.web.studio.agree import approve, covers, drafts, send
from newsletter.web.studio.guard import View, guarded
from newsletter.web.studio.mailings import doubts, listed, one, wrong
from newsletter.web.studio.people import bringing, listing, person
from newsletter.web.studio.replies import deciding, item, place, queue, reply, trust
from newsletter.web.studio.write import heed, history, issue, issues, looking, part, pictures


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
    screen("sign-in/cancelled", doors.cancelled, "socialaccount_login_cancelled", Access.DOOR),
    screen("link/<str:token>", doors.link, "studio-link", Access.LINK),
    screen("sign-out", doors.sign_out, "account_logout", Access.MEMBER),
    screen("settings/code", doors.set_up_code, "mfa_activate_totp", Access.MEMBER),
    screen("settings/code/spare", doors.spare_codes, "mfa_view_recovery_codes", Access.MEMBER),
    screen("settings/password", doors.password, "account_change_password", Access.MEMBER),
    # Home.
    screen("", home.home, "studio-home", Access.EDITOR),
    screen("needs", home.needs, "studio-needs", Access.EDITOR),
    # Write.
    screen("issues/", issues.issues, "studio-issues", Access.EDITOR),
    screen("pasted", pictures.pasted, "studio-pasted", Access.EDITOR),
    screen("issues/<issue:issue>/", issue.issue, "studio-issue", Access.EDITOR),
    screen("issues/<issue:issue>/arrange", issue.arranged, "studio-arrange", Access.EDITOR),
    screen("issues/<issue:issue>/fixes", issue.fixes, "studio-fixes", Access.EDITOR),
    act("issues/<issue:issue>/heed", heed.heed, "studio-heed", Access.EDITOR),
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
    screen("people/", listing.people, "studio-people", Access.EDITOR),
    screen("people/add", listing.add, "studio-person-add", Access.EDITOR),
    act("people/export", listing.export, "studio-people-export", Access.ADMINISTRATOR),
    screen("people/segments/", listing.segments, "studio-segments", Access.EDITOR),
    screen("people/segments/<slug:name>", listing.segment, "studio-segment", Access.EDITOR),
    screen("people/trace", listing.trace, "studio-trace", Access.EDITOR),
    screen("people/bring", bringing.bring, "studio-import", Access.EDITOR),
    screen("people/bring/<file:token>/<slug:body>", bringing.look, "studio-import-look", Access.EDITOR),
    screen("people/compare", bringing.beside, "studio-reconcile", Access.EDITOR),
    screen("people/compare/<file:token>/<slug:body>", bringing.compare, "studio-reconcile-look", Access.EDITOR),
    screen("people/<int:number>/", person.person, "studio-person", Access.EDITOR),
    screen("people/<int:number>/remove", person.remove, "studio-person-remove", Access.EDITOR),
    screen("people/<int:number>/never", person.never, "studio-person-never", Access.EDITOR),
    screen("people/<int:number>/move", person.move, "studio-person-move", Access.EDITOR),
    screen("people/<int:number>/erase", person.erased, "studio-person-erase", Access.ADMINISTRATOR),
    # After.
    screen("mailings/in-a-row", reports.in_a_row, "studio-trend", Access.EDITOR),
    screen("mailings/in-a-row.csv", reports.in_a_row_csv, "studio-trend-csv", Access.EDITOR),
    screen("mailings/<int:number>/report", reports.report, "studio-report", Access.EDITOR),
    screen("mailings/<int:number>/report.csv", reports.report_csv, "studio-report-csv", Access.EDITOR),
    # Replies.
    screen("replies/", queue.queue, "studio-replies", Access.EDITOR),
    act("replies/together", deciding.together, "studio-reply-together", Access.EDITOR),
    screen("replies/trust/", trust.trust, "studio-reply-trust", Access.EDITOR),
    act("replies/trust/set", trust.set_trust, "studio-reply-trust-set", Access.APPROVER),
    screen("replies/<int:number>/", reply.reply, "studio-reply", Access.EDITOR),
    act("replies/<int:number>/decide", deciding.decide, "studio-reply-decide", Access.EDITOR),
    screen("replies/<int:number>/other", deciding.other, "studio-reply-other", Access.EDITOR),
    screen("replies/<int:number>/answer", reply.answer_it, "studio-reply-answer", Access.EDITOR),
    act("replies/<int:number>/hand", deciding.hand, "studio-reply-hand", Access.EDITOR),
    screen("replies/items/<int:number>/", item.item, "studio-reply-item", Access.EDITOR),
    screen("replies/items/<int:number>/picture", item.picture, "studio-reply-item-picture", Access.EDITOR),
    screen("replies/items/<int:number>/place", place.place_item, "studio-reply-item-place", Access.EDITOR),
    act("replies/items/<int:number>/decide", item.decide_item, "studio-reply-item-decide", Access.EDITOR),
    act("replies/items/<int:number>/hand", item.hand_item_on, "studio-reply-item-hand", Access.EDITOR),
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
