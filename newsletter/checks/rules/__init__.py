"""The rules, one a file, each named after the id of its rule. `checks.registry` lists them."""
