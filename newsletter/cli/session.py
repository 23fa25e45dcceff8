"""What commands share: the workspace they were started for, opened when first needed."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.workspace import Workspace


class Session:
    """One run of the command line."""

    def __init__(self, folder: Path) -> None:
        """Take the folder that -C names."""
        self.folder = folder

    @cached_property
    def workspace(self) -> "Workspace":
        """The workspace. Raises InputError where there is none or its settings are wrong."""
        from newsletter.workspace import load_workspace

        return load_workspace(self.folder)

    def with_database(self) -> "Workspace":
        """The workspace with its database open and up to date; loads Django.

        Raises ConflictError where the database lies on a network share, or was made with another key; UnavailableError
        where it is gone.
        """
        from newsletter.services.disks import require_local_disk, require_not_lost
        from newsletter.settings import begin, database_path, setup

        require_local_disk(database_path(self.workspace))
        require_not_lost(database_path(self.workspace), self.workspace)
        self.workspace.data.mkdir(mode=0o700, parents=True, exist_ok=True)  # addresses lie below, for its owner alone
        begin(self.workspace)
        setup(self.workspace)
        from newsletter.services.key_check import require_key
        from newsletter.services.migrating import migrate

        migrate(self.workspace)
        require_key(self.workspace)
        return self.workspace
