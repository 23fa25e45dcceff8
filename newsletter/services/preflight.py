"""What would stop a mailing at its first mail is found out before anything is planned: then nothing is left behind."""

from newsletter.models import Edition
from newsletter.services.approving import load_edition
from newsletter.services.routing import try_route
from newsletter.workspace import Workspace


def require_ready(workspace: Workspace, edition: Edition) -> None:
    """Look at the edition's files and the signing key, then try the way out.

    Raises ConflictError where what was approved is damaged or mail would reach nobody, InputError for settings that
    can't work, UnavailableError where the way out does not answer.
    """
    load_edition(workspace, edition)
    workspace.signer()
    try_route(workspace)
