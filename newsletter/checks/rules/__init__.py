"""The rules, one a file, each named after the id of its rule; a package is a family. `checks.registry` joins them."""
