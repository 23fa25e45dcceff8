"""Writing an issue: the list of issues, one issue's sections, the form of each part, its preview and its history."""
