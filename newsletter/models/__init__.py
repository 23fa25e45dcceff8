"""Fields, states and constraints of the database. No workflow: only `newsletter.services` changes rows."""

from newsletter.models.accounts import LinkPurpose, OneTimeLink
from newsletter.models.automatic import AutomaticKind, AutomaticMail, AutomaticState
from newsletter.models.bounces import Bounce, BounceCause
from newsletter.models.comments import DraftRemark, DraftRound
from newsletter.models.covers import Cover
from newsletter.models.deliveries import (
    OPEN,
    SKIP_REASONS,
    Attempt,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    EventKind,
    Reason,
)
from newsletter.models.editions import Approval, Edition, Variant
from newsletter.models.headcounts import Headcount
from newsletter.models.inbox import Act, Arrival, Reply, ReplyState, ReplyStep, StepKind, Trust, TrustLevel
from newsletter.models.mailings import ENDED, Mailing, MailingState
from newsletter.models.mending import WebCorrection, WithdrawnPicture
from newsletter.models.posted import PostedForm, PostedKind
from newsletter.models.queue import QueueItem, QueueKind, QueueState
from newsletter.models.records import AuditRecord, Mode, WorkspaceState
from newsletter.models.requests import RequestKind, RevokedToken, SubscriptionRequest, Wording
from newsletter.models.subscribers import (
    ConsentEvent,
    ConsentRecord,
    FormerAddress,
    Mechanism,
    Subscriber,
    SubscriberStatus,
    Suppression,
    SuppressionReason,
)
from newsletter.models.users import Role, User

__all__ = [
    "ENDED",
    "OPEN",
    "SKIP_REASONS",
    "Act",
    "Approval",
    "Arrival",
    "Attempt",
    "AuditRecord",
    "AutomaticKind",
    "AutomaticMail",
    "AutomaticState",
    "Bounce",
    "BounceCause",
    "ConsentEvent",
    "ConsentRecord",
    "Cover",
    "Delivery",
    "DeliveryEvent",
    "DeliveryState",
    "DraftRemark",
    "DraftRound",
    "Edition",
    "EventKind",
    "FormerAddress",
    "Headcount",
    "LinkPurpose",
    "Mailing",
    "MailingState",
    "Mechanism",
    "Mode",
    "OneTimeLink",
    "PostedForm",
    "PostedKind",
    "QueueItem",
    "QueueKind",
    "QueueState",
    "Reason",
    "Reply",
    "ReplyState",
    "ReplyStep",
    "RequestKind",
    "RevokedToken",
    "Role",
    "StepKind",
    "Subscriber",
    "SubscriberStatus",
    "SubscriptionRequest",
    "Suppression",
    "SuppressionReason",
    "Trust",
    "TrustLevel",
    "User",
    "Variant",
    "WebCorrection",
    "WithdrawnPicture",
    "Wording",
    "WorkspaceState",
]
