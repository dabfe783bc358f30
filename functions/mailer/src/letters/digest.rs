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
    let mut blocks: Vec<Block> = digest
        .missing
        .iter()
        .filter_map(|owner| missing(*owner))
        .collect();
    blocks.extend(requests(&sections.requests, clinic));
    blocks.extend(unanswered(&sections.unanswered, clinic));
    blocks.extend(quarantine(&sections.quarantine, clinic));
    blocks.extend(not_delivered(&sections.undelivered));
    blocks.extend(visits(&sections.visits, clinic, now));
    if blocks.is_empty() {
        blocks.push(Block::paragraph("All visits on this list are over."));
    }
    let day = digest.date.strftime("%a, %b %-d");
    let waits = waiting(sections);
    let count = sections.visits.count();
    let headline = match (waits.is_empty(), count) {
        (false, _) => "What is waiting for you",
        (true, 0) => "Some of today's digest is missing",
        (true, _) => "Your next visits",
    };
    let mut subject = waits;
    subject.extend((count > 0).then(|| counted(count, "visit")));
    if subject.is_empty() {
        subject.push("some of the digest is missing".to_owned());
    }
    Draft {
        subject: format!("{day}: {}", subject.join(", ")),
        preview: preview(sections, clinic),
        headline: headline.to_owned(),
        blocks,
    }
}

/// What staff have to do, in a few words each.
fn waiting(sections: &Sections) -> Vec<String> {
    let counts = [
        (sections.requests.count(), "request", ""),
        (sections.unanswered.count(), "message", " to answer"),
        (sections.quarantine.count(), "message", " in quarantine"),
        (sections.undelivered.count(), "email", " not delivered"),
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

/// What a list of mails shows after the subject.
fn preview(sections: &Sections, clinic: &Clinic) -> String {
    match sections.visits.first.first() {
        Some(visit) => format!(
            "Next visit: {}",
            clinic.spoken_time(visit.appointment.start)
        ),
        None => "Please look at each one.".to_owned(),
    }
}

/// What staff do about a part that could not be written.
fn missing(owner: Owner) -> Option<Block> {
    let what = match owner {
        Owner::Contact => "messages",
        Owner::Booking => "visits and requests",
        Owner::Mail => return None,
    };
    let words = format!(
        "The list of {what} is missing today, because the program could not write it. \
         The emails about each of them have been sent as usual. Please tell your technical support."
    );
    Some(Block::Notice(words.into()))
}

fn requests(requests: &Lines<BookingLine>, clinic: &Clinic) -> Vec<Block> {
    let row = |line: &BookingLine| {
        let appointment = &line.appointment;
        let mut details = vec![
            Words::from(clinic.spoken_time(appointment.start)),
            format!("{} with {}", appointment.service, appointment.practitioner).into(),
        ];
        details.extend(line.answer_by.map(|by| {
            let by = clinic.spoken_time_briefly(by);
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
        "A request expires if nobody answers it in time.",
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
        "If you have answered one, open it and mark it as done. It is listed until then.",
        messages,
        row,
    )
}

fn quarantine(messages: &Lines<MessageLine>, clinic: &Clinic) -> Vec<Block> {
    section(
        "Messages in quarantine",
        "They look suspicious. The senders were told that we have them. If one is from a person, release it: then its emails are sent.",
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

fn not_delivered(mails: &Lines<Undelivered>) -> Vec<Block> {
    let row = |mail: &Undelivered| {
        let person = mail.person.as_ref();
        let mut details = vec![Words::from(format!("Reason: {}", mail.reason))];
        details.extend(person.and_then(contact));
        Row {
            title: undelivered::headline(mail),
            url: undelivered::page(mail).map(str::to_owned),
            details,
        }
    };
    section(
        "Emails that did not arrive",
        "Please call these people if you have not yet.",
        mails,
        row,
    )
}

/// How staff reach them: by phone, if they left a number.
fn contact(person: &Person) -> Option<Words> {
    let (phone, email) = (person.phone.as_ref(), person.email.as_ref());
    let phone = phone.map(|phone| ("Phone: ", Link::new(phone.as_str(), phone.tel())));
    let email = email.map(|email| ("Email: ", Link::new(email.as_str(), email.mailto())));
    let (label, link) = phone.or(email)?;
    Some(Words::from(label).link(link))
}

/// The visits that are not over, under the day that they are on.
fn visits(visits: &Lines<BookingLine>, clinic: &Clinic, now: Timestamp) -> Vec<Block> {
    let to_come = visits.iter().filter(|line| line.appointment.end > now);
    let mut days: Vec<(Date, Vec<Row>)> = Vec::new();
    for line in to_come {
        let date = clinic.local_date(line.appointment.start);
        let row = visit(line, clinic);
        match days.last_mut() {
            Some((day, rows)) if *day == date => rows.push(row),
            _ => days.push((date, vec![row])),
        }
    }
    let today = clinic.local_date(now);
    let mut blocks = Vec::new();
    for (date, rows) in days {
        let day = match date {
            date if date == today => "Visits today, ",
            date if today.tomorrow().is_ok_and(|tomorrow| date == tomorrow) => "Visits tomorrow, ",
            _ => "Visits on ",
        };
        blocks.push(Block::Heading(format!(
            "{day}{}",
            date.strftime("%A, %B %-d")
        )));
        blocks.push(Block::Rows(rows));
    }
    blocks.extend(match visits.left_out {
        0 => None,
        1 => Some(Block::aside("1 more visit is not listed.")),
        more => Some(Block::aside(format!("{more} more visits are not listed."))),
    });
    blocks
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
        details.push("They were asked to choose another time.".into());
    }
    let clock = clinic.spoken_clock(appointment.start);
    Row {
        title: format!("{clock}: {}", line.person.name.as_str()),
        url: line.person.review_url.clone(),
        details,
    }
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
    if lines.left_out > 0 {
        let more = match lines.left_out {
            1 => "1 more is not listed here.".to_owned(),
            more => format!("{more} more are not listed here. Below are the latest."),
        };
        blocks.push(Block::aside(more));
    }
    if !lines.last.is_empty() {
        blocks.push(Block::Rows(lines.last.iter().map(&row).collect()));
    }
    blocks
}
