//! The facts of a notice about another mail.

use serde::{Deserialize, Serialize};

use super::{
    appointment::Appointment,
    facts::{Facts, Person},
    kind::Kind,
};
use crate::reference::Reference;

/// The facts of a mail about another one, whose kind it names. It repeats nothing of that mail, whose content may
/// be why it was refused. Whom to call is known for a mail to a visitor, which says nothing of what they typed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Undelivered {
    /// What the mail was about, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    /// The kind of the mail; `None` when only a newer version knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Kind>,
    /// The whole id of the mail. One that has changed since may fail as well, and is another thing to report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_id: Option<String>,
    /// The id of the mail, when its kind is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// What SES said, or why the mail was given up.
    pub reason: String,
    /// Staff's page, where the mail linked to it.
    pub review_url: Option<String>,
    /// Who did not get the mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// Whether they got it, and reported it as spam.
    #[serde(default)]
    pub is_complaint: bool,
    /// The appointment that the mail was about, as it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment: Option<Appointment>,
}

/// Why a mail did not do what it is for.
#[derive(Debug)]
pub struct Failure<'a> {
    /// The id of the mail.
    pub id: &'a str,
    pub reason: &'a str,
    /// Who did not get it, for a mail to a visitor.
    pub person: Option<Person>,
    pub is_complaint: bool,
}

impl Undelivered {
    /// The id of the mail that did not arrive, if it is known.
    #[must_use]
    pub fn mail_id(&self) -> Option<&str> {
        self.of_id.as_deref().or(self.mail.as_deref())
    }
}

impl Facts for Undelivered {
    fn about(&self) -> String {
        let known = || {
            let (reference, of) = (self.reference.as_ref()?, self.of?);
            Some(format!("{reference}/{}", of.name()))
        };
        let mail = self.mail_id().map(str::to_owned);
        mail.or_else(known).unwrap_or_default()
    }

    fn reference(&self) -> Option<&Reference> {
        self.reference.as_ref()
    }
}
