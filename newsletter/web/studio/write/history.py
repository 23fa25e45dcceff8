"""What an issue was: its snapshots, what has changed since, and back to one of them."""

from django.http import Http404, HttpResponse

from newsletter.services.editing.history import compare, restore, snapshots
from newsletter.services.schedules import local
from newsletter.web.studio.screen import Screen


def history(screen: Screen, issue: str) -> HttpResponse:
    """Every snapshot, the newest first."""
    if issue not in screen.workspace.issue_ids():
        raise Http404
    rows = [(each, local(screen.workspace, each.at)) for each in snapshots(screen.workspace, issue)]
    return screen.show("web/studio/write/history.html.j2", title="History", issue_id=issue, rows=rows)


def snapshot(screen: Screen, issue: str, snapshot: str) -> HttpResponse:
    """One snapshot compared with the issue as it is; its button restores it."""
    if screen.request.method == "POST":
        seen = screen.request.POST.get("seen", "")
        restore(screen.workspace, issue, snapshot, by=screen.member.name, seen=seen)
        notice = "Restored. What was there a moment ago is in the history too."
        return screen.go("studio-issue", issue=issue, notice=notice)
    found = compare(screen.workspace, issue, snapshot)
    at = local(screen.workspace, found.snapshot.at)
    title = "What has changed since"
    return screen.show("web/studio/write/snapshot.html.j2", title=title, issue_id=issue, found=found, at=at)
