//! To staff: what waits for them, once a day.

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use shared::{
    clinic::{Clinic, Place},
    outbox::{BookingLine, Digest, Lines, MessageLine, Owner, Person, Sections, Undelivered},
};

use super::{
    document::{Block, Draft, Link, Row, Words},
    undelivered,
};

pub(super) fn write(digest: &Digest, clinic: &Clinic, now: Timestamp) -> Draft {
    let sections = &digest.sections;
    let visits = to_come(&sections.visits, now);
    let mut blocks: Vec<Block> = digest.missing.iter().map(|owner| missing(*owner)).collect();
    blocks.extend(requests(&sections.requests, clinic));
    blocks.extend(unanswered(&sections.unanswered, clinic));
    blocks.extend(failures(&sections.undelivered, clinic));
    blocks.extend(self::visits(&visits, sections.visits.left_out, clinic, now));
    blocks.extend(quarantine(&sections.quarantine, clinic));
    if blocks.is_empty() {
        let over = "The visits in this digest are over. Nothing else waits for you.";
        blocks.push(Block::paragraph(over));
    }
    let waits = waiting(sections);
    let headline = match (waits.is_empty(), digest.missing.is_empty()) {
        (false, _) => "What is waiting for you",
        (true, false) => "A part of today's digest is missing",
        (true, true) => "Your next visits",
    };
    Draft {
        subject: subject(digest, waits, visits.len()),
        preview: match visits.first() {
            Some(visit) => {
                let start = clinic.spoken_time(visit.appointment.start);
                format!("Next visit: {start}")
            }
            None => "Open the email to see what waits.".to_owned(),
        },
        headline: headline.to_owned(),
        blocks,
    }
}

/// The date, and what waits: a phone shows about forty letters of it.
fn subject(digest: &Digest, waits: Vec<String>, visits: usize) -> String {
    let visits = visits.saturating_add(left_out(&digest.sections.visits));
    let mut parts = waits;
    if visits > 0 {
        parts.push(counted(visits, "visit"));
    }
    if parts.is_empty() {
        parts.push("nothing waits for you".to_owned());
    }
    let day = digest.date.strftime("%a, %b %-d");
    format!("{day}: {}", parts.join(", "))
}

