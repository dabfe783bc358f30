"""Reads the mails of the folder that is named as mail programs do: with Python's own `email`, and their calendar parts with
libical (Debian's gir1.2-ical-3.0). Each is NAME.eml. Run it with Debian's Python, which has libical."""

import email
import email.policy
import pathlib
import sys
from html import unescape

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402

METHODS = {"REQUEST": ICalGLib.PropertyMethod.REQUEST, "CANCEL": ICalGLib.PropertyMethod.CANCEL}
SENDER = ("Feet First Clinic", "frontdesk@feetfirst.example")


def lines_are_short(name, raw):
    # RFC 5322, section 2.1.1: 998 octets without the line break, which is always both characters.
    assert raw.count(b"\n") == raw.count(b"\r\n"), f"{name}: a line break is not CRLF"
    longest = max(map(len, raw.split(b"\r\n")))
    assert longest <= 998, f"{name}: a line of {longest} octets"
    assert raw.isascii(), f"{name}: not ASCII, though nobody has to take 8BITMIME"


def headers_are_one_each(name, mail):
    for header in ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted"):
        assert len(mail.get_all(header, [])) == 1, f"{name}: {header}"
    for header in ("Bcc", "Cc", "Sender"):
        assert mail[header] is None, f"{name}: {header}"
    [sender] = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == SENDER, f"{name}: {sender}"
    assert len(mail["To"].addresses) == len(mail["Reply-To"].addresses) == 1, name
    assert mail["Auto-Submitted"] == "auto-generated", name


def event(name, mail):
    """The method of the calendar part, once libical finds nothing wrong and the attached file is the same."""
    [inline] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    [attached] = mail.iter_attachments()
    assert inline.get_content_disposition() is None and attached.get_filename() == "invite.ics", name
    text = inline.get_content()
    assert attached.get_content().decode() == text.replace("\r\n", "\n").replace("\n", "\r\n"), f"{name}: they differ"
    calendar = ICalGLib.Parser.parse_string(text)
    assert calendar is not None and ICalGLib.restriction_check(calendar), f"{name}: libical's restriction check"
    assert calendar.count_errors() == 0, f"{name}: {calendar.as_ical_string()}"
    assert calendar.get_method() == METHODS[inline["Content-Type"].params["method"]], name
    return inline["Content-Type"].params["method"]


def words(mail, form):
    return mail.get_body((form,)).get_content().replace("\r\n", "\n")


def read(file):
    raw, name = file.read_bytes(), file.stem
    lines_are_short(name, raw)
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    for part in mail.walk():
        defects = part.defects + [defect for value in part.values() for defect in value.defects]
        assert not defects, f"{name}: {defects}"
    headers_are_one_each(name, mail)
    forms = [part.get_content_type() for part in mail.walk() if part.get_content_maintype() == "text"]
    assert forms[:2] == ["text/plain", "text/html"], f"{name}: {forms}"
    headline = words(mail, "plain").split("\n")[0]
    assert headline in unescape(words(mail, "html")), f"{name}: text and HTML differ"
    return mail, event(name, mail) if "text/calendar" in forms else None


def hostile(folder):
    """Names that are written to do harm, and those that are only rare, come out whole in staff's mail."""
    for file in sorted(folder.glob("hostile-*.eml")):
        mail, _ = read(file)
        [written] = [file.with_suffix(".name").read_text()]
        subject = str(mail["Subject"])
        text = words(mail, "plain")
        assert written in subject and f"From: {written}\n" in text, f"{file.stem}: {subject!r}"
        yield file


def main(folder):
    folder = pathlib.Path(folder)
    files = sorted(folder.glob("*.eml"))
    methods = [method for _, method in map(read, files) if method]
    names = len(list(hostile(folder)))
    assert len(files) > 25 and {"REQUEST", "CANCEL"} == set(methods) and names > 2, "too little to look at"
    print(f"{len(files)} mails, {len(methods)} of them with a calendar part, {names} with odd names: no defect")


main(sys.argv[1])
