//! An article's file: front matter in TOML between two lines of `+++`, then Markdown.

use articles::{Article, Author, Credit, Entry, Image, Review, Text};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use shared::{clinic::Clinic, values::Slug};

use super::{markdown, pictures::Pictures};

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
    /// The slugs that it had before.
    pub(super) formerly: Vec<Slug>,
    pub(super) is_draft: bool,
    /// The pages of this website to which its text leads, and the headings.
    pub(super) links: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    title: String,
    summary: String,
    tags: Vec<String>,
    author: String,
    published_at: Timestamp,
    updated_at: Option<Timestamp>,
    reviewed: Option<Reviewed>,
    image: FeaturedImage,
    #[serde(default)]
    formerly: Vec<Slug>,
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
    src: String,
    alt: String,
    caption: Option<String>,
    credit: Option<CreditLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreditLine {
    name: String,
    url: Option<String>,
}

/// The article in a file of this name.
///
/// # Errors
/// Every mistake in the file.
pub(super) fn parse(
    name: &str,
    file: &str,
    clinic: &Clinic,
    pictures: &mut Pictures,
) -> Result<File, Vec<String>> {
    check(file).map_err(|mistake| vec![mistake])?;
    let (front, text) = split(file).map_err(|mistake| vec![mistake])?;
    let front = front_matter(front).map_err(|mistake| vec![mistake])?;
    let mut mistakes = Vec::new();
    let mut noted = |mistake: String| mistakes.push(mistake);
    let slug = Slug::parse(name)
        .map_err(|_| noted("name the file with lower-case letters, digits and hyphens".to_owned()));
    let author = somebody("author", &front.author, clinic).map_err(&mut noted);
    let reviewed = front.reviewed.map(|reviewed| review(&reviewed, clinic));
    let reviewed = reviewed.transpose().map_err(&mut noted);
    let image = featured(&front.image, pictures).map_err(&mut noted);
    let rendered = markdown::render(text, pictures).map_err(|found| mistakes.extend(found));
    let (Ok(slug), Ok(author), Ok(reviewed), Ok(image), Ok(rendered)) =
        (slug, author, reviewed, image, rendered)
    else {
        return Err(mistakes);
    };
    let minutes = rendered.words.div_ceil(WORDS_A_MINUTE).max(1);
    let entry = Entry {
        slug,
        reading_minutes: u32::try_from(minutes).unwrap_or(u32::MAX),
        title: front.title,
        summary: front.summary,
        tags: front.tags,
        author,
        published_at: front.published_at,
        updated_at: front.updated_at.unwrap_or(front.published_at),
        reviewed,
        image,
    };
    let text = rendered.text;
    check_words(&entry, &text)?;
    Ok(File {
        article: Article {
            share_picture: pictures.shared(&front.image.src),
            entry,
            text,
        },
        formerly: front.formerly,
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

/// Refuses words that no list or feed can show. Escapes and entities are characters by now.
fn check_words(entry: &Entry, text: &Text) -> Result<(), Vec<String>> {
    let image = &entry.image;
    let lines = [
        ("title", &entry.title),
        ("summary", &entry.summary),
        ("image.alt", &image.alt),
    ];
    let tags = entry.tags.iter().map(|tag| ("tags", tag));
    let credit = image
        .credit
        .iter()
        .map(|credit| ("image.credit.name", &credit.name));
    let caption = image
        .caption
        .iter()
        .map(|caption| ("image.caption", caption));
    let mut mistakes = Vec::new();
    for (field, line) in lines.into_iter().chain(tags).chain(credit).chain(caption) {
        let is_line =
            !line.trim().is_empty() && line.trim() == line && !line.contains(char::is_control);
        if !is_line || line.contains(is_odd) || line.chars().count() > LONGEST_LINE {
            mistakes.push(format!(
                "{field}: write a line of 1 to {LONGEST_LINE} letters, without spaces around it"
            ));
        }
    }
    let mut tags: Vec<&String> = entry.tags.iter().collect();
    tags.sort_unstable();
    tags.dedup();
    if tags.len() < entry.tags.len() || tags.iter().any(|tag| tag.chars().count() > LONGEST_TAG) {
        mistakes.push(format!(
            "tags: name each once, with at most {LONGEST_TAG} letters"
        ));
    }
    if entry.updated_at < entry.published_at {
        mistakes.push("updated_at: choose a time after published_at".to_owned());
    }
    if text.html.contains(is_odd) || text.plain.contains(is_odd) {
        mistakes.push(
            "the text: take the control character out, which may be written like &#1;".to_owned(),
        );
    }
    if mistakes.is_empty() {
        Ok(())
    } else {
        Err(mistakes)
    }
}

/// Characters that XML 1.0 has no place for (§2.2), and so no feed.
fn is_odd(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

fn front_matter(text: &str) -> Result<FrontMatter, String> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let before = before.unwrap_or_default();
        // The line of +++ comes first.
        let line = before.matches('\n').count() + 2;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        format!("line {line}, column {column}: {}", error.message())
    })
}

fn split(file: &str) -> Result<(&str, &str), String> {
    file.strip_prefix("+++\n")
        .and_then(|rest| rest.split_once("\n+++\n"))
        .ok_or_else(|| "start with front matter between two lines of +++".to_owned())
}

/// Somebody of the clinic, who can be booked or not.
fn somebody(field: &str, id: &str, clinic: &Clinic) -> Result<Author, String> {
    let practitioner = clinic.practitioner(id).map(|person| &person.name);
    let mut team = clinic.team().iter();
    let colleague = team.find(|person| person.id == id);
    let name = practitioner.or(colleague.map(|person| &person.name));
    let name = name
        .ok_or_else(|| format!("{field}: there is nobody with the id \"{id}\" in clinic.toml"))?;
    Ok(Author {
        id: id.to_owned(),
        name: name.clone(),
    })
}

fn review(reviewed: &Reviewed, clinic: &Clinic) -> Result<Review, String> {
    if reviewed.next <= reviewed.on {
        return Err("reviewed.next: choose a day after reviewed.on".to_owned());
    }
    Ok(Review {
        by: somebody("reviewed.by", &reviewed.by, clinic)?,
        on: reviewed.on,
        next: reviewed.next,
    })
}

fn featured(image: &FeaturedImage, pictures: &Pictures) -> Result<Image, String> {
    let credit = image.credit.as_ref();
    let url = credit.and_then(|credit| credit.url.as_deref());
    let is_web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    if url.is_some_and(|url| !is_web(url)) {
        return Err("image.credit.url: write it like \"https://www.example.com\"".to_owned());
    }
    let mut picture = pictures.find(&image.src, &image.alt)?;
    picture.caption.clone_from(&image.caption);
    picture.credit = credit.map(|credit| Credit {
        name: credit.name.clone(),
        url: credit.url.clone(),
    });
    Ok(picture)
}
