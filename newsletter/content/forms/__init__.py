"""Forms for people, made from the classes of an issue: nothing here knows a single section type.

fields    what a class asks for: label, hint, kind of input, choices
words     the flat names and texts that a form holds, from a YAML tree and back into it
"""
