"""The fault table: each row is held by named tests, and every name here is a test that exists.

Rows 47 and 48 (PostgreSQL) belong to later releases. Rows 60 on, about what comes in, are held by tests that bear their
numbers (`test_numbered_rows.py`).
"""

import ast
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.heavy  # minutes, with those like it; the default run stays short

TESTS = Path(__file__).parents[1]

SMTP = "faults/test_smtp_rows.py"
HOST = "faults/test_host_rows.py"
PROCESSES = "faults/test_two_processes.py"
EVERYWHERE = "heavy/test_killed_everywhere.py"
STEPS = "transports/test_smtp_faults.py"
PROVIDER = "transports/test_provider_faults.py"
LEDGER = "services/test_ledger.py"
SENDING = "services/test_sending.py"
BOUNCING = "services/test_bouncing.py"
EVENTS = "services/test_events.py"
HOOKS = "web/test_hooks.py"

EVERY_STEP = f"{STEPS}::test_a_fault_at_any_step_gets_its_fate_and_the_next_rows_go_out"
WHOLE_ROUTE = f"{STEPS}::test_what_concerns_the_whole_route_touches_no_recipient"
NOT_LET_IN = f"{SMTP}::test_a_server_that_does_not_let_us_in_safely_leaves_everybody_waiting"

