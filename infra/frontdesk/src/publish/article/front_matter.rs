//! The front matter of an article: what it says, and what is wrong with it.

use std::collections::BTreeSet;

use articles::{Author, Credit, Image, Review};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use shared::{clinic::Clinic, values::Slug};
use toml::Spanned;

use crate::publish::{
    pictures::Pictures,
    place::{is_odd, place},
};

/// How many characters a title, a summary or an alternative text has, at most.
const LONGEST_LINE: usize = 500;
/// How many characters a tag has, at most.
const LONGEST_TAG: usize = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrontMatter {
    pub(super) title: Spanned<String>,
    pub(super) summary: Spanned<String>,
    pub(super) tags: Vec<Spanned<String>>,
    pub(super) author: Spanned<String>,
    pub(super) published_at: Timestamp,
    pub(super) updated_at: Option<Spanned<Timestamp>>,
    pub(super) reviewed: Option<Spanned<Reviewed>>,
    pub(super) image: FeaturedImage,
    #[serde(default)]
    pub(super) formerly: Vec<Spanned<Slug>>,
    #[serde(default)]
    pub(super) draft: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reviewed {
    by: String,
    on: Date,
    next: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeaturedImage {
    pub(super) src: Spanned<String>,
    alt: Spanned<String>,
    caption: Option<Spanned<String>>,
    credit: Option<CreditLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreditLine {
    name: Spanned<String>,
    url: Option<Spanned<String>>,
}

/// Front matter with the mistakes that were found in it.
pub(super) struct Reader<'f> {
    pub(super) text: &'f str,
    pub(super) mistakes: Vec<String>,
}

impl<'f> Reader<'f> {
    pub(super) fn of(text: &'f str) -> Self {
        let mistakes = Vec::new();
        Self { text, mistakes }
    }

    pub(super) fn front_matter(&self) -> Result<FrontMatter, String> {
        toml::from_str(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            // The line of +++ comes first.
            format!("{}: {}", place(self.text, at, 2), error.message())
        })
    }

    pub(super) fn place<T>(&self, value: &Spanned<T>) -> String {
        place(self.text, value.span().start, 2)
    }

    fn note<T>(&mut self, value: &Spanned<T>, mistake: &str) {
        let place = self.place(value);
        self.mistakes.push(format!("{place}: {mistake}"));
    }

    /// Notes words that no list or feed can show. Escapes are characters by now.
    pub(super) fn check_lines(&mut self, front: &FrontMatter) {
        let image = &front.image;
        let credit = image
            .credit
            .iter()
            .map(|credit| ("image.credit.name", &credit.name));
        let caption = image
            .caption
            .iter()
            .map(|caption| ("image.caption", caption));
        let tags = front.tags.iter().map(|tag| ("tags", tag));
        let lines = [("title", &front.title), ("summary", &front.summary)];
        for (field, line) in lines.into_iter().chain(tags).chain(caption).chain(credit) {
            let most = if field == "tags" {
                LONGEST_TAG
            } else {
                LONGEST_LINE
            };
            let text = line.get_ref();
            let is_line =
                !text.is_empty() && text.trim() == text && !text.contains(char::is_control);
            if !is_line || text.contains(is_odd) || text.chars().count() > most {
                let mistake = format!(
                    "{field}: write 1 to {most} characters on one line, without spaces around them"
                );
                self.note(line, &mistake);
            }
        }
        let mut tags = BTreeSet::new();
        for tag in &front.tags {
            if !tags.insert(tag.get_ref()) {
                self.note(tag, "tags: name each tag once");
            }
        }
        if let Some(updated) = &front.updated_at
            && *updated.get_ref() < front.published_at
        {
            self.note(updated, "updated_at: choose a time after published_at");
        }
    }

    /// The former slugs, each with its place.
    pub(super) fn formerly(&self, formerly: Vec<Spanned<Slug>>) -> Vec<(Slug, String)> {
        let placed = formerly.into_iter().map(|former| {
            let place = self.place(&former);
            (former.into_inner(), place)
        });
        placed.collect()
    }

    pub(super) fn author(&mut self, front: &FrontMatter, clinic: &Clinic) -> Option<Author> {
        let author = &front.author;
        let known = somebody(author.get_ref(), clinic);
        if known.is_none() {
            self.note(author, &nobody("author", author.get_ref()));
        }
        known
    }

    pub(super) fn review(&mut self, front: &FrontMatter, clinic: &Clinic) -> Option<Review> {
        let spanned = front.reviewed.as_ref()?;
        let reviewed = spanned.get_ref();
        if reviewed.next <= reviewed.on {
            self.note(spanned, "reviewed.next: choose a day after reviewed.on");
        }
        let Some(by) = somebody(&reviewed.by, clinic) else {
            self.note(spanned, &nobody("reviewed.by", &reviewed.by));
            return None;
        };
        Some(Review {
            by,
            on: reviewed.on,
            next: reviewed.next,
        })
    }

    pub(super) fn image(&mut self, image: &FeaturedImage, pictures: &Pictures) -> Option<Image> {
        let credit = image.credit.as_ref();
        let is_web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        if let Some(url) = credit.and_then(|credit| credit.url.as_ref())
            && !is_web(url.get_ref())
        {
            self.note(
                url,
                "image.credit.url: write it like \"https://www.example.com\"",
            );
        }
        let (src, alt) = (image.src.get_ref(), image.alt.get_ref());
        let mut picture = match pictures.find(src, alt) {
            Ok(picture) => picture,
            Err(mistake) => {
                let wrong = if alt.trim().is_empty() {
                    &image.alt
                } else {
                    &image.src
                };
                self.note(wrong, &mistake);
                return None;
            }
        };
        picture.caption = image
            .caption
            .as_ref()
            .map(|caption| caption.get_ref().clone());
        picture.credit = credit.map(|credit| Credit {
            name: credit.name.get_ref().clone(),
            url: credit.url.as_ref().map(|url| url.get_ref().clone()),
        });
        Some(picture)
    }
}

/// Somebody of the clinic, who can be booked or not.
fn somebody(id: &str, clinic: &Clinic) -> Option<Author> {
    let practitioner = clinic.practitioner(id).map(|person| &person.name);
    let mut team = clinic.team().iter();
    let colleague = team.find(|person| person.id == id);
    let name = practitioner.or(colleague.map(|person| &person.name))?;
    Some(Author {
        id: id.to_owned(),
        name: name.clone(),
    })
}

fn nobody(field: &str, id: &str) -> String {
    format!("{field}: there is nobody with the id \"{id}\" in clinic.toml")
}
