"""The use cases, and the only code that changes the database. Each module is one of them; import it by name."""
