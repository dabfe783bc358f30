//! The rules of the contact form: what a message can be about, what is consented to, what is
//! suspicious, how much one sender may send.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use toml::Spanned;
use utoipa::ToSchema;

use super::mistake::Reader;
use crate::values::TopicId;

/// The rules of the contact form.
#[derive(Clone, Debug)]
pub struct ContactRules {
    /// What a message can be about.
    pub topics: Vec<Topic>,
    /// What a sender agrees to.
    pub consent: Consent,
    /// Whether mails to staff hold the message's text. Otherwise they link to it.
    pub text_by_mail: bool,
    /// The origins, besides the clinic's website, that a browser may go on to after a form was accepted, like
    /// `https://www.example.com`.
    pub next_origins: Vec<String>,
    /// When the daily digest of the quarantine is written, in the clinic's time.
    pub digest_at: Time,
    /// What makes a message suspicious.
    pub screening: Screening,
    /// How much one address may send.
    pub limits: Limits,
}

/// What a message can be about.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    #[schema(value_type = String)]
    pub id: TopicId,
    pub name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicTable {
    id: Spanned<String>,
    name: String,
}

/// What a sender agrees to. Its version is kept with the message.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Changes whenever the text does.
    pub version: String,
    /// As the form says it.
    pub text: String,
}

/// What makes a message suspicious.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Screening {
    pub proof_of_work: ProofOfWork,
    /// The time in seconds below which a form counts as filled in by a machine.
    pub minimum_seconds: u32,
    /// The number of points from which the content of a message is suspicious.
    pub quarantine_score: u32,
}

/// Whether senders prove work (ALTCHA).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofOfWork {
    /// Proofs are neither asked for nor checked.
    Off,
    /// No proof is needed, but a proof that is sent has to be right.
    On,
    /// A message that comes without the form's own token needs a proof.
    RequiredWithoutToken,
}

impl Default for Screening {
    fn default() -> Self {
        Self {
            proof_of_work: ProofOfWork::On,
            minimum_seconds: 3,
            quarantine_score: 3,
        }
    }
}

/// How many messages one address (one IPv6 /64) may send. Messages above `quarantine_…` are quarantined, because a
/// whole school or office may share an address; messages above `refuse_…` are refused. A minute is one of the
/// clock, a day one of the clinic's time zone.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    pub quarantine_per_minute: u32,
    pub quarantine_per_day: u32,
    /// In a minute of the clock.
    pub refuse_per_minute: u32,
    /// In a day of the clinic.
    pub refuse_per_day: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            quarantine_per_minute: 10,
            quarantine_per_day: 50,
            refuse_per_minute: 60,
            refuse_per_day: 500,
        }
    }
}

/// `[contact]` as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactTable {
    topics: Vec<TopicTable>,
    consent: Spanned<Consent>,
    #[serde(default)]
    text_by_mail: bool,
    #[serde(default)]
    next_origins: Vec<Spanned<String>>,
    #[serde(default = "afternoon")]
    digest_hour: Spanned<i8>,
    #[serde(default = "unspanned")]
    spam: Spanned<Screening>,
    #[serde(default = "unspanned")]
    limits: Spanned<Limits>,
}

fn afternoon() -> Spanned<i8> {
    Spanned::new(0..0, 15)
}

fn unspanned<T: Default>() -> Spanned<T> {
    Spanned::new(0..0, T::default())
}

impl ContactTable {
    /// The rules; every mistake is noted before the answer is `None`.
    pub(super) fn rules(self, reader: &mut Reader<'_>) -> Option<ContactRules> {
        reader.check_ids("contact.topics", self.topics.iter().map(|topic| &topic.id));
        for (index, origin) in self.next_origins.iter().enumerate() {
            if !is_origin(origin.get_ref()) {
                let field = format!("contact.next_origins[{}]", index + 1);
                let message = "write an origin, like \"https://www.example.com\", without a path";
                reader.wrong(&origin.span(), field, message);
            }
        }
        let consent = self.consent.get_ref();
        if consent.version.trim().is_empty() || consent.text.trim().is_empty() {
            let message = "say what a sender agrees to, and the version of that text";
            reader.wrong(&self.consent.span(), "contact.consent", message);
        }
        let digest_at = Time::new(*self.digest_hour.get_ref(), 0, 0, 0).ok();
        if digest_at.is_none() {
            let message = "use an hour from 0 to 23";
            reader.wrong(&self.digest_hour.span(), "contact.digest_hour", message);
        }
        let limits = *self.limits.get_ref();
        if !limits.are_in_order() {
            let message = "use numbers from 1 on; refuse_… must not be below quarantine_…, and a day's not below a minute's";
            reader.wrong(&self.limits.span(), "contact.limits", message);
        }
        let screening = *self.spam.get_ref();
        if screening.quarantine_score == 0 || screening.minimum_seconds > 60 {
            let message = "use a quarantine_score from 1 on, and minimum_seconds up to 60";
            reader.wrong(&self.spam.span(), "contact.spam", message);
        }
        Some(ContactRules {
            topics: self.topics.into_iter().filter_map(topic).collect(),
            consent: self.consent.into_inner(),
            text_by_mail: self.text_by_mail,
            next_origins: self
                .next_origins
                .into_iter()
                .map(Spanned::into_inner)
                .collect(),
            digest_at: digest_at?,
            screening,
            limits,
        })
    }
}

/// The topic; `None` when its id is not valid, which was noted before.
fn topic(table: TopicTable) -> Option<Topic> {
    let id = TopicId::parse(table.id.get_ref()).ok()?;
    let name = table.name;
    Some(Topic { id, name })
}

impl Limits {
    fn are_in_order(self) -> bool {
        let per_minute = (self.quarantine_per_minute, self.refuse_per_minute);
        let per_day = (self.quarantine_per_day, self.refuse_per_day);
        let in_order = |(quarantine, refuse): (u32, u32)| quarantine >= 1 && refuse >= quarantine;
        in_order(per_minute) && in_order(per_day) && per_day.1 >= per_minute.1
    }
}

/// A scheme and a host, with a port or without (RFC 6454).
fn is_origin(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-:".contains(c);
    rest.is_some_and(|host| !host.is_empty() && host.chars().all(allowed))
}
