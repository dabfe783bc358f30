//! What one page says.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::assets::Script;
use crate::clinic::Clinic;

/// A page before it is laid out. No other site may frame it, unless the clinic names that site.
///
/// `Debug` does not show it, because it may hold what somebody typed.
#[derive(Clone)]
pub struct Page {
    pub(super) title: String,
    /// `None` when the content has a heading of its own.
    pub(super) heading: Option<String>,
    pub(super) content: String,
    pub(super) description: Option<String>,
    /// JSON-LD, in an element of its own.
    pub(super) json_ld: Option<String>,
    pub(super) card: Option<Card>,
    pub(super) section: Option<Section>,
    pub(super) is_wide: bool,
    pub(super) ending: Ending,
    keeping: Keeping,
    last_modified: Option<Timestamp>,
    form_targets: Vec<String>,
    pub(super) scripts: Vec<Script>,
}

/// What other websites show of a page that is shared (the Open Graph protocol, ogp.me).
#[derive(Clone, Debug)]
pub struct Card {
    /// The one address of the page; search engines are told, too (RFC 6596).
    pub url: String,
    /// Its kind in Open Graph's words: `article`, `website`.
    pub kind: &'static str,
    pub image: Option<CardImage>,
}

/// A picture with its address on the web and what it shows.
#[derive(Clone, Debug)]
pub struct CardImage {
    pub url: String,
    pub alt: String,
    /// In pixels, like the height.
    pub width: u32,
    pub height: u32,
}

/// What a page ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    None,
    /// Where to go on from a page on which one cannot.
    WaysOn,
}

/// Who may keep a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// Nobody: it is somebody's own, or holds what was typed.
    Nobody,
    /// The browser, which asks whether it still holds before it is shown again.
    Browser,
    /// Every cache, for a minute, and search engines.
    Everybody,
}

/// The parts of the site, as the header names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Articles,
    Booking,
    Contact,
    /// Staff's own pages, which no visitor sees.
    Staff,
    Team,
    Visit,
}

impl Page {
    /// A page with its content under a heading, which is also its title.
    #[must_use]
    pub fn new(title: &str, content: &Markup) -> Self {
        Self::titled(title, title, content)
    }

    /// A page whose title, which windows and screen readers show, differs from its heading.
    #[must_use]
    pub fn titled(title: &str, heading: &str, content: &Markup) -> Self {
        Self {
            title: title.to_owned(),
            heading: Some(heading.to_owned()),
            content: content.0.clone(),
            description: None,
            json_ld: None,
            card: None,
            section: None,
            is_wide: false,
            ending: Ending::None,
            keeping: Keeping::Nobody,
            last_modified: None,
            form_targets: Vec::new(),
            scripts: Vec::new(),
        }
    }

    /// A page whose content has a heading of its own.
    #[must_use]
    pub fn bare(title: &str, content: &Markup) -> Self {
        Self {
            heading: None,
            ..Self::titled(title, title, content)
        }
    }

    /// Says in the title, which a screen reader reads first, whether there are mistakes to correct (GOV.UK Design System,
    /// error summary).
    #[must_use]
    pub fn with_mistakes(mut self, are_there: bool) -> Self {
        if are_there {
            self.title.insert_str(0, "Error: ");
        }
        self
    }

    /// Adds a script that makes the page quicker, and without which it works.
    #[must_use]
    pub fn with_script(mut self, script: Script) -> Self {
        self.scripts.push(script);
        self
    }

    /// Says what the page is about, for search engines.
    #[must_use]
    pub fn described(mut self, description: &str) -> Self {
        self.description = Some(description.to_owned());
        self
    }

    /// Tells machines what the page is about, in JSON-LD 1.1.
    #[must_use]
    pub fn with_json_ld(mut self, data: &serde_json::Value) -> Self {
        // No text in it may end the element that it stands in.
        self.json_ld = Some(data.to_string().replace('<', "\\u003c"));
        self
    }

    /// Says what other websites show of it.
    #[must_use]
    pub fn with_card(mut self, card: Card) -> Self {
        self.card = Some(card);
        self
    }

    #[must_use]
    pub fn in_section(mut self, section: Section) -> Self {
        self.section = Some(section);
        self
    }

    /// Lets the page be as wide as a screen: it holds more than text.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.is_wide = true;
        self
    }

    /// Ends the page with where to go on from here, and the phone number: somebody cannot go on with what they wanted.
    #[must_use]
    pub fn with_ways_on(mut self) -> Self {
        self.ending = Ending::WaysOn;
        self
    }

    #[must_use]
    pub fn kept_by(mut self, keeping: Keeping) -> Self {
        self.keeping = keeping;
        self
    }

    /// Says when what the page is about last changed.
    #[must_use]
    pub fn modified_at(mut self, moment: Timestamp) -> Self {
        self.last_modified = Some(moment);
        self
    }

    /// Lets the page's forms lead to other origins as well: browsers apply the page's `form-action` to a redirect
    /// after a form (CSP Level 3).
    #[must_use]
    pub fn leading_to(mut self, origins: &[String]) -> Self {
        self.form_targets.extend_from_slice(origins);
        self
    }

    pub(crate) fn last_modified(&self) -> Option<Timestamp> {
        self.last_modified
    }

    pub(crate) fn keeping(&self) -> Keeping {
        self.keeping
    }

    /// Whether it is one of staff's own pages, which no other site shows.
    pub(crate) fn is_for_staff(&self) -> bool {
        self.section == Some(Section::Staff)
    }

    pub(crate) fn form_targets(&self) -> &[String] {
        &self.form_targets
    }
}

/// A map of where the clinic is, on a website of its own.
#[must_use]
pub fn map_address(clinic: &Clinic) -> String {
    let address = utf8_percent_encode(clinic.address(), NON_ALPHANUMERIC);
    format!("https://www.openstreetmap.org/search?query={address}")
}

/// The clinic's number, to be called.
#[must_use]
pub fn phone(clinic: &Clinic) -> Markup {
    let phone = clinic.phone();
    html! { a href=(phone.tel()) { (phone.as_str()) } }
}

/// The edge finds the page in the response's extensions and lays it out.
impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(self);
        response
    }
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Page([redacted])")
    }
}
