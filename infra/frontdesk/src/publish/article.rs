//! An article's file: front matter in TOML between two lines of `+++`, then Markdown.

mod front_matter;

use articles::{Article, Entry};
use shared::{clinic::Clinic, values::Slug};
use toml::Spanned;

use super::{markdown, pictures::Pictures, place::is_odd};
use front_matter::Reader;

const WORDS_A_MINUTE: usize = 200;
/// How many bytes a file has at most. It is stored with its HTML and its words, and an item of `DynamoDB` has 400 KB.
const LARGEST: usize = 120 * 1024;

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
    let formerly = reader.formerly(front.formerly);
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
    Ok(File {
        formerly,
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

fn split(file: &str) -> Result<(&str, &str), String> {
    file.strip_prefix("+++\n")
        .and_then(|rest| rest.split_once("\n+++\n"))
        .ok_or_else(|| "start with front matter between two lines of +++".to_owned())
}
