"""Reads the calendar files of the folder that is named, as calendar programs do: with libical (Debian's gir1.2-ical-3.0)
and with PyPI's icalendar. The files of one story are called NAME-0.ics, NAME-1.ics, … in the order in which a patient gets
them; a practitioner's feed is called feed-N.ics. Run it with Debian's Python, which has libical, and PYTHONPATH for the other."""

import pathlib
import sys

import gi
import icalendar

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402

METHODS = {
    "REQUEST": ICalGLib.PropertyMethod.REQUEST,
    "CANCEL": ICalGLib.PropertyMethod.CANCEL,
    "PUBLISH": ICalGLib.PropertyMethod.PUBLISH,
}


def by_libical(name, text):
    calendar = ICalGLib.Parser.parse_string(text)
    assert calendar is not None, f"{name}: libical cannot read it"
    # It notes what RFC 5546 does not allow as a property X-LIC-ERROR.
    assert ICalGLib.restriction_check(calendar), f"{name}: libical's restriction check"
    assert calendar.count_errors() == 0, f"{name}: {calendar.as_ical_string()}"
    event = calendar.get_first_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)
    return {
        "method": calendar.get_method(),
        "uid": event.get_uid(),
        "sequence": event.get_sequence(),
        "start": event.get_dtstart().as_timet(),
    }


def by_icalendar(name, text):
    calendar = icalendar.Calendar.from_ical(text)
    [event] = calendar.walk("VEVENT")
    assert calendar.errors == [] and event.errors == [], f"{name}: {calendar.errors} {event.errors}"
    method = str(calendar["METHOD"])
    return {
        "method": METHODS[method],
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "start": int(event["DTSTART"].dt.timestamp()),
    }


def feed(file):
    """How many events a practitioner's feed has, once both programs read the same of each."""
    text = file.read_bytes().decode()
    calendar = ICalGLib.Parser.parse_string(text)
    assert calendar is not None and ICalGLib.restriction_check(calendar), file.name
    assert calendar.count_errors() == 0, f"{file.name}: {calendar.as_ical_string()}"
    kind = ICalGLib.ComponentKind.VEVENT_COMPONENT
    by_one, event = set(), calendar.get_first_component(kind)
    while event is not None:
        by_one.add((event.get_uid(), event.get_summary(), event.get_dtstart().as_timet(), event.get_dtend().as_timet()))
        event = calendar.get_next_component(kind)
    other = icalendar.Calendar.from_ical(text)
    moment = lambda event, name: int(event[name].dt.timestamp())
    walked = other.walk("VEVENT")
    by_other = {(str(e["UID"]), str(e["SUMMARY"]), moment(e, "DTSTART"), moment(e, "DTEND")) for e in walked}
    assert other.errors == [] and all(event.errors == [] for event in walked), file.name
    assert by_one == by_other and len(by_one) == len(walked), f"{file.name}: {by_one} {by_other}"
    return len(walked)


def main(folder):
    events, cancelled = {}, 0
    every = sorted(pathlib.Path(folder).glob("*.ics"))
    feeds = [file for file in every if file.name.startswith("feed-")]
    files = [file for file in every if file not in feeds]
    listed = [feed(file) for file in feeds]
    assert len(feeds) > 2 and max(listed) > 3, "too little to look at"
    print(f"{len(feeds)} feeds of up to {max(listed)} events: no error")
    for file in files:
        text = file.read_bytes().decode()
        read = by_libical(file.name, text)
        assert read == by_icalendar(file.name, text), f"{file.name}: they differ"
        before = events.get(read["uid"])
        # RFC 5546, section 2.1.5: the same UID and a higher SEQUENCE take the place of what is there.
        assert before is None or read["sequence"] > before["sequence"], f"{file.name}: {before} {read}"
        events[read["uid"]] = read
        cancelled += read["method"] == METHODS["CANCEL"]
    assert len(files) > len(events) > 2 and cancelled > 2, "too little to look at"
    print(f"{len(files)} calendar files of {len(events)} events, {cancelled} of them cancelled: no error")


main(sys.argv[1])
