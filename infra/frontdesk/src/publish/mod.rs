//! `frontdesk publish`: checks the clinic and the articles, renders them, writes them to `DynamoDB`.

mod article;
mod links;
mod markdown;
mod pictures;
mod place;
mod previews;
mod progress;
mod write;

use std::{
    fs,
    path::{Path, PathBuf},
};

use articles::{Edition, Entry, Picture};
use jiff::civil::Date;
use shared::clinic::{Artwork, Clinic};

use article::File;
use pictures::Pictures;
pub use previews::previews;
pub use progress::bar;
pub use write::{Publication, publish, publish_articles};

/// Everything that is published, checked.
#[derive(Debug)]
pub struct Content {
    pub clinic_toml: String,
    pub clinic: Clinic,
    pub edition: Edition,
}

/// The mistakes that have to be corrected before anything is published. Each line names a file and what is
/// wrong in it.
#[derive(Debug, thiserror::Error)]
#[error("nothing was published:\n{}", .0.join("\n"))]
pub struct Unpublishable(pub Vec<String>);

impl Content {
    /// Reads `clinic.toml` and `content/` below `infra`.
    ///
    /// # Errors
    /// Every mistake in every file.
    pub fn load(infra: &Path) -> Result<Self, Unpublishable> {
        let path = infra.join("clinic.toml");
        let clinic_toml = read(&path)?;
        let clinic = Clinic::parse(&clinic_toml).map_err(|mistakes| {
            let lines = mistakes
                .0
                .iter()
                .map(|mistake| format!("clinic.toml: {mistake}"));
            Unpublishable(lines.collect())
        })?;
        let mut mistakes = Vec::new();
        let mut files = Vec::new();
        let images = infra.join("content/images");
        let mut pictures = Pictures::read(&images).map_err(|error| unreadable(&images, &error))?;
        mistakes.extend(pictures.mistakes());
        let artwork = pictures.artwork(clinic.artwork_files());
        let artwork = artwork.map_err(|found| mistakes.extend(found));
        let logo = clinic.artwork_files().logo.as_ref();
        let mail_logo = logo.and_then(|name| pictures.mailed(name));
        for path in markdown_files(&infra.join("content/articles"))? {
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            match article::parse(&name, &read(&path)?, &clinic, &mut pictures) {
                Ok(file) => files.push(file),
                Err(found) => {
                    mistakes.extend(
                        found
                            .into_iter()
                            .map(|m| format!("content/articles/{name}.md: {m}")),
                    );
                }
            }
        }
        mistakes.extend(links::wrong(&files, &clinic));
        mistakes.extend(links::taken(&files));
        let Some(artwork) = artwork.ok().filter(|_| mistakes.is_empty()) else {
            return Err(Unpublishable(mistakes));
        };
        let edition = edition(files, pictures.into_all());
        let checked = edition.check();
        checked.map_err(|mistake| Unpublishable(vec![mistake.to_string()]))?;
        Ok(Self {
            clinic_toml,
            clinic: clinic.with_artwork(Artwork {
                mail_logo,
                ..artwork
            }),
            edition,
        })
    }

    /// The articles whose review is due on that day.
    pub fn overdue(&self, today: Date) -> impl Iterator<Item = &Entry> {
        let entries = self.edition.articles.iter().map(|article| &article.entry);
        entries.filter(move |entry| {
            let review = entry.reviewed.as_ref();
            review.is_some_and(|review| review.next <= today)
        })
    }
}

/// A note about an article whose review is due.
#[must_use]
pub fn overdue(entry: &Entry) -> String {
    format!("note: {} is due to be reviewed again", entry.slug)
}

fn edition(files: Vec<File>, pictures: Vec<Picture>) -> Edition {
    let mut edition = Edition {
        pictures,
        ..Edition::default()
    };
    for file in files {
        if file.is_draft {
            edition.drafts.push(file.article);
            continue;
        }
        let slug = &file.article.entry.slug;
        let formerly = file.formerly.into_iter();
        edition
            .formerly
            .extend(formerly.map(|(former, _)| (former, slug.clone())));
        edition.articles.push(file.article);
    }
    edition.articles.sort_by(|one, other| {
        let (one, other) = (&one.entry, &other.entry);
        let newest = other.published_at.cmp(&one.published_at);
        newest.then_with(|| one.slug.cmp(&other.slug))
    });
    edition
}

fn markdown_files(folder: &Path) -> Result<Vec<PathBuf>, Unpublishable> {
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            !path
                .file_name()
                .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
        })
        .collect();
    files.sort();
    let other = files
        .iter()
        .find(|path| path.extension().is_none_or(|extension| extension != "md"));
    match other {
        Some(other) => Err(Unpublishable(vec![format!(
            "{}: only files that end in .md are articles; take it out, or rename it",
            other.display()
        )])),
        None => Ok(files),
    }
}

fn read(path: &Path) -> Result<String, Unpublishable> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    // As some editors write it.
    Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Unpublishable {
    Unpublishable(vec![format!("{}: {error}", path.display())])
}
