"""From an issue to what readers get: Jinja2 -> MJML -> HTML -> premailer; text and web edition from the same parts."""

from newsletter.content.issue import Issue
from newsletter.content.variants import Variant, variants_of
from newsletter.errors import InputError, Problem
from newsletter.rendering.inlining import inline_css
from newsletter.rendering.mjml import compile_mjml
from newsletter.rendering.plaintext import squeeze
from newsletter.rendering.rendered import Rendered
from newsletter.rendering.templating import fill
from newsletter.rendering.theme import Theme
from newsletter.rendering.view import View
from newsletter.rendering.web import fragment, number_links


def variants(issue: Issue) -> list[Variant]:
    """Every variant an issue needs, the plainest first."""
    return variants_of(issue.parts, issue.sent_in)


def render(issue: Issue, theme: Theme | None = None, variant: Variant | None = None) -> Rendered:
    """One variant of an issue; the same input gives the same bytes.

    Raises InputError for a broken template, for MJML that a mail program would misread, and for an unusable picture.
    """
    theme = theme or Theme()
    variant = variant or Variant(language=issue.lang)
    mail, web = View(issue, theme, variant, "email"), View(issue, theme, variant, "web")
    if not mail.sections:
        message = f"nothing is left to show in the version '{variant.key}'; add a section that everybody sees"
        raise InputError([Problem(message=message, file=str(issue.folder or issue.id))])
    page = number_links(_filled(web, "web/edition.html.j2"))
    return Rendered(
        variant=variant,
        subject=mail.subject,
        preheader=mail.issue.preheader,
        html=render_mail(mail),
        text=squeeze(_filled(mail, "email/frame.txt.j2", plain=True)),
        web_html=page,
        web_fragment=fragment(page),
        images=tuple((mail.images | web.images).values()),
        calendars=tuple((mail.calendars | web.calendars).values()),
        warnings=tuple(dict.fromkeys(mail.warnings)),
        embeds_images=not theme.publication.base_url,
    )


def render_words(issue: Issue, theme: Theme, variant: Variant) -> tuple[str, str]:
    """The text part and the web page alone: every word that readers see, without the price of the mail's HTML."""
    text = squeeze(_filled(View(issue, theme, variant, "email"), "email/frame.txt.j2", plain=True))
    return text, _filled(View(issue, theme, variant, "web"), "web/edition.html.j2")


def compose_mjml(view: View) -> str:
    """The MJML of a mail, before it is compiled."""
    return _filled(view, "email/frame.mjml.j2")


def render_mail(view: View) -> str:
    """The HTML of a mail: compiled, then plain rules inlined; media and dark rules stay in the head."""
    sheet = "email/inline.css.j2"
    return inline_css(compile_mjml(compose_mjml(view)), _filled(view, sheet, plain=True), sheet_name=sheet)


def _filled(view: View, name: str, *, plain: bool = False) -> str:
    return fill(
        view.theme.root, name, {"view": view, "issue": view.issue, "theme": view.theme, "_": view.say}, plain=plain
    )
