"""How staff may sign in with their organisation's own accounts: the `[studio]` tables of `newsletter.toml`."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from newsletter.content.fields import OneLine
from newsletter.errors import InputError

_EVERYBODYS = ("/common/", "/organizations/", "/consumers/")  # anybody with any account of Microsoft's gets in there


def _one_organisations(issuer: str) -> str:
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise ValueError("the issuer is an address that begins with https://")
    if any(name in f"{parts.path}/" for name in _EVERYBODYS):
        raise ValueError("the issuer must be your own organisation's: put its tenant id in place of 'common'")
    return issuer.rstrip("/")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OpenIdConnect(_Table):
    """The organisation that vouches for staff, such as Microsoft Entra ID."""

    name: OneLine = Field("Microsoft", description="What the button says: Sign in with Microsoft.")
    issuer: Annotated[OneLine, AfterValidator(_one_organisations)] = Field(
        description="Your organisation's own, such as https://login.microsoftonline.com/TENANT-ID/v2.0."
    )
    client_id: OneLine = Field(description="The number under which your organisation has registered the studio.")
    client_secret: OneLine = Field("", description="Set it by environment or client_secret_file only.", repr=False)
    client_secret_file: OneLine = Field("", description="File that holds the secret.")

    @property
    def origin(self) -> str:
        """Where the sign-in button leads."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    def secret(self, root: Path) -> str:
        """The secret, from the environment or from its file; InputError where that can't be read."""
        if self.client_secret or not self.client_secret_file:
            return self.client_secret
        try:
            return (root / self.client_secret_file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise InputError(
                f"The file named by [studio.openid] client_secret_file can't be read: {error.strerror}."
            ) from None


class Studio(_Table):
    """Staff's own pages."""

    hold: int = Field(5, ge=0, le=240, description="Minutes between Send and the first mail, in which Stop undoes it.")
    openid: OpenIdConnect | None = Field(None, description="Sign-in with the organisation's own accounts.")
