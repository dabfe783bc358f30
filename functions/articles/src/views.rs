//! Articles as the contract shows them, in JSON.

use serde::Serialize;
use serde_json::Value;
use shared::{clinic::Clinic, http::query_string};
use utoipa::ToSchema;

use crate::{
    article::{Article, Entry, Heading},
    catalogue::Hit,
    json_ld,
};

/// The part of an article that lists show.
#[derive(Serialize, ToSchema)]
#[schema(as = ArticleSummary)]
pub(crate) struct Summary<'a> {
    #[serde(flatten)]
    entry: &'a Entry,
    /// Its page on the clinic's website.
    url: String,
    /// The part of it that has the words of `q`, in HTML, each in `<mark>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<String>,
}

/// An article with everything around it.
#[derive(Serialize, ToSchema)]
#[schema(as = Article)]
pub(crate) struct Whole<'a> {
    #[serde(flatten)]
    summary: Summary<'a>,
    /// The text, as safe HTML.
    html: &'a str,
    /// The headings of the text, in order.
    contents: &'a [Heading],
    /// Other articles with the same tags.
    related: Vec<Summary<'a>>,
    share: Share,
    /// What a reader can do next.
    call_to_action: CallToAction,
    /// What the page tells machines, in schema.org's words.
    json_ld: Value,
}

/// Links that share an article. They need no script.
#[derive(Serialize, ToSchema)]
pub(crate) struct Share {
    pub(crate) facebook: String,
    pub(crate) x: String,
    pub(crate) linkedin: String,
    /// A `mailto:` link (RFC 6068) with subject and body.
    pub(crate) email: String,
}

/// What a reader can do next.
#[derive(Serialize, ToSchema)]
struct CallToAction {
    title: String,
    text: String,
    phone: String,
    /// The phone number as a `tel:` link.
    phone_url: String,
    /// The page to book on.
    book_url: String,
}

impl<'a> Summary<'a> {
    pub(crate) fn of(entry: &'a Entry, clinic: &Clinic) -> Self {
        Self {
            url: entry.address(clinic),
            entry,
            snippet: None,
        }
    }

    pub(crate) fn found(hit: &Hit<'a>, clinic: &Clinic) -> Self {
        Self {
            snippet: hit.snippet.clone(),
            ..Self::of(hit.entry, clinic)
        }
    }
}

impl<'a> Whole<'a> {
    pub(crate) fn of(article: &'a Article, related: &[&'a Entry], clinic: &Clinic) -> Self {
        let Article { entry, text, .. } = article;
        let related = related.iter();
        Self {
            summary: Summary::of(entry, clinic),
            html: &text.html,
            contents: &text.contents,
            related: related.map(|other| Summary::of(other, clinic)).collect(),
            share: Share::of(entry, clinic),
            call_to_action: CallToAction::of(clinic),
            json_ld: json_ld::article(article, clinic),
        }
    }
}

impl Share {
    pub(crate) fn of(entry: &Entry, clinic: &Clinic) -> Self {
        let (url, title) = (entry.address(clinic), entry.title.as_str());
        let with = |base: &str, fields: &[(&str, &str)]| format!("{base}?{}", query_string(fields));
        Self {
            facebook: with("https://www.facebook.com/sharer/sharer.php", &[("u", &url)]),
            x: with(
                "https://x.com/intent/post",
                &[("url", &url), ("text", title)],
            ),
            linkedin: with(
                "https://www.linkedin.com/sharing/share-offsite/",
                &[("url", &url)],
            ),
            email: with("mailto:", &[("subject", title), ("body", &url)]),
        }
    }
}

impl CallToAction {
    fn of(clinic: &Clinic) -> Self {
        let text = [Some(clinic.summary()), clinic.welcome()];
        Self {
            title: clinic.slogan().unwrap_or(clinic.name()).to_owned(),
            text: text.into_iter().flatten().collect::<Vec<_>>().join(" "),
            phone: clinic.phone().as_str().to_owned(),
            phone_url: clinic.phone().tel(),
            book_url: format!("{}/book", clinic.website()),
        }
    }
}
