"""Which body somebody belongs to, by the domain of their address."""

from newsletter.workspace import Workspace


def body_of(workspace: Workspace, compared: str) -> str:
    """The body whose mail domain it is, or a part of that domain; empty where none is."""
    domain = compared.rpartition("@")[2]
    for body in workspace.bodies.values():
        if any(domain == own.lower() or domain.endswith(f".{own.lower()}") for own in body.domains):
            return body.id
    return ""