/// What staff have to do, in a few words each.
fn waiting(sections: &Sections) -> Vec<String> {
    let counts = [
        (sections.requests.count(), "request", ""),
        (sections.unanswered.count(), "message", " to answer"),
        (sections.undelivered.count(), "email problem", ""),
        (sections.quarantine.count(), "message", " in quarantine"),
    ];
    let some = counts.into_iter().filter(|(count, ..)| *count > 0);
    some.map(|(count, noun, what)| format!("{}{what}", counted(count, noun)))
        .collect()
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

fn left_out<T>(lines: &Lines<T>) -> usize {
    usize::try_from(lines.left_out).unwrap_or(usize::MAX)
}

/// What staff do about a part that could not be written.
fn missing(owner: Owner) -> Block {
    let words = match owner {
        Owner::Contact => {
            "Today we could not list the messages, neither those to answer nor those in quarantine."
        }
        Owner::Booking => {
            "Today we could not list the visits and requests. Please use the emails about each of them."
        }
        Owner::Mail => "Today we could not list the emails that did not arrive.",
    };
    let then = "Tomorrow's digest lists what still waits. Please tell your technical support.";
    Block::Notice(format!("{words} {then}").into())
}

fn requests(requests: &Lines<BookingLine>, clinic: &Clinic) -> Vec<Block> {
    let row = |line: &BookingLine| {
        let appointment = &line.appointment;
        let mut details = vec![
            Words::from(clinic.spoken_time(appointment.start)),
            format!("{} with {}", appointment.service, appointment.practitioner).into(),
        ];
        if !line.suspicions.is_empty() {
            details.push(format!("Please check: {}", line.suspicions.join("; ")).into());
        }
        details.extend(line.answer_by.map(|by| {
            let by = clinic.spoken_time(by);
            Words::from(format!("Please answer by {by}"))
        }));
        Row {
            title: line.person.name.as_str().to_owned(),
            url: line.person.review_url.clone(),
            details,
        }
    };
    section(
        "Requests to answer",
        "A request expires if you don't answer it in time.",
        requests,
        row,
    )
}

fn unanswered(messages: &Lines<MessageLine>, clinic: &Clinic) -> Vec<Block> {
    let row = |line: &MessageLine| Row {
        title: match &line.name {
            Some(name) => name.as_str().to_owned(),
            None => format!("Message {}", line.reference),
        },
        ..message(line, clinic)
    };
    section(
        "Messages to answer",
        "Once you have answered a message, open it and mark it as done. Until then it stays on this list.",
        messages,
        row,
    )
}

fn quarantine(messages: &Lines<MessageLine>, clinic: &Clinic) -> Vec<Block> {
    section(
        "Messages in quarantine",
        "These messages look like spam. Open one to check it. If a real person wrote it, release it: they then get our receipt, and you get the message by email.",
        messages,
        |line| message(line, clinic),
    )
}

fn message(line: &MessageLine, clinic: &Clinic) -> Row {
    let received = clinic.spoken_time(line.received_at);
    let mut details = vec![Words::from(format!("Received on {received}"))];
    let topic = line.topic.as_ref();
    details.extend(topic.map(|topic| Words::from(format!("Topic: {topic}"))));
    if !line.reasons.is_empty() {
        details.push(format!("Reason: {}", line.reasons.join("; ")).into());
    }
    Row {
        title: format!("Message {}", line.reference),
        url: Some(line.review_url.clone()),
        details,
    }
}

fn failures(mails: &Lines<Undelivered>, clinic: &Clinic) -> Vec<Block> {
    let row = |mail: &Undelivered| {
        let mut details = vec![undelivered::advice(mail)];
        let visit = mail.appointment.as_ref();
        details.extend(visit.map(|visit| {
            let start = clinic.spoken_time(visit.start);
            Words::from(format!("{} on {start}", visit.service))
        }));
        details.push(format!("Reason: {}", mail.reason).into());
        Row {
            title: undelivered::headline(mail),
            url: undelivered::page(mail).map(str::to_owned),
            details,
        }
    };
    section(
        "Problems with our emails",
        "We have told you about each of these before. If you have dealt with one, you can skip it.",
        mails,
        row,
    )
}

/// The visits that are not over.
fn to_come(visits: &Lines<BookingLine>, now: Timestamp) -> Vec<&BookingLine> {
    let visits = visits.iter();
    visits.filter(|line| line.appointment.end > now).collect()
}

/// The visits under the days that they are on.
fn visits(visits: &[&BookingLine], left_out: u32, clinic: &Clinic, now: Timestamp) -> Vec<Block> {
    let today = clinic.local_date(now);
    let date = |line: &&BookingLine| clinic.local_date(line.appointment.start);
    let mut blocks = Vec::new();
    for day in visits.chunk_by(|one, next| date(one) == date(next)) {
        let rows = day.iter().map(|line| visit(line, clinic)).collect();
        blocks.extend(day.first().map(|line| heading(date(line), today)));
        blocks.push(Block::Rows(rows));
    }
    blocks.extend(match left_out {
        0 => None,
        1 => Some(Block::aside("1 more visit is not listed.")),
        more => Some(Block::aside(format!("{more} more visits are not listed."))),
    });
    blocks
}

fn heading(date: Date, today: Date) -> Block {
    let day = match date {
        date if date == today => "Visits today, ",
        date if today.tomorrow().is_ok_and(|tomorrow| date == tomorrow) => "Visits tomorrow, ",
        _ => "Visits on ",
    };
    Block::Heading(format!("{day}{}", date.strftime("%A, %B %-d")))
}

fn visit(line: &BookingLine, clinic: &Clinic) -> Row {
    let appointment = &line.appointment;
    let place = match appointment.place {
        Place::Clinic => "",
        Place::Phone => ", by phone",
    };
    let what = format!(
        "{} with {}{place}",
        appointment.service, appointment.practitioner
    );
    let mut details = vec![Words::from(what)];
    details.extend(contact(&line.person));
    if line.must_move {
        details.push("We have asked them to choose another time.".into());
    }
    let clock = clinic.spoken_clock(appointment.start);
    Row {
        title: format!("{clock}: {}", line.person.name.as_str()),
        url: line.person.review_url.clone(),
        details,
    }
}

/// How staff reach them: by phone, if they left a number.
fn contact(person: &Person) -> Option<Words> {
    let (phone, email) = (person.phone.as_ref(), person.email.as_ref());
    let phone = phone.map(|phone| ("Phone: ", Link::new(phone.as_str(), phone.tel())));
    let email = email.map(|email| ("Email: ", Link::new(email.as_str(), email.mailto())));
    let (label, link) = phone.or(email)?;
    Some(Words::from(label).link(link))
}

/// A section with its lines, and how many were left out between the first and the last.
fn section<T>(
    heading: &str,
    advice: &str,
    lines: &Lines<T>,
    row: impl Fn(&T) -> Row,
) -> Vec<Block> {
    if lines.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![
        Block::Heading(heading.to_owned()),
        Block::paragraph(advice),
        Block::Rows(lines.first.iter().map(&row).collect()),
    ];
    blocks.extend(match lines.left_out {
        0 => None,
        1 => Some(Block::aside(
            "1 more is not shown. You will see it here once you have dealt with the others.",
        )),
        more => Some(Block::aside(format!(
            "{more} more are not shown. You will see them here as you deal with the others. The newest come next."
        ))),
    });
    if !lines.last.is_empty() {
        blocks.push(Block::Rows(lines.last.iter().map(&row).collect()));
    }
    blocks
}
