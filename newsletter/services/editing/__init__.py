"""Editing an issue in the studio. It writes the same `issues/` files as people and commands do.

outline     an issue at a glance, and what is to fix in it
parts       which part of an issue is meant, its form and its fingerprint
saving      the one way a change reaches the file: compare-and-set, and a snapshot before and after
changing    a part gets new words; a clash is a value with both texts
arranging   sections are moved, copied, hidden, taken out
history     snapshots; comparing and restoring them
keeping     words that could not be saved are kept for whoever typed them
picturing   pictures are drawn anew and put beside the issue
pasting     rich text from elsewhere becomes Markdown
previewing  the issue with words that are not saved yet, rendered
"""