TABLE: dict[int, tuple[str, list[str]]] = {
    1: (
        "421 at the greeting or in the middle",
        [
            f"{SMTP}::test_a_server_that_closes_at_the_greeting_touches_nobody_and_the_next_run_goes_on",
            f"{SMTP}::test_421_in_the_middle_ends_that_connection_and_the_others_take_over",
        ],
    ),
    2: (
        "greylisting",
        [
            f"{SMTP}::test_a_recipient_put_off_waits_five_minutes_and_nobody_is_refused",
            f"{LEDGER}::test_trying_ends_after_days_and_says_so",
            "services/test_retrying.py::test_it_is_given_up_after_four_to_five_days",
        ],
    ),
    3: (
        "too many, or no storage",
        [
            f"{SMTP}::test_a_recipient_put_off_waits_five_minutes_and_nobody_is_refused",
            "services/test_pacing.py::test_a_server_that_says_slower_gets_half_as_much",
        ],
    ),
    4: (
        "unknown mailbox",
        [
            f"{SMTP}::test_an_unknown_mailbox_is_refused_and_holds_nothing",
            f"{SMTP}::test_an_unknown_mailbox_is_held_against_the_address",
            f"{BOUNCING}::test_a_mailbox_that_does_not_exist_is_believed_the_second_time",
            f"{BOUNCING}::test_a_count_that_fails_undoes_nothing_and_the_sweep_makes_up_for_it",
        ],
    ),
    5: (
        "blocked on policy",
        [
            f"{SMTP}::test_refusals_on_policy_hold_the_mailing_before_everybody_is_refused",
            f"{BOUNCING}::test_a_filter_never_costs_a_reader_their_place",
        ],
    ),
    6: ("too big", [f"{SMTP}::test_an_issue_that_is_too_big_holds_the_mailing_at_the_first_answer"]),
    7: (
        "554 to DATA or after the dot",
        [f"{SMTP}::test_refusals_on_policy_hold_the_mailing_before_everybody_is_refused"],
    ),
    8: (
        "sign-in refused at the start",
        [NOT_LET_IN, f"{STEPS}::test_a_refused_sign_in_stops_all_and_repeats_no_name"],
    ),
    9: (
        "sign-in lost in the middle",
        [
            f"{SMTP}::test_a_sign_in_lost_in_the_middle_pauses_and_everybody_waits",
            f"{STEPS}::test_an_oauth_token_is_read_anew_for_each_connection",
        ],
    ),
    10: (
        "basic sign-in switched off",
        [
            f"{SMTP}::test_a_sign_in_lost_in_the_middle_pauses_and_everybody_waits",
            f"{STEPS}::test_a_tenant_without_basic_sign_in_is_told_to_use_oauth",
        ],
    ),
    11: ("server not there, no such name", [f"{SMTP}::test_a_server_that_is_not_there_marks_nobody"]),
    12: (
        "reset at any step before the body",
        [
            EVERY_STEP,
            WHOLE_ROUTE,
            f"{STEPS}::test_a_server_that_will_not_start_tls_is_refused",
            f"{SMTP}::test_a_connection_that_breaks_before_the_body_leaves_no_doubt",
        ],
    ),
    13: ("reset inside a body", [f"{STEPS}::test_a_connection_that_breaks_inside_a_body_leaves_no_doubt"]),
    14: (
        "reset after the dot",
        [f"{SMTP}::test_without_a_clear_answer_to_a_whole_message_it_is_in_doubt_and_not_sent_again"],
    ),
    15: (
        "silence after the dot",
        [f"{SMTP}::test_without_a_clear_answer_to_a_whole_message_it_is_in_doubt_and_not_sent_again"],
    ),
    16: (
        "the outcome can't be committed",
        [f"{HOST}::test_an_outcome_that_cannot_be_recorded_stops_the_run_and_leaves_doubt"],
    ),
    17: ("half-open connection", [EVERY_STEP, f"{SMTP}::test_a_peer_that_vanished_is_asked_for_by_the_kernel"]),
    18: (
        "replies that trickle in",
        [
            f"{SMTP}::test_a_reply_that_trickles_in_is_given_up_at_the_deadline_of_a_reply",
            f"{SMTP}::test_without_a_clear_answer_to_a_whole_message_it_is_in_doubt_and_not_sent_again",
            "transports/test_replies.py::test_what_never_ends_is_noticed_and_what_came_before_is_not_lost",
        ],
    ),
    19: (
        "replies that make no sense",
        [
            EVERY_STEP,
            f"{SMTP}::test_without_a_clear_answer_to_a_whole_message_it_is_in_doubt_and_not_sent_again",
            "transports/test_replies.py::test_no_bytes_break_the_reader_and_a_cut_changes_nothing",
        ],
    ),
    20: (
        "250 to the recipient, 4yz to the message",
        [f"{SMTP}::test_250_to_the_recipient_and_4yz_to_the_message_is_tried_again"],
    ),
    21: (
        "the server lacks what an address needs",
        ["transports/test_dialogues.py::test_options_are_said_where_needed_and_what_a_server_lacks_is_refused_here"],
    ),
    22: (
        "a line over 998 octets",
        ["rendering/test_message.py::test_any_content_survives_and_leaves_as_safe_seven_bit_lines"],
    ),
    23: (
        "TLS fails or is too old",
        [
            NOT_LET_IN,
            f"{STEPS}::test_an_old_tls_version_is_refused",
            f"{STEPS}::test_a_server_that_speaks_no_tls_where_tls_is_due_is_refused",
        ],
    ),
    24: (
        "a bad certificate",
        [
            NOT_LET_IN,
            f"{STEPS}::test_an_expired_or_foreign_certificate_is_refused",
            f"{STEPS}::test_a_certificate_of_an_unknown_maker_is_refused",
        ],
    ),
    25: ("STARTTLS stripped", [NOT_LET_IN, f"{STEPS}::test_a_server_whose_starttls_was_stripped_is_refused"]),
    26: ("words slipped in after STARTTLS", [f"{STEPS}::test_words_slipped_in_after_starttls_are_thrown_away"]),
    27: (
        "hangs up after every few mails",
        [
            f"{SMTP}::test_a_server_that_hangs_up_after_every_second_mail_costs_nobody_a_copy",
            "transports/test_pipelined.py::test_a_server_that_hangs_up_after_a_few_messages_is_normal",
        ],
    ),
    28: (
        "limits of rate and day",
        [
            "services/test_pacing.py::test_no_window_holds_more_than_the_limit_and_little_less",
            "services/test_pacing.py::test_a_quota_that_others_used_up_rests_the_route",
            "services/test_forecasting.py::test_what_microsoft_lets_through",
        ],
    ),
    29: (
        "429",
        [
            f"{PROVIDER}::test_429_is_tried_again_after_the_seconds_they_name",
            f"{PROVIDER}::test_429_without_retry_after_leaves_the_time_to_us",
            "services/test_pacing.py::test_retry_after_is_kept_and_capped",
        ],
    ),
    30: (
        "5xx before the body was handled",
        [
            f"{PROVIDER}::test_503_says_that_nothing_was_handled",
            f"{PROVIDER}::test_a_connection_reset_before_the_last_byte_is_no_doubt",
        ],
    ),
    31: (
        "5xx or silence after the body",
        [
            f"{PROVIDER}::test_another_5xx_after_the_whole_message_leaves_it_in_doubt",
            f"{PROVIDER}::test_a_time_out_after_the_whole_message_leaves_it_in_doubt",
            f"{PROVIDER}::test_a_timeout_is_asked_about_with_the_same_key",
        ],
    ),
    32: (
        "200 that can't be read",
        [
            f"{PROVIDER}::test_a_positive_answer_that_cannot_be_read_leaves_it_in_doubt",
            f"{PROVIDER}::test_the_raw_words_of_an_answer_without_a_name_are_kept",
        ],
    ),
    33: (
        "a batch answered in part: one message a call, so each call has its own fate",
        [f"{PROVIDER}::test_no_more_calls_are_intended_than_are_in_flight"],
    ),
    34: (
        "a key with another message",
        [f"{PROVIDER}::test_a_key_that_came_with_another_message_stops_everything"],
    ),
    35: (
        "a key whose time is over",
        [
            f"{PROVIDER}::test_a_key_whose_time_is_over_is_not_used_again",
            "services/test_resolving.py::test_a_key_in_its_last_hour_is_not_relied_on",
        ],
    ),
    36: (
        "kill -9",
        [
            "engine/test_killed.py::test_kill_9_while_sending_leaves_nobody_twice_and_nobody_lost",
            "heavy/test_killed_often.py::test_two_hundred_kills_leave_nobody_twice_and_nobody_lost",
            f"{EVERYWHERE}::test_killed_before_any_step_nobody_has_two_copies_and_nobody_is_forgotten",
        ],
    ),
    37: ("SIGTERM", [f"{HOST}::test_sigterm_ends_with_every_answer_recorded"]),
    38: (
        "asleep for longer than the lease",
        [
            f"{LEDGER}::test_a_worker_that_slept_past_its_lease_is_shut_out",
            "services/test_journal.py::test_leave_for_a_copy_is_never_given_for_two",
        ],
    ),
    39: (
        "power cut",
        [
            "heavy/test_power_cut.py::test_a_power_cut_loses_no_acknowledged_intent",
            "heavy/test_power_cut.py::test_with_less_durable_commits_it_would",
            "models/test_constraints.py::test_a_fresh_database_is_durable_and_checks_foreign_keys",
        ],
    ),
    40: (
        "disk full",
        [
            f"{HOST}::test_on_a_full_disk_nothing_leaves_without_intent_and_the_database_stays_sound",
            "heavy/test_power_cut.py::test_on_a_full_disk_nothing_leaves_without_intent_and_the_ledger_stays_sound",
        ],
    ),
    41: (
        "database locked",
        [
            f"{HOST}::test_a_database_that_somebody_holds_is_waited_for",
            f"{HOST}::test_a_database_that_is_held_for_good_lets_nothing_leave",
        ],
    ),
    42: ("a read that becomes a write", [f"{HOST}::test_a_write_takes_the_lock_when_it_begins"]),
    43: ("network share", ["services/test_doctor.py::test_a_database_on_a_network_share_is_refused"]),
    44: (
        "the write-ahead log grows",
        [f"{HOST}::test_a_log_that_grows_is_begun_anew_and_a_reader_in_the_way_is_told"],
    ),
    45: (
        "database damaged, gone or read-only",
        [
            f"{HOST}::test_a_database_that_cannot_be_written_or_read_stops_the_run_and_names_the_backup",
            f"{HOST}::test_a_database_that_is_read_only_lets_nothing_leave",
            f"{HOST}::test_a_database_that_was_deleted_is_not_begun_anew",
        ],
    ),
    46: (
        "two senders at once",
        [
            f"{SENDING}::test_one_process_sends_at_a_time",
            f"{PROCESSES}::test_of_several_processes_one_sends_and_the_others_look_on",
            f"{PROCESSES}::test_two_that_send_because_the_lock_was_deleted_give_nobody_two",
        ],
    ),
    49: (
        "the clock jumps",
        [
            f"{HOST}::test_a_clock_that_jumps_sends_nothing_twice",
            "services/test_doctor.py::test_a_clock_that_runs_behind_what_is_on_record_is_found",
        ],
    ),
    50: ("asleep over the moment", [f"{HOST}::test_a_computer_that_slept_over_the_moment_asks_a_person"]),
    51: (
        "a backup is restored",
        ["cli/test_backup.py::test_fault_51_what_went_out_since_goes_to_nobody_again_and_a_person_must_say_go"],
    ),
    52: (
        "the renderer dies: it is done and hashed before anything is sent",
        [
            "services/test_composing.py::test_who_sends_loads_no_renderer_and_who_does_not_sign_no_cryptography",
            "services/test_composing.py::test_a_trial_copy_is_read_back_before_the_first_mail",
            "rendering/test_templating.py::test_a_loop_that_never_ends_is_told_with_its_place",
        ],
    ),
    53: (
        "one bad row",
        ["services/test_composing.py::test_a_bad_row_is_refused_in_the_ledger_and_the_mailing_ends"],
    ),
    54: (
        "leaves between plan and claim",
        [f"{LEDGER}::test_who_leaves_pauses_or_is_suppressed_between_plan_and_claim_gets_nothing"],
    ),
    55: (
        "staff pause, cancel or edit",
        [
            "services/test_feeding.py::test_a_pause_by_somebody_else_ends_the_stream_within_a_second",
            f"{SENDING}::test_a_cancelled_mailing_stops_and_never_starts_again",
            f"{SENDING}::test_an_edition_changed_on_disk_is_not_sent",
            f"{PROCESSES}::test_a_pause_a_resumption_and_a_stop_from_elsewhere_give_nobody_two",
        ],
    ),
    56: ("a report that comes 46 times", [f"{EVENTS}::test_a_report_that_comes_46_times_is_one_event"]),
    57: (
        "reports in any order",
        [
            f"{EVENTS}::test_a_bounce_after_delivered_and_delivered_after_a_bounce_are_the_same",
            f"{HOOKS}::test_events_may_come_in_any_order",
        ],
    ),
    58: (
        "forged, replayed or huge",
        [
            f"{HOOKS}::test_a_forged_call_is_refused_and_changes_nothing",
            f"{HOOKS}::test_a_huge_call_is_refused_before_it_is_read",
            f"{HOOKS}::test_a_signature_used_again_over_other_words_has_no_effect",
            "web/test_amazon_sns.py::test_every_field_of_a_message_is_covered",
        ],
    ),
    59: (
        "a report about a delivery not known yet",
        [f"{EVENTS}::test_a_report_about_an_unknown_delivery_is_kept_and_finds_it_later"],
    ),
}


@cache
def names(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_row_but_those_of_later_releases_is_here() -> None:
    assert set(TABLE) == set(range(1, 60)) - {47, 48}


@pytest.mark.parametrize("row", TABLE)
def test_the_tests_of_each_row_exist(row: int) -> None:
    assert TABLE[row][1]
    for test in TABLE[row][1]:
        file, _, name = test.partition("::")
        assert name.startswith("test_")
        assert name in names(file), f"row {row}: there is no {test}"
