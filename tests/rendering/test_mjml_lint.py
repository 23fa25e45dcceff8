"""What the lint finds, where it says it is, and what it lets pass."""

import re

import pytest

from newsletter.rendering.mjml import compile_mjml
from newsletter.rendering.mjml_lint import lint
from newsletter.rendering.mjml_rules import (
    FIXED_VALUES,
    REFUSED_ATTRIBUTES,
    REFUSED_ELEMENTS,
    REFUSED_VALUES,
    REQUIRED_ATTRIBUTES,
    attribute_names,
    attribute_types,
    components,
    value_fault,
)


def document(body: str = "", head: str = "") -> str:
    """A whole document around parts of its body and head."""
    return f'<mjml lang="en" dir="ltr"><mj-head>{head}</mj-head><mj-body>{body}</mj-body></mjml>'


def column(content: str) -> str:
    """A document with this in its only column."""
    return document(f"<mj-section><mj-column>{content}</mj-column></mj-section>")


def rules(source: str) -> list[str]:
    """Names of the rules that fire."""
    return [finding.rule for finding in lint(source)]


GOOD = """<mjml lang="cy" dir="ltr">
  <mj-head>
    <mj-title>News &amp; views</mj-title>
    <mj-preview>What &quot;happened&quot;</mj-preview>
    <mj-attributes>
      <mj-all font-family="Arial, sans-serif" />
      <mj-class name="quiet" color="#555555" font-size="16px" />
      <mj-class name="wide" padding="0px 16px"></mj-class>
      <mj-text line-height="1.5" padding="0px" />
      <mj-image padding="0px" />
    </mj-attributes>
    <mj-breakpoint width="480px" />
    <mj-style>
      /* wide > narrow */ .a > .b:hover { color: #112233 !important }
      @media (max-width:480px) { p { margin: 0 } }
    </mj-style>
    <mj-raw><meta name="color-scheme" content="light dark"></mj-raw>
    <mj-raw><!--[if mso]><style>.a > b { color: #112233 }</style><![endif]--></mj-raw>
  </mj-head>
  <!-- section: template:frame -->
  <mj-body width="600px" background-color="#ffffff" css-class="page">
    <mj-raw><!--[if !mso]><!--><div class="shown"></div><!--<![endif]--></mj-raw>
    <mj-raw><!--[if mso]><table><tr><td><![endif]--><p>x</p><!--[if mso]></td></tr></table><![endif]--></mj-raw>
    <mj-wrapper padding="0px" background-color="rgb(10, 20, 30)" full-width="full-width">
      <mj-section padding="20px 0px" border-radius="4px 4px 0px 0px" border="1px solid #cccccc">
        <!-- section:a template:b -->
        <mj-group><mj-column width="50%"><mj-text mj-class="quiet wide" letter-spacing="-0.5px">
          <h2 id="top">Hi &nbsp; there</h2><p>One<br>two <!-- said --> &amp; <img src="a.png" alt="" /></p>
          <ul><li><a href="{{unsubscribe_url}}" title="5 > 4">out</a></li></ul><P CLASS="loud">Old</P>
        </mj-text></mj-column></mj-group>
        <mj-column vertical-align="middle">
          <mj-image src="https://example.org/a.png" alt="" width="184px" height="auto" fluid-on-mobile="true" />
          <mj-table cellpadding="4"><tr><th scope="row">x</th><td>y</td></tr></mj-table>
          <mj-button href="https://example.org/#abc" inner-padding="12px 24px">Go <b>on</b></mj-button>
          <mj-social mode="horizontal">
            <mj-social-element name="custom" src="i.png" alt="Bluesky" href="#">B</mj-social-element>
          </mj-social>
          <mj-divider border-width="1px" border-color="silver" /><mj-spacer height="20px" />
        </mj-column>
      </mj-section>
    </mj-wrapper>
    <mj-hero mode="fixed-height" height="200px"><mj-text>x</mj-text></mj-hero>
  </mj-body>
</mjml>
"""


