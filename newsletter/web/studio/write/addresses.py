"""Where the form of a part is, down to one of its fields."""

from urllib.parse import quote

from django.urls import reverse

from newsletter.services.editing.parts import PartRef


def address(issue_id: str, ref: PartRef | None, field: str = "") -> str:
    """The address of a part's form, or of the issue where it is no part; with a field, of that field."""
    mark = f"#f-{quote(field)}" if field and ref else ""
    return _page(issue_id, ref) + mark


def _page(issue_id: str, ref: PartRef | None) -> str:
    if ref is None:
        return reverse("studio-issue", kwargs={"issue": issue_id})
    if ref.kind == "head":
        return reverse("studio-head", kwargs={"issue": issue_id})
    if ref.is_new:
        parts = {"issue": issue_id, "kind": ref.type} if ref.kind == "sections" else {"issue": issue_id}
        return reverse("studio-new-section" if ref.type else "studio-new-event", kwargs=parts)
    return reverse(
        "studio-section" if ref.kind == "sections" else "studio-event", kwargs={"issue": issue_id, "part": ref.id}
    )


def thumbnail_address(issue_id: str, name: str) -> str:
    """The address of a small copy of a picture."""
    return reverse("studio-thumbnail", kwargs={"issue": issue_id, "name": name})
