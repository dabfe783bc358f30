//! An article's file: front matter in TOML between two lines of `+++`, then Markdown.

use std::path::Path;

use articles::{Article, Author, CallToAction, Credit, Image, Share, Summary};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::{clinic::Clinic, http::query_string, values::Slug};

use super::{markdown, pictures};

/// How many others are shown below an article.
const RELATED: usize = 3;
const WORDS_A_MINUTE: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    title: String,
    summary: String,
    tags: Vec<String>,
    author: String,
    published_at: Timestamp,
    updated_at: Option<Timestamp>,
    image: FeaturedImage,
    #[serde(default)]
    draft: bool,
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

/// The article in a file of this name; `None` when it is a draft.
///
/// # Errors
/// Every mistake in the file.
pub(super) fn parse(
    name: &str,
    file: &str,
    clinic: &Clinic,
    images: &Path,
) -> Result<Option<Article>, Vec<String>> {
    let (front, text) = split(file).map_err(|mistake| vec![mistake])?;
    let front = front_matter(front).map_err(|mistake| vec![mistake])?;
    let mut mistakes = Vec::new();
    let mut noted = |mistake: String| mistakes.push(mistake);
    let slug = Slug::parse(name)
        .map_err(|_| noted("name the file with lower-case letters, digits and hyphens".to_owned()));
    let author = author(&front.author, clinic).map_err(&mut noted);
    let image = featured(&front.image, images).map_err(&mut noted);
    let text = markdown::render(text, images).map_err(|found| mistakes.extend(found));
    let (Ok(slug), Ok(author), Ok(image), Ok(text)) = (slug, author, image, text) else {
        return Err(mistakes);
    };
    if front.draft {
        return Ok(None);
    }
    let minutes = text.words.div_ceil(WORDS_A_MINUTE).max(1);
    let summary = Summary {
        url: format!("{}/articles/{slug}", clinic.website()),
        slug,
        reading_minutes: u32::try_from(minutes).unwrap_or(u32::MAX),
        title: front.title,
        summary: front.summary,
        tags: front.tags,
        author,
        published_at: front.published_at,
        updated_at: front.updated_at.unwrap_or(front.published_at),
        image,
    };
    Ok(Some(Article {
        html: text.html,
        contents: text.contents,
        related: Vec::new(),
        share: share(&summary),
        call_to_action: call_to_action(clinic),
        json_ld: json_ld(&summary, clinic),
        summary,
    }))
}

fn front_matter(text: &str) -> Result<FrontMatter, String> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| {
            text.get(..span.start).unwrap_or_default().lines().count()
        });
        format!("line {}: {}", line + 1, error.message())
    })
}

fn split(file: &str) -> Result<(&str, &str), String> {
    file.strip_prefix("+++\n")
        .and_then(|rest| rest.split_once("\n+++\n"))
        .ok_or_else(|| "start with front matter between two lines of +++".to_owned())
}

fn author(id: &str, clinic: &Clinic) -> Result<Author, String> {
    let practitioner = clinic.practitioner(id).map(|person| &person.name);
    let mut team = clinic.team().iter();
    let colleague = team.find(|person| person.id == id);
    let name = practitioner.or(colleague.map(|person| &person.name));
    let name =
        name.ok_or_else(|| format!("author: there is nobody with the id \"{id}\" in clinic.toml"))?;
    Ok(Author {
        id: id.to_owned(),
        name: name.clone(),
    })
}

fn featured(image: &FeaturedImage, images: &Path) -> Result<Image, String> {
    let credit = image.credit.as_ref();
    let url = credit.and_then(|credit| credit.url.as_deref());
    let is_web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    if url.is_some_and(|url| !is_web(url)) {
        return Err("image.credit.url: write it like \"https://www.example.com\"".to_owned());
    }
    let mut picture = pictures::find(&image.src, &image.alt, images)?;
    picture.caption.clone_from(&image.caption);
    picture.credit = credit.map(|credit| Credit {
        name: credit.name.clone(),
        url: credit.url.clone(),
    });
    Ok(picture)
}

fn share(summary: &Summary) -> Share {
    let (url, title) = (summary.url.as_str(), summary.title.as_str());
    let with = |base: &str, fields: &[(&str, &str)]| format!("{base}?{}", query_string(fields));
    Share {
        facebook: with("https://www.facebook.com/sharer/sharer.php", &[("u", url)]),
        x: with(
            "https://x.com/intent/post",
            &[("url", url), ("text", title)],
        ),
        linkedin: with(
            "https://www.linkedin.com/sharing/share-offsite/",
            &[("url", url)],
        ),
        email: with("mailto:", &[("subject", title), ("body", url)]),
    }
}

fn call_to_action(clinic: &Clinic) -> CallToAction {
    CallToAction {
        title: clinic.slogan().unwrap_or(clinic.name()).to_owned(),
        text: [Some(clinic.summary()), clinic.welcome()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
        phone: clinic.phone().as_str().to_owned(),
        phone_url: clinic.phone().tel(),
        book_url: format!("{}/book", clinic.website()),
    }
}

fn json_ld(summary: &Summary, clinic: &Clinic) -> Value {
    json!({
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": summary.title,
        "description": summary.summary,
        "image": format!("{}{}", clinic.website(), summary.image.src),
        "datePublished": clinic.local_time(summary.published_at),
        "dateModified": clinic.local_time(summary.updated_at),
        "author": { "@type": "Person", "name": summary.author.name },
        "publisher": { "@type": "MedicalBusiness", "name": clinic.name(), "telephone": clinic.phone().as_str() },
        "mainEntityOfPage": summary.url,
        "keywords": summary.tags,
        "inLanguage": clinic.language(),
    })
}

/// Gives each article the others that share most tags with it, the newest first among equals.
pub(super) fn relate(articles: &mut [Article], now: Timestamp) {
    let summaries: Vec<Summary> = articles
        .iter()
        .map(|article| article.summary.clone())
        .collect();
    for article in articles {
        let own = &article.summary;
        let shared_tags = |other: &Summary| {
            other
                .tags
                .iter()
                .filter(|tag| own.tags.contains(tag))
                .count()
        };
        let mut others: Vec<&Summary> = summaries
            .iter()
            .filter(|other| {
                other.slug != own.slug && other.published_at <= now && shared_tags(other) > 0
            })
            .collect();
        others.sort_by_key(|other| std::cmp::Reverse(shared_tags(other)));
        article.related = others.into_iter().take(RELATED).cloned().collect();
    }
}
