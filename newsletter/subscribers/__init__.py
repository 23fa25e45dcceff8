"""PURE: addresses, tokens, segments, and the import file as an object one can question."""
