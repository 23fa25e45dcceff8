"""A document can be shown light or dark whatever the browser prefers."""

import pytest

from newsletter.web.preview.dark_mode import in_scheme

ALWAYS, NEVER = "(min-width: 0px)", "(max-width: 0px)"


def styled(css: str) -> str:
    return f"<head><style type='text/css'>{css}</style></head><body>words</body>"


@pytest.mark.parametrize(
    ("query", "dark"),
    [
        ("(prefers-color-scheme: dark)", ALWAYS),
        ("( PREFERS-COLOR-SCHEME :dark )", ALWAYS),
        ("screen and (prefers-color-scheme: dark)", f"screen and {ALWAYS}"),
        ("not (prefers-color-scheme: dark)", f"not {ALWAYS}"),
        ("print, (prefers-color-scheme:dark)", f"print, {ALWAYS}"),
        ("(prefers-color-scheme: light)", NEVER),
    ],
)
def test_dark_turns_the_preference_into_what_is_always_or_never_true(query: str, dark: str) -> None:
    assert in_scheme(styled(f"@media {query} {{ a {{ b: c }} }}"), "dark") == styled(
        f"@media {dark} {{ a {{ b: c }} }}"
    )


def test_light_switches_dark_rules_off_and_light_rules_on() -> None:
    page = in_scheme(styled("@media (prefers-color-scheme: dark) {} @media (prefers-color-scheme: light) {}"), "light")
    assert page == styled(f"@media {NEVER} {{}} @media {ALWAYS} {{}}")


def test_media_attributes_follow_too() -> None:
    page = "<style media=\"(prefers-color-scheme: dark)\">a {}</style><source media='(prefers-color-scheme: dark)'>"
    assert in_scheme(page, "dark") == f"<style media=\"{ALWAYS}\">a {{}}</style><source media='{ALWAYS}'>"


def test_what_the_document_says_it_supports_is_the_scheme_alone() -> None:
    page = styled(":root { color-scheme: light dark; supported-color-schemes: light dark }")
    page += '<meta name="color-scheme" content="light dark">'
    assert "color-scheme: only dark; supported-color-schemes: light dark" in in_scheme(page, "dark")
    assert '<meta name="color-scheme" content="only light">' in in_scheme(page, "light")


def test_words_that_speak_of_the_preference_stay() -> None:
    page = "<p>Write @media (prefers-color-scheme: dark) { color-scheme: dark }</p>"
    assert in_scheme(page, "dark") == page
