//! Whether a request is let in: the parts of a write that guard it, and what their refusal means.

use jiff::Timestamp;

use super::{
    Answer, Attempt, Count, Counted, Reason, Repeatable, ReplayError, Sender, proof::Solved,
};
use crate::{
    clinic::Limits,
    store::{self, Change, ExpiresAt, Item, Key, Part, Refusals, Table, Write},
};

/// The names of the guard's parts of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarded {
    /// The idempotency record of the request.
    Record,
    /// A count of the sender or of the person.
    Count(Counted),
    /// What may be used once: a proof of work or a form's token.
    Once,
}

/// Something that may be used for one request: a solved challenge, or a form's token that stands in for one.
#[derive(Clone, Debug)]
pub struct Once {
    /// The partition of the item that says that it was used.
    pub id: String,
    /// From then on it is refused for its age, and need not be remembered.
    pub expires_at: Timestamp,
    /// Why a request is suspicious that uses it again.
    pub again: Reason,
}

impl From<Solved> for Once {
    fn from(solved: Solved) -> Self {
        Self {
            id: format!("proof#{}", solved.id),
            expires_at: solved.expires_at,
            again: Reason::ProofOfWorkUsedBefore,
        }
    }
}

/// Whether a request is suspicious, and why.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    reasons: Vec<Reason>,
    suspicious: bool,
}

impl Verdict {
    /// The verdict of checks. Signs that are too weak to make a request suspicious are dropped.
    #[must_use]
    pub fn new(reasons: Vec<Reason>, suspicious: bool) -> Self {
        Self {
            reasons,
            suspicious,
        }
    }

    #[must_use]
    pub fn is_suspicious(&self) -> bool {
        self.suspicious
    }

    /// The reasons of a suspicion; none for a request that is not suspicious.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        if self.suspicious { &self.reasons } else { &[] }
    }

    fn suspect(&mut self, reason: Reason) {
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
        self.suspicious = true;
    }
}

/// A request with everything that decides whether it is let in.
#[derive(Clone, Debug)]
pub struct Admission {
    pub attempt: Attempt,
    pub sender: Sender,
    pub verdict: Verdict,
    pub limits: Limits,
    pub once: Option<Once>,
    /// The counts of the person that make the request suspicious when they are full.
    pub soft_counts: Vec<Count>,
    /// The counts of the person that refuse the request when they are full.
    pub hard_counts: Vec<Count>,
    /// The table of records, senders and what was used once.
    pub table: Table,
}

/// What the refusal of a write means for the request.
#[derive(Debug)]
pub enum Ruling {
    /// It came before: the record of the first answer, for [`Admission::replay`].
    Replay(Option<Item>),
    /// Its sender or its person has had too much.
    TooMany {
        /// How long to wait until there is room again.
        seconds: u32,
    },
    /// Only the store could know that it is suspicious: it is to be written again, as such.
    Suspicious,
    /// The guard has nothing against it: another part of the write refused.
    AnotherPart,
}

impl Admission {
    /// Adds the guard's parts to a write whose answer is `answer`.
    ///
    /// # Errors
    /// When a part cannot be written.
    pub fn guard<P: Part + From<Guarded>, T: Repeatable>(
        &self,
        write: &mut Write<P>,
        answer: &T,
        now: Timestamp,
    ) -> Result<(), store::Error> {
        let record = self.attempt.record(&self.table, now, answer)?;
        write.add(Guarded::Record.into(), record);
        for count in self.counts() {
            write.add(Guarded::Count(count.of).into(), count.add());
        }
        if let Some(once) = &self.once {
            write.add(Guarded::Once.into(), self.used(once)?);
        }
        Ok(())
    }

    /// What a refusal means. A suspicion is noted in the verdict.
    pub fn rule<P: Part + From<Guarded>>(&mut self, refused: &Refusals<P>) -> Ruling {
        let by = |guarded: Guarded| refused.by(guarded.into());
        // The record comes first: a replay is no new request to count.
        if by(Guarded::Record) {
            return Ruling::Replay(refused.old(Guarded::Record.into()).cloned());
        }
        let full = |count: &&Count| by(Guarded::Count(count.of));
        if let Some(seconds) = self.over(refused) {
            return Ruling::TooMany { seconds };
        }
        let before = self.verdict.is_suspicious();
        let senders = self.sender.counts(&self.table, self.limits.soft);
        if senders.iter().any(|count| full(&count)) {
            if before {
                // It had the larger allowance already, and there is room again in the next minute at the latest.
                return Ruling::TooMany { seconds: 60 };
            }
            self.verdict.suspect(Reason::BusyAddress);
        }
        if self.soft_counts.iter().any(|count| full(&count)) {
            self.verdict.suspect(Reason::BusyPerson);
        }
        let used_before = self.once.take_if(|_| by(Guarded::Once));
        if let Some(once) = &used_before {
            self.verdict.suspect(once.again);
        }
        if used_before.is_some() || self.verdict.is_suspicious() != before {
            return Ruling::Suspicious;
        }
        Ruling::AnotherPart
    }

    /// The first answer, from the record that refused the write.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub fn replay<T: Repeatable>(&self, record: Option<&Item>) -> Result<Answer<T>, ReplayError> {
        self.attempt.replay(&self.table, record)
    }

    /// How long to wait, if a count is over what is refused.
    fn over<P: Part + From<Guarded>>(&self, refused: &Refusals<P>) -> Option<u32> {
        let part = |count: &Count| P::from(Guarded::Count(count.of));
        let senders = self.sender.counts(&self.table, self.limits.hard);
        let senders = senders.iter().filter(|count| refused.by(part(count)));
        let senders = senders.filter_map(|count| count.wait(refused.old(part(count))));
        let persons = self.hard_counts.iter();
        let persons = persons.filter(|count| refused.by(part(count)));
        // Somebody else's request may have been counted since: it was full a moment ago.
        let persons = persons.map(|count| count.wait(refused.old(part(count))).unwrap_or(1));
        senders.chain(persons).max()
    }

    fn counts(&self) -> Vec<Count> {
        let (allowance, soft_counts): (_, &[Count]) = if self.verdict.is_suspicious() {
            (self.limits.hard, &[])
        } else {
            (self.limits.soft, &self.soft_counts)
        };
        let mut counts = self.sender.counts(&self.table, allowance);
        counts.extend_from_slice(soft_counts);
        counts.extend_from_slice(&self.hard_counts);
        counts
    }

    /// The part of a write that uses something up.
    fn used(&self, once: &Once) -> Result<Change, store::Error> {
        #[derive(serde::Serialize)]
        struct Used {
            expires_at: ExpiresAt,
        }
        let key = Key::pair("what may be used once", once.id.as_str(), "used");
        let expires_at = ExpiresAt::after(once.expires_at, jiff::SignedDuration::ZERO);
        self.table.put_new(&key, Used { expires_at })
    }
}
