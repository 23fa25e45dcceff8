"""A disk for SQLite that forgets, when the power goes, what nobody asked it to keep; and that may be full.

A derived SQLite VFS that counts what was written since the last sync of each file. A cut keeps of that nothing at all,
or any part of it: disks write in the order they like.
"""

import random
from pathlib import Path

import apsw


class FragileDisk(apsw.VFS):
    """Files below one folder, reached through the VFS called `name`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._kept: dict[Path, bytes] = {}  # as it was when last synced
        self._since: dict[Path, list[tuple[int, bytes]]] = {}  # (offset, bytes) written after that
        self.room: int | None = None  # bytes that may still be written; None: without limit
        super().__init__(name, "")

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> "_File":  # noqa: N802
        return _File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        super().xDelete(filename, syncdir)
        self._kept.pop(Path(filename), None)
        self._since.pop(Path(filename), None)

    def opened(self, path: Path) -> None:
        if path not in self._kept:
            self.synced(path)

    def synced(self, path: Path) -> None:
        self._kept[path], self._since[path] = path.read_bytes(), []

    def written(self, path: Path, offset: int, data: bytes) -> None:
        self._since.setdefault(path, []).append((offset, data))

    def take_room(self, size: int) -> None:
        if self.room is not None and (room := self.room - size) >= 0:
            self.room = room
        elif self.room is not None:
            raise apsw.FullError("no room is left")

    def after_power_cut(self, chance: random.Random | None = None) -> dict[str, bytes]:
        """What is found after a power cut, by file name; with `chance` some of what was not synced is there too."""
        found = {}
        for path in self._kept.keys() | self._since.keys():
            content = bytearray(self._kept.get(path, b""))
            for offset, data in self._since.get(path, []) if chance else []:
                if chance and chance.random() < 0.5:
                    content.extend(bytes(max(0, offset + len(data) - len(content))))
                    content[offset : offset + len(data)] = data
            found[path.name] = bytes(content)
        return found


class _File(apsw.VFSFile):
    def __init__(self, disk: FragileDisk, name: apsw.URIFilename | str | None, flags: list[int]) -> None:
        self._disk = disk
        filename = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._path = Path(filename) if filename else None
        super().__init__("", name, flags)
        if self._path:
            disk.opened(self._path)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.take_room(len(data))
        super().xWrite(data, offset)
        if self._path:
            self._disk.written(self._path, offset, bytes(data))

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        if self._path:
            self._disk.synced(self._path)
