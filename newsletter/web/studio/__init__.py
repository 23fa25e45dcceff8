"""Staff's own pages, below `/studio/`. How a screen is added:

1. A function in a file of its own here, which takes the `Screen` and the parts of its path, and answers:

       def issues(screen: Screen) -> HttpResponse:
           return screen.show("web/studio/issues.html.j2", title="Issues", issues=all_issues(screen.workspace))

2. A template `templates/web/studio/issues.html.j2` that extends `web/studio/base.html.j2`, fills its block `main`, and
   takes buttons, fields, tables, tags, cards and the rest from `web/studio/parts.html.j2`.

3. A line of `table.py`, which names who may enter:

       screen("issues/", issues.issues, "studio-issues", Access.EDITOR),

The table does the rest: nobody gets to a screen without the role, no form is taken without its mark against forgery
(`parts.form` puts it in), and `tests/studio/test_roles.py` tries the new line as everybody. What a form does is one
call of a service: `screen.done(form, act)` runs it where the form is filled in well, and turns InputError and
ConflictError into the summary above the form. After a change `screen.go(name, notice="Saved.")` leads on. A page whose
route stands in `NAVIGATION` (`screen.py`) appears in the navigation by itself.
Scripts and styles are files below `templates/web/studio/assets/`; nothing inline runs.
"""
