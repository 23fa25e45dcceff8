"""People: who is on the list, one person's story, files that come in and go out."""