def test_a_sound_document_has_no_finding_and_compiles() -> None:
    assert lint(GOOD) == ()
    assert compile_mjml(GOOD).startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        # elements
        ("unknown-element", column("<mj-foo>x</mj-foo>")),
        ("unknown-element", column("<mj-txt>x</mj-txt>")),
        ("element-case", column("<MJ-TEXT>x</MJ-TEXT>")),
        ("refused-element", document('<mj-include path="a.mjml" />')),
        ("refused-element", column('<mj-text><mj-include path="a.html" /></mj-text>')),
        ("refused-element", document(head="<mj-html-attributes></mj-html-attributes>")),
        ("refused-element", document(head='<mj-font name="X" href="https://example.org/x.css" />')),
        ("refused-element", document(head='<mj-raw><link rel="stylesheet" href="x.css"></mj-raw>')),
        ("refused-element", column("<mj-raw><script>go()</script></mj-raw>")),
        ("repeated-element", "<mjml><mj-body></mj-body><mj-body></mj-body></mjml>"),
        ("repeated-element", document(head="<mj-title>a</mj-title><mj-title>b</mj-title>")),
        ("document", ""),
        ("document", "<mj-section></mj-section>"),
        ("document", "<mjml><mj-head></mj-head></mjml>"),
        # nesting
        ("nesting", document("<mj-text>x</mj-text>")),
        ("nesting", document("<mj-column></mj-column>")),
        ("nesting", document("<mj-section><mj-text>x</mj-text></mj-section>")),
        ("nesting", column("<p>x</p>")),
        ("nesting", document("<p>x</p>")),
        ("nesting", column('<mj-text><mj-image src="a" alt="" /></mj-text>')),
        ("nesting", column('<mj-raw><mj-image src="a" alt="" /></mj-raw>')),
        ("nesting", document(head="<mj-text>x</mj-text>")),
        ("nesting", document(head="<mj-title>a <b>c</b></mj-title>")),
        ("nesting", document(head="<mj-preview>a <b>c</b></mj-preview>")),
        ("nesting", document(head='<mj-attributes><mj-class name="a"><mj-text /></mj-class></mj-attributes>')),
        ("nesting", "<mjml><mj-raw>x</mj-raw><mj-body></mj-body></mjml>"),
        ("nesting", "<mjml><mj-body></mj-body></mjml><p>x</p>"),
        # text and comments
        ("stray-text", column("x")),
        ("stray-text", document("&nbsp;")),
        ("stray-text", document(head="x")),
        ("stray-text", column('<mj-image src="a" alt="">x</mj-image>')),
        ("stray-text", "x<mjml><mj-body></mj-body></mjml>"),
        ("stray-text", "<mjml><mj-body></mj-body></mjml>x"),
        ("bare-less-than", column("<mj-text>a < b</mj-text>")),
        ("bare-less-than", document(head="<mj-style>@media (width <= 480px) { p { margin: 0 } }</mj-style>")),
        ("bare-less-than", document(head="<mj-style>/* see <p> */</mj-style>")),
        ("bare-less-than", document(head="<mj-style>.a { margin: 0 }<!-- x --></mj-style>")),
        ("bare-less-than", document(head="<mj-raw><style>/* a < b */</style></mj-raw>")),
        ("comment", document(head="<mj-attributes><!-- x --></mj-attributes>")),
        ("comment", document(head="<mj-title>a<!-- x --></mj-title>")),
        ("comment", column('<mj-image src="a" alt=""><!-- x --></mj-image>')),
        ("comment", document("<!--[if mso]><![endif]-->")),
        ("comment", column("<!--[if !mso]><!--><mj-text>x</mj-text><!--<![endif]-->")),
        ("remote-style", document(head="<mj-style>@import url(https://example.org/x.css);</mj-style>")),
        # tags that do not match
        ("unclosed", column("<mj-text><p>x</mj-text>")),
        ("unclosed", column("<mj-text><ul><li>x</ul></mj-text>")),
        ("unclosed", document("<mj-section><mj-column></mj-section>")),
        ("unclosed", column("<mj-raw><table></mj-raw>")),
        ("unclosed", "<mjml><mj-body></mj-body></mjml><!-- x"),
        ("mismatched-tag", column("<mj-text>hi</mj-txt></mj-text>")),
        ("mismatched-tag", column("<mj-text>x</p></mj-text>")),
        ("mismatched-tag", column("<mj-text>x</br>y</mj-text>")),
        ("conditional-comment", column("<mj-raw><!--[if mso]><b>x</b>--></mj-raw>")),
        ("conditional-comment", column("<mj-raw><!--[if !mso]><!--><b>x</b></mj-raw>")),
        ("conditional-comment", column("<mj-raw><b>x</b><!--<![endif]--></mj-raw>")),
        ("unclosed", column("<mj-raw><!--[if mso]><table><![endif]--></mj-raw>")),
        ("unquoted", column("<mj-raw><!--[if mso]><p title=x>y</p><![endif]--></mj-raw>")),
        ("bare-less-than", column("<mj-raw><!--[if mso]>a < b<![endif]--></mj-raw>")),
        ("declaration", "<!doctype html>" + document()),
        ("declaration", "<?xml version='1.0'?>" + document()),
        ("declaration", column("<mj-text><![CDATA[x]]></mj-text>")),
        ("declaration", column("<mj-raw><![if !mso]>x<![endif]></mj-raw>")),
        # attributes
        ("unknown-attribute", column('<mj-text fontsize="12px">x</mj-text>')),
        ("unknown-attribute", column('<mj-text Font-Size="12px">x</mj-text>')),
        ("unknown-attribute", column('<mj-divider href="x" />')),
        ("unknown-attribute", document(head='<mj-attributes><mj-all colour="#112233" /></mj-attributes>')),
        ("unknown-attribute", '<mjml owa="desktop"><mj-body></mj-body></mjml>'),
        ("repeated-attribute", column('<mj-text color="#112233" color="#112234">x</mj-text>')),
        ("repeated-attribute", column('<mj-text><p title="a" title="b">x</p></mj-text>')),
        ("unquoted", column("<mj-text><p title=x>x</p></mj-text>")),
        ("attribute-value", column('<mj-text font-size="abc">x</mj-text>')),
        ("attribute-value", column('<mj-text font-size="12">x</mj-text>')),
        ("attribute-value", column('<mj-text color="octarine">x</mj-text>')),
        ("attribute-value", column('<mj-text align="centre">x</mj-text>')),
        ("attribute-value", column('<mj-image src="a" alt="" fluid-on-mobile="yes" />')),
        ("attribute-value", column('<mj-table cellpadding="4px"><tr></tr></mj-table>')),
        ("attribute-value", column('<mj-text padding="1px 2px 3px 4px 5px">x</mj-text>')),
        ("attribute-value", column("<mj-text align>x</mj-text>")),
        ("attribute-value", document(head='<mj-attributes><mj-class name="a" font-size="big" /></mj-attributes>')),
        ("unitless-zero", column('<mj-text padding="0 16px">x</mj-text>')),
        ("unitless-zero", column('<mj-text padding-left="0">x</mj-text>')),
        ("unitless-zero", document('<mj-section border-radius="0 0 8px 8px"></mj-section>')),
        ("unitless-zero", document(head='<mj-attributes><mj-all padding="0" /></mj-attributes>')),
        ("padding-percent", column('<mj-text padding="0px 5%">x</mj-text>')),
        ("short-colour", document('<mj-section background-color="#eee"></mj-section>')),
        ("short-colour", document('<mj-section border="1px solid #EEE"></mj-section>')),
        ("short-colour", column('<mj-table><tr bgcolor="#eee"><td>x</td></tr></mj-table>')),
        ("short-colour", document(head='<mj-attributes><mj-all color="#eee" /></mj-attributes>')),
        ("blank-in-link", column('<mj-button href="{{ url }}">x</mj-button>')),
        ("blank-in-link", column('<mj-text><a href="https://example.org/a b">x</a></mj-text>')),
        ("unknown-class", column('<mj-text mj-class="nowhere">x</mj-text>')),
    ],
)
def test_a_mistake_is_found_by_its_rule(rule: str, source: str) -> None:
    assert rule in rules(source)


