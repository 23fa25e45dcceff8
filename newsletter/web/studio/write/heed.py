"""What is to fix, dealt with at a press: mended, accepted this time, or its word learnt."""

from django.http import Http404, HttpResponse

from newsletter.errors import ConflictError
from newsletter.services.editing.heeding import learn, mend, waive
from newsletter.services.editing.outline import to_fix
from newsletter.web.studio.screen import Screen


def heed(screen: Screen, issue: str) -> HttpResponse:
    """The finding is found again by its key: nothing is done about one that is not there any more."""
    posted, workspace, by = screen.request.POST, screen.workspace, screen.member.name
    key, act = posted.get("key", ""), posted.get("act", "")
    found = next((fix.finding for fix in to_fix(workspace, issue) if fix.finding and fix.key == key), None)
    if found is None:
        raise ConflictError("This was dealt with already, or the text has changed since. Nothing was done.")
    if act == "mend":
        mend(workspace, issue, found, by=by)
        return screen.go("studio-issue", issue=issue, notice="Mended. The issue's history has it as it was.")
    if act == "waive":
        waive(workspace, issue, found.rule, by=by, reason=posted.get("reason", ""))
        return screen.go("studio-issue", issue=issue, notice="Accepted in this issue, with your name and the reason.")
    if act == "learn" and found.word:
        learn(workspace, found.word)
        return screen.go("studio-issue", issue=issue, notice=f"'{found.word}' is right here from now on.")
    raise Http404
