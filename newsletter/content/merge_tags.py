"""Marks of mail merge, in the notations that mailing programs use."""

import re

MERGE_TAG = re.compile(
    r"\{\{\s*[A-Za-z][\w. |'\"-]*\}\}"  # {{ first_name }}
    r"|\*?\|[A-Z][A-Z0-9_:]{2,}\|\*?"  # *|FNAME|*, whose stars Markdown takes for emphasis
    r"|%%[A-Za-z]\w*%%"  # %%first_name%%
    r"|\[\[[A-Za-z][\w ]*\]\]"  # [[name]]
    r"|<<\s*[A-Za-z][\w ]*>>|«[A-Za-z]\w*»"  # <<Name>>, and Word's own
)