@pytest.mark.parametrize("character", ["\0", "\x0b", "\x1b", "\x7f", "\x85", "\ud800", "\ufffe"])
def test_an_invisible_control_character_is_found(character: str) -> None:
    assert rules(column(f"<mj-text>a{character}b</mj-text>")) == ["control-character"]


@pytest.mark.parametrize("element", sorted(REFUSED_ELEMENTS))
def test_every_refused_element_tells_its_remedy(element: str) -> None:
    messages = [finding.message for finding in lint(document(f"<{element}></{element}>"))]
    assert any(REFUSED_ELEMENTS[element] in message for message in messages)


@pytest.mark.parametrize(("element", "attribute"), sorted(REFUSED_ATTRIBUTES))
def test_every_attribute_the_compiler_drops_is_refused(element: str, attribute: str) -> None:
    found = lint(document(f'<{element} {attribute}="x"></{element}>'))
    assert REFUSED_ATTRIBUTES[element, attribute] in " ".join(finding.message for finding in found)


@pytest.mark.parametrize(("element", "attribute", "value"), sorted(REFUSED_VALUES))
def test_every_value_the_compiler_draws_wrongly_is_refused(element: str, attribute: str, value: str) -> None:
    found = lint(document(f'<{element} {attribute}="{value}"></{element}>'))
    assert REFUSED_VALUES[element, attribute, value] in " ".join(finding.message for finding in found)


