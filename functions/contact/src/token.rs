//! The form's token, which says when the form was opened and nothing else. A form that was served here has
//! one; a form on the clinic's own website need not.

use jiff::{SignedDuration, Timestamp};
use shared::{
    guard::{Once, Reason},
    http::Fields,
    link::{LinkKeys, Purpose},
};

/// The form field with the token.
pub(crate) const FIELD: &str = "_token";

const SUBJECT: &str = "contact";
/// Characters of the part that makes each token another one.
const NONCE: usize = 12;
/// A form that was left open for longer says nothing about its sender.
const LASTS: SignedDuration = SignedDuration::from_hours(24);

/// How long a form without a token counts as having been open.
const ELSEWHERE: SignedDuration = SignedDuration::from_mins(1);

/// When a form was opened, by its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// There is no token, or it is from yesterday.
    Unknown,
    /// The token is not one of ours.
    Forged,
    /// The form was opened this long ago.
    Ago(SignedDuration),
}

/// Makes and reads the tokens.
#[derive(Clone)]
pub(crate) struct FormTokens(LinkKeys);

impl FormTokens {
    pub(crate) fn new(keys: LinkKeys) -> Self {
        Self(keys)
    }

    pub(crate) fn issue(&self, now: Timestamp) -> String {
        let expiry = now.saturating_add(LASTS).unwrap_or(now);
        let nonce: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(NONCE)
            .collect();
        let token = self.0.sign(Purpose::FillInForm, &subject(&nonce), expiry);
        format!("{nonce}.{token}")
    }

    /// What uses a good token up, where it stands in for a proof of work.
    pub(crate) fn once(&self, fields: &Fields) -> Option<Once> {
        let token = fields.peek(FIELD)?;
        let expires_at = self.expiry(token)?;
        Some(Once {
            id: format!("token#{}", self.0.pseudonym("form-token", "", token)),
            expires_at,
            again: Reason::TokenUsedBefore,
        })
    }

    fn expiry(&self, token: &str) -> Option<Timestamp> {
        let (subject, token) = match token.split_once('.') {
            Some((nonce, token)) => (subject(nonce), token),
            // Tokens of before December 2026 had no nonce; they last a day.
            None => (SUBJECT.to_owned(), token),
        };
        self.0.expiry(token, Purpose::FillInForm, &subject)
    }

    pub(crate) fn opened(&self, fields: &Fields, now: Timestamp) -> Opened {
        let token = match fields.peek(FIELD) {
            None if fields.contains(FIELD) => return Opened::Forged,
            None | Some("") => return Opened::Unknown,
            Some(token) => token,
        };
        match self.expiry(token) {
            None => Opened::Forged,
            Some(expiry) if expiry <= now => Opened::Unknown,
            Some(expiry) => Opened::Ago(LASTS - expiry.duration_since(now)),
        }
    }

    /// The token of a form that is shown again: its own if it is good, so that its time goes on. A sender
    /// who filled in another form counts as having taken a minute over it.
    pub(crate) fn again(&self, fields: &Fields, now: Timestamp) -> String {
        match (self.opened(fields, now), fields.peek(FIELD)) {
            (Opened::Ago(_), Some(token)) => token.to_owned(),
            (Opened::Unknown, _) => self.issue(now.saturating_sub(ELSEWHERE).unwrap_or(now)),
            _ => self.issue(now),
        }
    }
}

fn subject(nonce: &str) -> String {
    format!("{SUBJECT} {nonce}")
}
