//! The daily digest: what waits for staff. Each owner of data writes its part of it, and the mailer makes one mail of the
//! parts.

use std::collections::{BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    appointment::Appointment,
    facts::{Facts, Person},
    undelivered::Undelivered,
};
use crate::{reference::Reference, values::PersonName};

/// How many visits are listed. With [`AT_EACH_END`], a digest stays below the 102 KB that Gmail shows of a mail.
pub const MOST_VISITS: usize = 60;
/// How many lines of any other list are kept from its beginning, and how many from its end.
pub const AT_EACH_END: usize = 10;

/// Who writes a part: the function that has the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    Contact,
    Booking,
    Mail,
}

impl Owner {
    /// The last part of the id under which its part is stored.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Booking => "booking",
            Self::Mail => "mail",
        }
    }
}

/// The facts of the day's digest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Digest {
    /// The date at the clinic on which it was due.
    pub date: Date,
    /// It tells of what was there at this moment.
    pub until: Timestamp,
    #[serde(default)]
    pub sections: Sections,
    /// Whose parts were not there in time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Owner>,
}

/// What a digest tells of. An owner fills in what it has. A section that only a newer version knows makes it unreadable,
/// since the lines about a person could not be taken out of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sections {
    /// The confirmed visits from that day to the next day on which the clinic is open, in the order of their starts.
    #[serde(skip_serializing_if = "Lines::is_empty")]
    pub visits: Lines<BookingLine>,
    /// The requests that staff have to answer, the most urgent first.
    #[serde(skip_serializing_if = "Lines::is_empty")]
    pub requests: Lines<BookingLine>,
    /// The messages that have waited too long for an answer, the oldest first.
    #[serde(skip_serializing_if = "Lines::is_empty")]
    pub unanswered: Lines<MessageLine>,
    /// The messages in quarantine, the oldest first.
    #[serde(skip_serializing_if = "Lines::is_empty")]
    pub quarantine: Lines<MessageLine>,
    /// The mails that were given up, came back or were reported as spam, and that no digest has told of, the first one first.
    #[serde(skip_serializing_if = "Lines::is_empty")]
    pub undelivered: Lines<Undelivered>,
}

/// The first lines of a list and the last ones, and how many were left out between them: a flood in the middle hides
/// neither what has waited longest nor what has just come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lines<T> {
    pub first: Vec<T>,
    #[serde(default)]
    pub left_out: u32,
    #[serde(default = "VecDeque::new")]
    pub last: VecDeque<T>,
}

/// A visit or a request, with whom it is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BookingLine {
    pub appointment: Appointment,
    pub person: Person,
    /// When a request expires unless it is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<Timestamp>,
    /// Why a suspicious request waits for an answer, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspicions: Vec<String>,
    /// Whether the patient was asked to choose another time, and has not yet.
    #[serde(default)]
    pub must_move: bool,
}

/// A message. Nothing in it says what somebody wrote.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MessageLine {
    pub reference: Reference,
    pub received_at: Timestamp,
    /// Who wrote. `None` for a suspicious message, whose name may hold anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    /// The topic's name, as the form shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Why the message is in quarantine, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// Staff's page of the message: a capability link.
    pub review_url: String,
}

impl<T> Default for Lines<T> {
    fn default() -> Self {
        Self {
            first: Vec::new(),
            left_out: 0,
            last: VecDeque::new(),
        }
    }
}

impl<T> Lines<T> {
    /// Adds a line. [`AT_EACH_END`] are kept at each end.
    pub fn add(&mut self, line: T) {
        if self.first.len() < AT_EACH_END {
            self.first.push(line);
            return;
        }
        self.last.push_back(line);
        if self.last.len() > AT_EACH_END {
            self.last.pop_front();
            self.left_out += 1;
        }
    }

    /// The lines that are kept, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.first.iter().chain(&self.last)
    }

    /// How many lines there are, with those that were left out.
    #[must_use]
    pub fn count(&self) -> usize {
        let left_out = usize::try_from(self.left_out).unwrap_or(usize::MAX);
        let kept = self.first.len() + self.last.len();
        kept.saturating_add(left_out)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// The same lines, each in another form.
    #[must_use]
    pub fn map<U>(self, form: impl FnMut(T) -> U + Copy) -> Lines<U> {
        Lines {
            first: self.first.into_iter().map(form).collect(),
            left_out: self.left_out,
            last: self.last.into_iter().map(form).collect(),
        }
    }

    /// Takes out the lines that are somebody's, and says whether there were any.
    fn strike(&mut self, is_theirs: impl Fn(&T) -> bool) -> bool {
        let before = self.count();
        self.first.retain(|line| !is_theirs(line));
        self.last.retain(|line| !is_theirs(line));
        self.count() < before
    }
}

impl Sections {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.visits.is_empty()
            && self.requests.is_empty()
            && self.unanswered.is_empty()
            && self.quarantine.is_empty()
            && self.undelivered.is_empty()
    }

    /// Takes over the sections that another owner has filled in.
    pub fn join(&mut self, other: Self) {
        fn fill<T>(lines: &mut Lines<T>, other: Lines<T>) {
            if !other.is_empty() {
                *lines = other;
            }
        }
        fill(&mut self.visits, other.visits);
        fill(&mut self.requests, other.requests);
        fill(&mut self.unanswered, other.unanswered);
        fill(&mut self.quarantine, other.quarantine);
        fill(&mut self.undelivered, other.undelivered);
    }

    /// The sections without the lines about these messages and bookings. `None` when there are none.
    #[must_use]
    pub fn without(&self, references: &BTreeSet<Reference>) -> Option<Self> {
        let is_theirs = |reference: &Reference| references.contains(reference);
        let mut left = self.clone();
        let struck = [
            left.visits
                .strike(|line| is_theirs(&line.appointment.reference)),
            left.requests
                .strike(|line| is_theirs(&line.appointment.reference)),
            left.unanswered.strike(|line| is_theirs(&line.reference)),
            left.quarantine.strike(|line| is_theirs(&line.reference)),
            left.undelivered
                .strike(|line| line.reference.as_ref().is_some_and(is_theirs)),
        ];
        struck.contains(&true).then_some(left)
    }
}

impl Digest {
    /// Whether it would be an empty mail.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty() && self.missing.is_empty()
    }
}

impl Facts for Digest {
    fn about(&self) -> String {
        self.date.to_string()
    }

    fn reference(&self) -> Option<&Reference> {
        None
    }

    /// The next digest is due then.
    fn useless_from(&self) -> Option<Timestamp> {
        self.until.checked_add(SignedDuration::from_hours(24)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_and_the_newest_are_kept_and_those_between_are_counted() {
        for (count, left_out, newest) in [
            (0, 0, None),
            (10, 0, None),
            (20, 0, Some(19)),
            (23, 3, Some(22)),
        ] {
            let mut lines = Lines::default();
            for line in 0..count {
                lines.add(line);
            }

            assert_eq!((lines.count(), lines.left_out), (count, left_out));
            assert_eq!(lines.first, (0..count.min(10)).collect::<Vec<_>>());
            assert_eq!(lines.last.back().copied(), newest, "{count}");
        }
    }
}