@pytest.mark.parametrize(("element", "attribute"), sorted(FIXED_VALUES))
def test_every_attribute_with_one_right_value_takes_that_alone(element: str, attribute: str) -> None:
    right, remedy = FIXED_VALUES[element, attribute]
    messages = [
        " ".join(finding.message for finding in lint(document(f'<{element} {attribute}="{value}"></{element}>')))
        for value in (right, "facebook")
    ]
    assert [remedy in message for message in messages] == [False, True]


@pytest.mark.parametrize(
    ("element", "attribute"), [(element, name) for element, names in REQUIRED_ATTRIBUTES.items() for name in names]
)
def test_every_required_attribute_is_asked_for_and_not_in_the_defaults(element: str, attribute: str) -> None:
    missing = [finding for finding in lint(document(f"<{element}></{element}>")) if finding.rule == "missing-attribute"]
    assert any(f"<{element}> needs {attribute}." in finding.message for finding in missing)
    defaults = document(head=f"<mj-attributes><{element} /></mj-attributes>")
    assert "missing-attribute" not in rules(defaults)


def test_tables_of_our_own_speak_only_of_what_the_reference_knows() -> None:
    named = {*REFUSED_ATTRIBUTES, *FIXED_VALUES} | {(element, name) for element, name, _ in REFUSED_VALUES}
    named |= {(element, name) for element, names in REQUIRED_ATTRIBUTES.items() for name in names}
    assert all(name in attribute_names(element) for element, name in named)


def test_the_lint_understands_every_type_of_the_exported_table() -> None:
    for element, component in components().items():
        for attribute in component.attributes:
            value_fault(attribute_types(element, attribute), "something odd")


def test_two_classes_that_set_the_same_property_are_told_with_the_property() -> None:
    classes = '<mj-class name="a" color="#111111" padding="0px" /><mj-class name="b" color="#222222" />'
    body = '<mj-section><mj-column><mj-text mj-class="a b">x</mj-text></mj-column></mj-section>'
    (finding,) = lint(document(body, f"<mj-attributes>{classes}</mj-attributes>"))
    assert finding.rule == "contested-class"
    assert "color" in finding.message
    assert "padding" not in finding.message


def test_a_finding_names_line_and_column_of_the_attribute_itself() -> None:
    source = document(
        '\n<mj-section>\n  <mj-column>\n    <mj-text\n      color="#111111"\n      colr="#222222">x</mj-text>'
    )
    (finding,) = (each for each in lint(source) if each.rule == "unknown-attribute")
    assert (finding.line, finding.column) == (6, 7)


def test_a_finding_inside_a_style_block_names_its_own_line() -> None:
    (finding,) = lint(document(head="<mj-style>\n.a { margin: 0 }\n /* a < b */</mj-style>"))
    assert (finding.rule, finding.line, finding.column) == ("bare-less-than", 3, 7)


def test_findings_come_in_the_order_of_the_source_and_all_at_once() -> None:
    found = lint(column('\n<mj-text colr="x">a</mj-text>\n<mj-foo />\n<mj-image src="a" />\nstray'))
    assert [each.rule for each in found] == ["unknown-attribute", "unknown-element", "missing-attribute", "stray-text"]
    assert [each.line for each in found] == sorted(each.line for each in found)


def test_a_misspelling_gets_the_right_spelling_for_an_answer() -> None:
    (attribute,) = lint(column('<mj-text fontsize="12px">x</mj-text>'))
    assert "did you mean font-size?" in attribute.message
    element = lint(column("<mj-txet>x</mj-txet>"))[0]
    assert "did you mean mj-text?" in element.message


def test_a_wrong_nesting_tells_where_the_element_belongs() -> None:
    (finding,) = lint(document("<mj-column></mj-column>"))
    assert "mj-group, mj-section" in finding.message


def test_a_short_colour_gets_its_long_form_for_an_answer() -> None:
    (finding,) = lint(document('<mj-section background-color="#1aF"></mj-section>'))
    assert "#11aaFF" in finding.message


def test_one_mistake_in_nesting_does_not_raise_others_below_it() -> None:
    assert rules(column("<mj-foo><mj-text>x</mj-text></mj-foo>")) == ["unknown-element"]


def test_an_anchor_is_not_taken_for_a_short_colour() -> None:
    assert lint(column('<mj-button href="#abc">x</mj-button>')) == ()


def test_every_message_is_one_line_that_ends_as_a_sentence() -> None:
    source = column('<mj-text colr="x" padding="0 5%" color="#eee"><p>a < b</mj-text><mj-foo /><p>x</p>')
    assert all(re.fullmatch(r"[^\n]+[.?]", finding.message) for finding in lint(source))
