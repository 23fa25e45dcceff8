"""The studio: staff's own pages, below `studio/`. Readers' pages know nothing of them.

A screen is one line in `routes.py` (its path, its view, the role it takes), a view of a few lines that calls a service,
and a template that extends `web/studio/frame.html.j2` and uses the macros of `parts.html.j2`. A view gets a `Shift`:

    def issues(shift: Shift) -> HttpResponse:
        return shift.show("web/studio/issues.html.j2", issues=shift.workspace.issue_ids())

A view that acts takes POST, calls one service, says what it did with `shift.tell(...)` and ends with `shift.go(path)`.
Services' InputError and ConflictError become a page with that sentence; a form catches InputError to show it in place.
Templates write paths with `to("issues/2025-11")`; `{% call ui.form(to("…"), form) %}` holds the CSRF field.
"""
