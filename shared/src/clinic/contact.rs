//! The rules of the contact form: what a message can be about, what is consented to, what is
//! suspicious.

use jiff::{SignedDuration, civil::Time};
use serde::{Deserialize, Serialize};
use toml::Spanned;
use utoipa::ToSchema;

use super::{
    hours::{a_working_day, hours},
    limits::{ContactLimits, Limits, limits},
    mistake::Reader,
};
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
    /// When the daily digest is written, in the clinic's time.
    pub digest_at: Time,
    /// How much of its opening hours the clinic has to answer a message. One that waits longer is in the digest.
    pub answer_within: SignedDuration,
    /// What makes a message suspicious.
    pub screening: Screening,
    /// How much one address may send.
    pub limits: Limits,
}

/// What a message can be about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Topic {
    #[schema(value_type = String)]
    pub id: TopicId,
    pub name: String,
    /// What somebody should do who cannot wait for an answer, in a sentence or two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

#[derive(Deserialize)]
struct TopicTable {
    id: Spanned<String>,
    name: String,
    advice: Option<String>,
}

/// What people agree to. Its version is kept with their message or booking.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Consent {
    /// Changes whenever the text does.
    pub version: String,
    /// As the form says it.
    pub text: String,
}

/// What makes a message suspicious.
#[derive(Clone, Copy, Debug)]
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

/// `[contact.spam]` as the file has it.
#[derive(Deserialize)]
#[serde(default)]
struct SpamTable {
    proof_of_work: Spanned<String>,
    minimum_seconds: u32,
    quarantine_score: u32,
}

impl Default for SpamTable {
    fn default() -> Self {
        Self {
            proof_of_work: Spanned::new(0..0, "on".to_owned()),
            minimum_seconds: 3,
            quarantine_score: 3,
        }
    }
}

/// `[contact]` as the file has it.
#[derive(Deserialize)]
pub(super) struct ContactTable {
    topics: Vec<TopicTable>,
    consent: Spanned<Consent>,
    #[serde(default)]
    text_by_mail: bool,
    #[serde(default)]
    next_origins: Vec<Spanned<String>>,
    #[serde(default = "afternoon")]
    digest_hour: Spanned<i8>,
    #[serde(default = "a_working_day")]
    answer_within_hours: Spanned<u32>,
    #[serde(default = "unspanned")]
    spam: Spanned<SpamTable>,
    #[serde(default = "unspanned")]
    limits: Spanned<ContactLimits>,
}

fn afternoon() -> Spanned<i8> {
    Spanned::new(0..0, 15)
}

pub(super) fn unspanned<T: Default>() -> Spanned<T> {
    Spanned::new(0..0, T::default())
}

impl ContactTable {
    pub(super) fn consent(&self) -> &Consent {
        self.consent.get_ref()
    }

    /// The rules; every mistake is noted before the answer is `None`.
    pub(super) fn rules(self, reader: &mut Reader<'_>) -> Option<ContactRules> {
        reader.check_ids("contact.topics", self.topics.iter().map(|topic| &topic.id));
        let next_origins = origins(self.next_origins, "contact.next_origins", reader);
        check_consent(&self.consent, "contact.consent", reader);
        let digest_at = Time::new(*self.digest_hour.get_ref(), 0, 0, 0).ok();
        if digest_at.is_none() {
            let message = "use an hour from 0 to 23";
            reader.wrong(&self.digest_hour.span(), "contact.digest_hour", message);
        }
        let field = "contact.answer_within_hours";
        let answer_within = hours(&self.answer_within_hours, field, 1, reader);
        let limits = limits(&self.limits, "contact.limits", reader);
        let screening = screening(&self.spam, reader);
        Some(ContactRules {
            topics: self.topics.into_iter().filter_map(topic).collect(),
            consent: self.consent.into_inner(),
            text_by_mail: self.text_by_mail,
            next_origins,
            digest_at: digest_at?,
            answer_within: answer_within?,
            screening: screening?,
            limits,
        })
    }
}

fn screening(table: &Spanned<SpamTable>, reader: &mut Reader<'_>) -> Option<Screening> {
    let spam = table.get_ref();
    if spam.quarantine_score == 0 || spam.minimum_seconds > 60 {
        let message = "use a quarantine_score from 1 on, and minimum_seconds up to 60";
        reader.wrong(&table.span(), "contact.spam", message);
    }
    let field = "contact.spam.proof_of_work";
    let proof_of_work = reader.choice(&spam.proof_of_work, field, ProofOfWork::On);
    Some(Screening {
        proof_of_work: proof_of_work?,
        minimum_seconds: spam.minimum_seconds,
        quarantine_score: spam.quarantine_score,
    })
}

/// Notes a consent without version or text.
pub(super) fn check_consent(consent: &Spanned<Consent>, field: &str, reader: &mut Reader<'_>) {
    let Consent { version, text } = consent.get_ref();
    if version.trim().is_empty() || text.trim().is_empty() {
        let message = "say what people agree to, and the version of that text";
        reader.wrong(&consent.span(), field, message);
    }
}

/// The topic; `None` when its id is not valid, which was noted before.
fn topic(table: TopicTable) -> Option<Topic> {
    let id = TopicId::parse(table.id.get_ref()).ok()?;
    Some(Topic {
        id,
        name: table.name,
        advice: table.advice,
    })
}

/// A list of origins. One that is none is noted.
pub(super) fn origins(
    list: Vec<Spanned<String>>,
    field: &str,
    reader: &mut Reader<'_>,
) -> Vec<String> {
    for (index, origin) in list.iter().enumerate() {
        if !is_origin(origin.get_ref()) {
            let message = "write an origin, like \"https://www.example.com\", without a path";
            reader.wrong(&origin.span(), format!("{field}[{}]", index + 1), message);
        }
    }
    list.into_iter().map(Spanned::into_inner).collect()
}

/// A scheme and a host, with a port or without (RFC 6454).
fn is_origin(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-:".contains(c);
    rest.is_some_and(|host| !host.is_empty() && host.chars().all(allowed))
}
