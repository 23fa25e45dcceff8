"""A small issue, and the people who edit it."""

from newsletter.services.editing.parts import Editor, PartRef

ISSUE = """\
# Written by the team.
title: A bulletin
preheader: What is new
date: 2025-11-07
events:
  - id: seminar
    title: The seminar
    date: 2025-11-28
    starts: 10:00
sections:
  - type: letter
    id: welcome
    # the Head signs
    name: Ann Example
    text: |
      Hello to all.

  - type: news
    id: news
    heading: "Latest news"
    items:
      - id: first
        text: The first one.
        bodies: [imb]
        translations:
          cy: {text: Yr un cyntaf.}
      - id: second
        text: The second one.

  - type: image
    id: picture
    image: {file: dot.png, alt: A brown square}
"""
BODIES = """
[[body]]
id = "imb"
name = "Independent Monitoring Boards"
nation = "england-and-wales"
"""

ANN = Editor(name="Ann Example", key="1")
BEN = Editor(name="Ben Example", key="2")
WELCOME = PartRef(kind="sections", id="welcome")
NEWS = PartRef(kind="sections", id="news")
HEAD = PartRef(kind="head")
