"""What in a reply must reach a named person at once: the closed list that settings, rules and staff share."""

from enum import StrEnum


class Flag(StrEnum):
    """What must always reach a named person at once, and is never answered or acted on by itself."""

    WELFARE_CONCERN = "welfare_concern"
    INFORMATION_REQUEST = "information_request"  # freedom of information
    DATA_RIGHTS = "data_rights"  # data protection: access, erasure, objection
    PRESS = "press"
    LEGAL = "legal"  # threats of complaint to a regulator or of lawyers
    BEREAVEMENT = "bereavement"
    EMBARGO = "embargo"
