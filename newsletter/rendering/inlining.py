"""CSS inlining with two sheets: plain rules go into style attributes, everything else stays in the head as it is.

Mail programs that strip <style> still get styled text; those that keep it get media queries, dark mode and :hover.
"""

import html as entities
import re
import threading

from premailer import Premailer

from newsletter.errors import InputError, Problem
from newsletter.rendering.inline_sheet import lost_declarations, sheet_problems

_OPTIONS = {
    "method": "html",  # MJML's output is no XML
    "allow_network": False,  # else <link rel=stylesheet> is fetched while rendering
    "allow_loading_external_files": False,  # the same for files
    "remove_classes": False,  # the head sheet selects by class
    "align_floating_images": False,  # Outlook reads the align attributes that MJML wrote
    "capitalize_float_margin": False,  # for an outlook.com that is gone
    "remove_unset_properties": False,  # the sheet's author meant them
    # else `width: 100%` overwrites width="552", by which Outlook sizes the image
    "disable_basic_attributes": ["width", "height", "bgcolor", "align", "valign"],
    "disable_validation": True,  # mso- properties are on purpose
    "cache_css_parsing": True,  # the sheet is the same for every issue
    # Style blocks are marked to be ignored and the inline sheet is plain, so that the rest is a second lock.
    "base_url": None,  # would be joined onto #anchors and {{merge}} fields
    "disable_link_rewrites": True,
    "keep_style_tags": False,  # with True the inline sheet would be repeated in the head
    "disable_leftover_css": True,  # what cannot be inlined stands in the head sheet, as its author wrote it
    "strip_important": False,  # mobile and dark rules need it against inline styles
    "include_star_selectors": False,  # `*` would put a style on every element
    "exclude_pseudoclasses": True,  # `:hover{…}` in a style attribute voids all of it
    "preserve_handlebar_syntax": False,  # of no effect with today's libxml2
}
_LOCK = threading.Lock()  # cssutils keeps its parser's state in module globals

_MARK = ' data-premailer="ignore"'  # keeps premailer, and cssutils' own fetching of @import, out of a style block
_STYLE_TAG = re.compile(r"<style(?=[\s>])", re.IGNORECASE)
_MARKED_TAG = re.compile(f"(<style){_MARK}", re.IGNORECASE)
# One "<" before the alternatives, here and below: the search then leaps from tag to tag.
_KEPT = re.compile(r"<(?:(!--.*?-->)|style\b[^>]*>(.*?)</style>)", re.DOTALL)
_MARKUP = re.compile(r"<(?:!--.*?-->|style\b[^>]*>.*?</style>|[a-zA-Z](?:[^<>\"']++|\"[^\"]*\"|'[^']*')*+>)", re.DOTALL)
_QUOTED = re.compile(r'"[^"]*"')
_STYLE_ATTRIBUTE = re.compile(r'\sstyle="([^"]*)"')


def inline_css(html: str, inline_sheet: str, *, sheet_name: str = "the inline sheet") -> str:
    """The HTML with the inline sheet's rules in style attributes; style blocks and comments stay byte for byte.

    Styles already on an element win against the sheet. Nothing is fetched, and equal input gives equal bytes from any
    thread. Raises InputError where inlining would lose something: in the sheet (`sheet_name` is the file to tell
    of), in a style attribute, or in a comment or style block that does not come out as it went in.
    """
    problems = [*sheet_problems(inline_sheet, sheet_name), *_attribute_problems(html)]
    if problems:
        raise InputError(problems)
    with _LOCK:
        marked = Premailer(_STYLE_TAG.sub(rf"\g<0>{_MARK}", html), css_text=[inline_sheet], **_OPTIONS)
        inlined: str = marked.transform(pretty_print=False)
    inlined = _MARKUP.sub(_escaped, _MARKED_TAG.sub(r"\1", inlined))  # marks stay in comments and on <style media=…>
    if _KEPT.findall(inlined) != _KEPT.findall(html):
        raise InputError(
            "Inlining would change a comment or style block. Write conditions as <!--[if mso]>…<![endif]--> or "
            "<!--[if !mso]><!-->…<!--<![endif]-->, and close every comment and style block."
        )
    return inlined


def _escaped(found: re.Match[str]) -> str:
    """A tag without bare < and > in its values, where libxml2 from 2.14 leaves them: some mail filters stumble."""
    markup = found[0]
    if markup.startswith(("<!--", "<style")) or ("<" not in markup[1:] and ">" not in markup[:-1]):
        return markup
    return _QUOTED.sub(lambda value: value[0].replace("<", "&lt;").replace(">", "&gt;"), markup)


def _attribute_problems(html: str) -> list[Problem]:
    """Style attributes that premailer would not write back whole when a rule meets their element.

    One without a colon, such as style="head", would even end in a TypeError: it shares a cache with the selectors.
    """
    styles = dict.fromkeys(_STYLE_ATTRIBUTE.findall(_KEPT.sub("", html)))
    return [
        Problem(message=f'style="{style}" sets {lost} twice or to a value that inlining loses; write one plain value.')
        for style in styles
        for lost in lost_declarations(entities.unescape(style))
    ]
