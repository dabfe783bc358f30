//! What a form asks for.

use crate::{
    guard::{HONEYPOT, KEY_FIELD, PROOF},
    http::CONSENT_VERSION,
};

/// A field of a form, for its parser, for the API's description and for a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name. That of a field inside another is dotted.
    pub name: &'static str,
    pub kind: Kind,
    pub need: Need,
    /// The most characters that it takes, where that is limited.
    pub longest: Option<usize>,
    /// How a page names it; empty for one that no page shows.
    pub label: &'static str,
    /// What programs should know of it.
    pub about: &'static str,
    /// The token of the HTML standard that browsers fill it in by.
    pub autocomplete: Option<&'static str>,
}

/// What can be entered into a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Line,
    Email,
    Phone,
    /// Text of several lines, which keeps its line breaks.
    Text,
    Flag,
    /// One of the ids that a page or an answer lists.
    Choice,
    Date,
    /// A moment with its offset (RFC 3339).
    Moment,
    /// Up to so many moments.
    Moments(usize),
    Url,
    Number,
}

/// Whether a field may stay empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    Required,
    Optional,
}

impl Field {
    /// A field that has to be filled in.
    #[must_use]
    pub const fn required(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            need: Need::Required,
            longest: None,
            label: "",
            about: "",
            autocomplete: None,
        }
    }

    /// A field that may stay empty.
    #[must_use]
    pub const fn optional(name: &'static str, kind: Kind) -> Self {
        Self {
            need: Need::Optional,
            ..Self::required(name, kind)
        }
    }

    #[must_use]
    pub const fn up_to(self, longest: usize) -> Self {
        Self {
            longest: Some(longest),
            ..self
        }
    }

    #[must_use]
    pub const fn labelled(self, label: &'static str) -> Self {
        Self { label, ..self }
    }

    #[must_use]
    pub const fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    #[must_use]
    pub const fn filled_by(self, token: &'static str) -> Self {
        Self {
            autocomplete: Some(token),
            ..self
        }
    }

    /// The limit, for a parser.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.longest.unwrap_or(usize::MAX)
    }
}

/// The token of a link, with which its forms are sent.
pub const TOKEN_OF_LINK: Field =
    Field::required("token", Kind::Line).about("From the link in the mail.");
pub const CONSENT: Field =
    Field::required("consent", Kind::Flag).about("Has to be true; `on` in a form.");
pub const PROOF_FIELD: Field = Field::optional(PROOF, Kind::Line)
    .about("A solved challenge of `/contact/challenge`, as the widget sends it: Base64.");
pub const NEXT: Field =
    Field::optional("_next", Kind::Url).about("Where a browser goes on to; allowed origins only.");
pub const HONEYPOT_FIELD: Field = Field::optional(HONEYPOT, Kind::Line)
    .about("The honeypot: hidden from people, and to be left empty.");
pub const TOKEN: Field =
    Field::optional("_token", Kind::Line).about("From the contact form that is served.");
pub const CONSENT_VERSION_FIELD: Field = Field::optional(CONSENT_VERSION, Kind::Line)
    .about("The version of the consent text that the form shows.");
pub const KEY: Field = Field::optional(KEY_FIELD, Kind::Line).about("Stands in for the header.");
