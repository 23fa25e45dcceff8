"""Whether readers can be shown the pages that the workspace keeps as Markdown, in every language that is offered."""

from newsletter.errors import InputError
from newsletter.rendering.site import languages
from newsletter.services.doctor.line import Line, mend, ok
from newsletter.services.texts import PAGES, read_text
from newsletter.workspace import Workspace

_SUBJECT = "Pages"


def text_lines(workspace: Workspace) -> list[Line]:
    """One line for each fault, or one that all is well."""
    faults: dict[str, None] = {}  # the same file may be read for two languages
    for name in PAGES:
        for language in languages(workspace.publication, workspace.config.pages):
            try:
                read_text(workspace, name, language)
            except InputError as error:
                faults[str(error)] = None
    if faults:
        return [mend(_SUBJECT, fault) for fault in faults]
    return [ok(_SUBJECT, "Readers can be shown the privacy notice and the accessibility statement.")]
