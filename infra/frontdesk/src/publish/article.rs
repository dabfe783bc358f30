//! An article's file: front matter in TOML between two lines of `+++`, then Markdown.

use std::collections::BTreeSet;

use articles::{Article, Author, Credit, Entry, Image, Review};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use shared::{clinic::Clinic, values::Slug};
use toml::Spanned;

use super::{markdown, pictures::Pictures, place::place};

const WORDS_A_MINUTE: usize = 200;
/// How many bytes a file has at most. It is stored with its HTML and its words, and an item of `DynamoDB` has 400 KB.
const LARGEST: usize = 120 * 1024;
/// How many characters a title, a summary or an alternative text has, at most.
const LONGEST_LINE: usize = 500;
/// How many characters a tag has, at most.
const LONGEST_TAG: usize = 50;

/// A file that was read.
#[derive(Debug)]
pub(super) struct File {
    pub(super) article: Article,
    /// The slugs that it had before, each with its place in the file.
    pub(super) formerly: Vec<(Slug, String)>,
    pub(super) is_draft: bool,
    /// The pages of this website and the headings to which its text leads, each with its place in the file.
    pub(super) links: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    title: Spanned<String>,
    summary: Spanned<String>,
    tags: Vec<Spanned<String>>,
    author: Spanned<String>,
    published_at: Timestamp,
    updated_at: Option<Spanned<Timestamp>>,
    reviewed: Option<Spanned<Reviewed>>,
    image: FeaturedImage,
    #[serde(default)]
    formerly: Vec<Spanned<Slug>>,
    #[serde(default)]
    draft: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reviewed {
    by: String,
    on: Date,
    next: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FeaturedImage {
    src: Spanned<String>,
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

/// The article in a file of this name.
///
/// # Errors
/// Every mistake in the file, with its place.
pub(super) fn parse(
    name: &str,
    file: &str,
    clinic: &Clinic,
    pictures: &mut Pictures,
) -> Result<File, Vec<String>> {
    let one = |mistake: String| vec![mistake];
    check(file).map_err(one)?;
    let (front, text) = split(file).map_err(one)?;
    let mut reader = Reader::of(front);
    let front = reader.front_matter().map_err(one)?;
    let slug = Slug::parse(name);
    if slug.is_err() {
        reader
            .mistakes
            .push("name the file with lower-case letters, digits and hyphens".to_owned());
    }
    reader.check_lines(&front);
    let people = (reader.author(&front, clinic), reader.review(&front, clinic));
    let image = reader.image(&front.image, pictures);
    let first = reader.text.matches('\n').count() + 4;
    let rendered = markdown::render(text, first, clinic.website(), pictures);
    let rendered = rendered.map_err(|found| reader.mistakes.extend(found));
    let (Ok(slug), (Some(author), reviewed), Some(image), Ok(rendered), true) =
        (slug, people, image, rendered, reader.mistakes.is_empty())
    else {
        return Err(reader.mistakes);
    };
    let published_at = front.published_at;
    let minutes = rendered.words.div_ceil(WORDS_A_MINUTE).max(1);
    let entry = Entry {
        slug,
        reading_minutes: u32::try_from(minutes).unwrap_or(u32::MAX),
        title: front.title.into_inner(),
        summary: front.summary.into_inner(),
        tags: front.tags.into_iter().map(Spanned::into_inner).collect(),
        author,
        published_at,
        updated_at: front.updated_at.map_or(published_at, Spanned::into_inner),
        reviewed,
        image,
    };
    let formerly = front.formerly.into_iter().map(|former| {
        let place = reader.place(&former);
        (former.into_inner(), place)
    });
    Ok(File {
        formerly: formerly.collect(),
        article: Article {
            share_picture: pictures.shared(front.image.src.get_ref()),
            entry,
            text: rendered.text,
        },
        is_draft: front.draft,
        links: rendered.links,
    })
}

/// Refuses what no feed may hold (XML 1.0, §2.2), and what is longer than anybody reads.
fn check(file: &str) -> Result<(), String> {
    if file.len() > LARGEST {
        let kilobytes = file.len().div_ceil(1024);
        return Err(format!(
            "it has {kilobytes} KB, and {} is the most: make two articles of it",
            LARGEST / 1024
        ));
    }
    match file.lines().position(|line| line.contains(is_odd)) {
        Some(line) => Err(format!("line {}: take the control character out", line + 1)),
        None => Ok(()),
    }
}

/// Characters that XML 1.0 has no place for (§2.2), and so no feed.
pub(super) fn is_odd(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// Front matter with the mistakes that were found in it.
struct Reader<'f> {
    text: &'f str,
    mistakes: Vec<String>,
}

impl<'f> Reader<'f> {
    fn of(text: &'f str) -> Self {
        let mistakes = Vec::new();
        Self { text, mistakes }
    }

    fn front_matter(&self) -> Result<FrontMatter, String> {
        toml::from_str(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            // The line of +++ comes first.
            format!("{}: {}", place(self.text, at, 2), error.message())
        })
    }

    fn place<T>(&self, value: &Spanned<T>) -> String {
        place(self.text, value.span().start, 2)
    }

    fn note<T>(&mut self, value: &Spanned<T>, mistake: &str) {
        let place = self.place(value);
        self.mistakes.push(format!("{place}: {mistake}"));
    }

    /// Notes words that no list or feed can show. Escapes are characters by now.
    fn check_lines(&mut self, front: &FrontMatter) {
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

    fn author(&mut self, front: &FrontMatter, clinic: &Clinic) -> Option<Author> {
        let author = &front.author;
        let known = somebody(author.get_ref(), clinic);
        if known.is_none() {
            self.note(author, &nobody("author", author.get_ref()));
        }
        known
    }

    fn review(&mut self, front: &FrontMatter, clinic: &Clinic) -> Option<Review> {
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

    fn image(&mut self, image: &FeaturedImage, pictures: &Pictures) -> Option<Image> {
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

fn split(file: &str) -> Result<(&str, &str), String> {
    file.strip_prefix("+++\n")
        .and_then(|rest| rest.split_once("\n+++\n"))
        .ok_or_else(|| "start with front matter between two lines of +++".to_owned())
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
