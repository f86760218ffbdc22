"""What goes wrong with a radio, what the person reads then, and the tests that stage it.

Tests take the sentences from `READS`, so that each is what the code said when it was staged. The page
``docs/validation/radio-failures.md`` is made of this table by ``docs/validation/make_radio_failures.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

BLUEZ, BUMBLE = "tests/live/ble/test_bluez.py", "tests/live/ble/test_bumble.py"
LINK, SESSION = "tests/live/ble/test_link.py", "tests/live/test_session.py"
ASSEMBLY, RECORD = "tests/live/ble/test_assembly.py", "tests/cli/test_record.py"
CHECK_UP = "tests/live/ble/test_check_up.py"
KILLS, JOURNAL = "tests/live/test_kills.py", "tests/live/test_journal.py"


@dataclass(frozen=True)
class Said:
    """A sentence (or the telling part of one) under a key, and the tests in which it was read.

    An empty one is for what nobody needs to be told, since nothing is lost.
    """

    key: str
    text: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Failure:
    """One failure; `by_hand` names the line of the checklist for what only a real radio shows."""

    what: str
    said: tuple[Said, ...]
    by_hand: str = ""


FAILURES = (
    Failure(
        "no adapter",
        (
            Said(
                "no adapter",
                "No Bluetooth adapter was found.",
                (f"{BLUEZ}::test_no_adapter_or_switched_off", f"{LINK}::test_why_there_is_no_bluetooth"),
            ),
            Said(
                "old adapter",
                "This Bluetooth adapter is too old.",
                (f"{BLUEZ}::test_an_adapter_that_cannot_connect", f"{LINK}::test_why_there_is_no_bluetooth"),
            ),
        ),
    ),
    Failure(
        "Bluetooth is switched off",
        (
            Said(
                "off",
                "Bluetooth is switched off. Switch it on; it continues by itself.",
                (
                    f"{BLUEZ}::test_out_of_range_and_bluetooth_off_are_waited_out",
                    f"{BLUEZ}::test_a_scan_waits_until_bluetooth_is_switched_on",
                ),
            ),
        ),
    ),
    Failure(
        "the Bluetooth service does not run",
        (
            Said(
                "no service",
                "The Bluetooth service is not running.",
                (f"{BLUEZ}::test_the_service_is_not_running",),
            ),
        ),
    ),
    Failure(
        "no D-Bus (a container, WSL)",
        (Said("no bus", "There is no system D-Bus here.", (f"{BLUEZ}::test_there_is_no_bus_at_all",)),),
    ),
    Failure(
        "the system does not allow it",
        (
            Said(
                "denied",
                "Bluetooth is not allowed here.",
                (
                    f"{BLUEZ}::test_the_system_does_not_allow_bluetooth",
                    f"{LINK}::test_why_there_is_no_bluetooth",
                ),
            ),
            Said(
                "macos",
                "If this program is ended at once, allow the terminal in Privacy & Security, Bluetooth.",
                (f"{RECORD}::test_macos_is_told_before_it_may_end_the_program",),
            ),
        ),
        by_hand="5",
    ),
    Failure(
        "the package bleak is missing or broken",
        (
            Said(
                "no bleak",
                "The package bleak, by which Surefoot talks to Bluetooth, cannot be loaded.",
                (f"{RECORD}::test_without_bleak_it_is_said_which_package_is_missing",),
            ),
        ),
    ),
    Failure(
        "the sensor is not seen",
        (
            Said(
                "not seen",
                "was not seen for 10 s.",
                (f"{LINK}::test_not_seen_tells_what_is_near",),
            ),
            Said(
                "nothing near",
                "No sensor was recognised nearby.",
                (f"{RECORD}::test_nothing_near_tells_what_is",),
            ),
        ),
        by_hand="7",
    ),
    Failure(
        "the sensor is seen, but tells everyone nothing of what it is",
        (
            Said(
                "no known service",
                "is there, but its services are of no sensor that Surefoot knows.",
                (f"{BLUEZ}::test_a_sensor_that_is_near_is_not_called_unseen",),
            ),
        ),
    ),
    Failure(
        "connecting fails",
        (
            Said(
                "third try",
                "Connecting to Surefoot… (try 3)",
                (
                    f"{BLUEZ}::test_connecting_is_tried_again",
                    f"{LINK}::test_a_connection_that_fails_is_tried_again",
                ),
            ),
            Said(
                "unusable",
                "was seen, but could not be used.",
                (f"{LINK}::test_a_sensor_that_never_sends_is_refused",),
            ),
        ),
    ),
    Failure(
        "the link is lost in a trial",
        (
            Said(
                "lost",
                "The connection to the sensor is lost. Looking for it again…",
                (
                    f"{SESSION}::test_a_link_lost_in_the_hold_is_told_and_the_attempt_repeated",
                    f"{BLUEZ}::test_nothing_is_lost_inside_a_segment",
                    f"{BUMBLE}::test_nothing_is_lost_inside_a_segment",
                ),
            ),
            Said(
                "gap",
                "The connection to the sensor was lost once",
                (f"{ASSEMBLY}::test_a_lost_link_is_a_gap_of_its_true_length",),
            ),
        ),
        by_hand="6",
    ),
    Failure(
        "the wearer walks out of range",
        (
            Said(
                "weak",
                "The signal is weak: move closer before the connection is lost.",
                (
                    f"{LINK}::test_a_signal_that_gets_weak_is_told_before_the_link_breaks",
                    f"{LINK}::test_a_weak_signal_is_told_before_the_test",
                ),
            ),
            Said(
                "away",
                "The sensor was not found again in 3 tries. Is it on, charged and near? "
                "It is looked for further.",
                (f"{LINK}::test_three_failed_reconnections_are_told_and_a_fourth_works",),
            ),
            Said(
                "gone",
                "was lost and did not come back.",
                (f"{SESSION}::test_a_sensor_that_stays_away_ends_an_unattended_session",),
            ),
        ),
        by_hand="6",
    ),
    Failure(
        "connected, but silent",
        (
            Said(
                "silent",
                "The sensor stopped sending. Connecting again…",
                (
                    f"{LINK}::test_connected_but_silent_is_connected_again",
                    f"{BLUEZ}::test_a_silent_sensor_is_connected_again",
                ),
            ),
        ),
    ),
    Failure(
        "the adapter is switched off or unplugged in a trial",
        (
            Said(
                "off within",
                "Bluetooth is switched off. Switch it on; it continues by itself.",
                (f"{BLUEZ}::test_out_of_range_and_bluetooth_off_are_waited_out",),
            ),
            Said(
                "unplugged",
                "No Bluetooth adapter was found. Plug one in, or enable it.",
                (f"{BLUEZ}::test_an_adapter_that_is_unplugged_and_comes_back",),
            ),
        ),
        by_hand="9",
    ),
    Failure(
        "the Bluetooth service is restarted",
        (
            Said(
                "service gone",
                "The Bluetooth service is not running. systemctl start bluetooth",
                (f"{BLUEZ}::test_a_service_that_is_restarted_is_waited_out",),
            ),
        ),
        by_hand="10",
    ),
    Failure(
        "packets are cut: the MTU is too small",
        (
            Said(
                "cut",
                "This computer gives 20-byte packets",
                (
                    f"{LINK}::test_packets_cut_by_a_small_mtu_are_refused",
                    f"{BLUEZ}::test_packets_cut_by_a_small_mtu_are_refused",
                ),
            ),
        ),
        by_hand="14",
    ),
    Failure(
        "a notification comes twice",
        (
            Said(
                "twice",
                "3 packets arrived twice and were taken once.",
                (f"{BLUEZ}::test_a_notification_that_comes_twice_is_taken_once",),
            ),
        ),
    ),
    Failure(
        "every notification comes twice, from a sensor without clock or counter",
        (
            Said(
                "twice unclocked",
                " packets arrived twice and were taken once.",
                (f"{LINK}::test_packets_that_come_twice_are_taken_once_without_a_clock_too",),
            ),
        ),
    ),
    Failure(
        "packets overtake one another",
        (Said("order", "", (f"{LINK}::test_packets_in_another_order_are_sorted",)),),
    ),
    Failure(
        "text lines as sketches send them: time in s or µs, labels, nine numbers",
        (Said("wild lines", "", (f"{LINK}::test_lines_as_sketches_send_them_are_read",)),),
    ),
    Failure(
        "rotation comes in rad/s where °/s is usual",
        (
            Said(
                "radians",
                "gravity turns as it does in rad/s.",
                (f"{LINK}::test_lines_as_sketches_send_them_are_read",),
            ),
            Said(
                "quarter turn",
                "rotation comes in rad/s, not in °/s",
                (f"{CHECK_UP}::test_a_quarter_turn_tells_the_unit_of_rotation",),
            ),
        ),
    ),
    Failure(
        "the sensor's clock counts in another unit, stands still, or begins anew",
        (
            *(
                Said(key, text, (f"{LINK}::test_a_clock_that_disagrees_with_the_arrivals_is_named",))
                for key, text in (
                    ("clock fast", "The sensor's clock runs 10 times too fast"),
                    ("clock still", "The sensor's clock stands still"),
                    ("clock anew", "The sensor's clock began anew once"),
                )
            ),
        ),
    ),
    Failure(
        "a sensor without clock never sends a second",
        (
            Said(
                "hole",
                "samples are missing: they never arrived.",
                (f"{LINK}::test_a_second_that_a_sensor_without_clock_never_sends_is_missing",),
            ),
        ),
    ),
    Failure(
        "a sensor is measured while somebody wears it",
        (
            Said(
                "worn",
                "Somebody wears or holds it, or its table shakes: lay it on a table, and measure again.",
                (f"{CHECK_UP}::test_a_sensor_that_somebody_wears_is_told_from_one_that_lies",),
            ),
        ),
    ),
    Failure(
        "nothing on this computer can speak, and the eyes will be closed",
        (
            Said(
                "no voice",
                "Nothing on this computer can speak.",
                ("tests/cli/test_stage.py::test_without_a_voice_the_bell_must_be_heard",),
            ),
        ),
    ),
    Failure(
        "the sensor's own queue is full: samples are never sent",
        (
            Said(
                "missing",
                "samples are missing: they never arrived.",
                (f"{BLUEZ}::test_samples_that_the_sensor_threw_away_are_counted",),
            ),
        ),
        by_hand="12",
    ),
    Failure(
        "the rate is lower than asked for, after 2 s and 10 s",
        (
            Said(
                "slow",
                "Got 100 of 200 Hz: move closer, or choose 100 Hz.",
                (f"{SESSION}::test_a_rate_that_is_not_kept_is_told",),
            ),
            Said(
                "far too slow",
                "sends too slowly to measure sway.",
                (f"{SESSION}::test_a_sensor_far_too_slow_is_refused_before_somebody_stands",),
            ),
        ),
        by_hand="16",
    ),
    Failure(
        "the battery is low, or empty",
        (
            Said(
                "battery low",
                "Battery 15 %. Charge the sensor before the session.",
                (f"{LINK}::test_a_low_battery_is_told",),
            ),
            Said(
                "battery empty",
                "The battery of Surefoot open packet is nearly empty.",
                (f"{LINK}::test_an_empty_battery_is_refused_before_but_not_within_a_session",),
            ),
            Said(
                "battery none",
                "The battery reads 0 %: the sensor does not tell its charge, or is about to stop.",
                (f"{LINK}::test_a_battery_that_always_reads_nothing_refuses_nobody",),
            ),
        ),
        by_hand="17",
    ),
    Failure(
        "the sensor is connected to a phone",
        (
            Said(
                "not advertising",
                "Is it connected to a phone? Close the maker's app.",
                (f"{BLUEZ}::test_a_sensor_that_a_phone_holds",),
            ),
            Said(
                "phone",
                "Close the maker's app, restart the sensor, and move closer.",
                (f"{BLUEZ}::test_a_sensor_that_refuses_every_connection",),
            ),
        ),
        by_hand="8",
    ),
    Failure(
        "the sensor wants to be paired first",
        (
            Said(
                "pair",
                " wants to be paired with this computer first.",
                (f"{BLUEZ}::test_why_the_system_cannot_start_a_sensor_is_told",),
            ),
        ),
        by_hand="15",
    ),
    Failure(
        "another program on this computer listens to the sensor, or connects to it",
        (
            Said(
                "other program",
                "Something else on this computer is busy with the sensor.",
                (f"{BLUEZ}::test_why_the_system_cannot_start_a_sensor_is_told",),
            ),
        ),
    ),
    Failure(
        "the sensor has other firmware, or is in another mode",
        (
            Said(
                "no sending",
                " does not offer to send: its firmware is another one.",
                (f"{BLUEZ}::test_why_the_system_cannot_start_a_sensor_is_told",),
            ),
            Said(
                "other firmware",
                " does not offer what its kind offers: its firmware is another one, or its mode.",
                (f"{BLUEZ}::test_a_sensor_without_what_its_kind_offers",),
            ),
            Said(
                "not permitted",
                " does not allow what starts it.",
                (f"{BLUEZ}::test_why_the_system_cannot_start_a_sensor_is_told",),
            ),
            Said(
                "other mode",
                "is in another mode than the one that was set.",
                (f"{LINK}::test_a_sensor_in_another_mode_is_refused",),
            ),
        ),
    ),
    Failure(
        "the sensor itself says no",
        (
            Said(
                "in charger",
                "Polar Verity Sense refuses: it is in its charger.",
                (f"{LINK}::test_a_sensor_that_says_no_ends_in_its_own_words",),
            ),
            Said(
                "small packets",
                "Polar H10 refuses: the packets of this connection are too small for it.",
                (f"{LINK}::test_a_sensor_that_says_no_ends_in_its_own_words",),
            ),
            Said(
                "no such rate",
                "Movesense refuses: its firmware does not offer this rate or measurement (HTTP 404).",
                (f"{LINK}::test_a_sensor_that_says_no_ends_in_its_own_words",),
            ),
        ),
    ),
    Failure(
        "packets come that nobody understands",
        (
            Said(
                "not understood",
                "sends packets, and none is understood.",
                (f"{LINK}::test_packets_that_nobody_understands_are_shown",),
            ),
        ),
    ),
    Failure(
        "clipping, a wrong scale, a sensor that is not still",
        (
            Said(
                "not still",
                "The sensor was not still before the test, or its scale is wrong.",
                (
                    f"{SESSION}::test_a_sensor_of_the_wrong_scale_is_refused_where_nobody_attends",
                    f"{SESSION}::test_somebody_at_the_terminal_is_told_what_the_sensor_reads",
                ),
            ),
            Said(
                "keep still",
                "Keep the sensor still for two seconds.",
                (f"{SESSION}::test_a_sensor_that_moves_is_not_still",),
            ),
            Said(
                "clipped",
                "samples are at the end of the sensor's range.",
                (f"{ASSEMBLY}::test_clipping_and_repeats_are_said",),
            ),
        ),
        by_hand="2",
    ),
    Failure(
        "two sensors of one name",
        (
            Said(
                "which",
                "It is not clear which sensor is meant.",
                (f"{RECORD}::test_one_of_several_must_be_named",),
            ),
            Said(
                "nickname taken",
                "movesense is another sensor.",
                (f"{RECORD}::test_two_of_one_name_get_two_nicknames",),
            ),
        ),
        by_hand="13",
    ),
    Failure(
        "the program is killed, or crashes",
        (
            Said(
                "interrupted",
                "A recording was interrupted; `surefoot record --recover` keeps what was recorded.",
                (
                    f"{RECORD}::test_what_a_crash_left_is_told_and_recovered",
                    f"{KILLS}::test_a_recording_killed_at_any_moment",
                ),
            ),
            Said(
                "held",
                "Surefoot is still connected from before; that is ended first.",
                (f"{BLUEZ}::test_a_connection_left_by_a_crash_is_ended_first",),
            ),
        ),
    ),
    Failure(
        "the computer sleeps",
        (
            Said(
                "slept",
                "The computer slept; the attempt is over.",
                (f"{LINK}::test_a_computer_that_slept_begins_a_new_segment",),
            ),
        ),
        by_hand="11",
    ),
    Failure(
        "the program itself is slow: a screen that takes long to draw",
        (
            Said(
                "slow program",
                "",
                (f"{SESSION}::test_a_screen_that_draws_slowly_loses_no_packet",),
            ),
        ),
    ),
    Failure(
        "the disk is full, or gone, while something is recorded",
        (
            Said(
                "no room",
                "The recording cannot be saved where the diary is.",
                (f"{RECORD}::test_a_diary_that_takes_no_recording_is_refused_before_the_test",),
            ),
            Said(
                "disk full",
                "The disk refuses the recording (No space left on device). It goes on in memory: "
                "make room on the disk now.",
                (
                    f"{SESSION}::test_a_full_disk_is_told_at_once_and_loses_nothing",
                    f"{RECORD}::test_what_a_full_disk_refused_is_put_elsewhere_and_recovered_from_there",
                ),
            ),
            Said(
                "unconfirmed",
                "The disk does not confirm that the recording is saved (Input/output error). Check the disk.",
                (f"{SESSION}::test_a_disk_that_does_not_confirm_is_told_now_and_then",),
            ),
        ),
    ),
)

READS = {said.key: said.text for failure in FAILURES for said in failure.said}
