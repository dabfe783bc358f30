//! `frontdesk publish`: checks the clinic and the articles, renders them, writes them to `DynamoDB`.

mod article;
mod markdown;
mod pictures;
mod write;

use std::{
    fs,
    path::{Path, PathBuf},
};

use articles::{Article, Picture};
use jiff::Timestamp;
use shared::clinic::Clinic;

pub use write::{Publication, publish};

/// Everything that is published, checked.
#[derive(Debug)]
pub struct Content {
    pub clinic_toml: String,
    pub clinic: Clinic,
    /// The articles that are not drafts, the newest first.
    pub articles: Vec<Article>,
    pub pictures: Vec<Picture>,
}

/// The mistakes that have to be corrected before anything is published. Each line names a file and what is
/// wrong in it.
#[derive(Debug, thiserror::Error)]
#[error("nothing was published:\n{}", .0.join("\n"))]
pub struct Unpublishable(pub Vec<String>);

impl Content {
    /// Reads `clinic.toml` and `content/` below `infra`. Articles later than `now` are not linked as
    /// related.
    ///
    /// # Errors
    /// Every mistake in every file.
    pub fn load(infra: &Path, now: Timestamp) -> Result<Self, Unpublishable> {
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
        let mut articles = Vec::new();
        let images = infra.join("content/images");
        let pictures = pictures::all(&images).map_err(|found| mistakes.extend(found));
        let artwork = pictures::artwork(clinic.artwork_files(), &images);
        let artwork = artwork.map_err(|found| mistakes.extend(found));
        for path in markdown_files(&infra.join("content/articles"))? {
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            match article::parse(&name, &read(&path)?, &clinic, &images) {
                Ok(article) => articles.extend(article),
                Err(found) => {
                    mistakes.extend(
                        found
                            .into_iter()
                            .map(|m| format!("content/articles/{name}.md: {m}")),
                    );
                }
            }
        }
        let (Ok(pictures), Ok(artwork)) = (pictures, artwork) else {
            return Err(Unpublishable(mistakes));
        };
        if !mistakes.is_empty() {
            return Err(Unpublishable(mistakes));
        }
        articles.sort_by_key(|article| std::cmp::Reverse(article.summary.published_at));
        article::relate(&mut articles, now);
        Ok(Self {
            clinic_toml,
            clinic: clinic.with_artwork(artwork),
            articles,
            pictures,
        })
    }
}

fn markdown_files(folder: &Path) -> Result<Vec<PathBuf>, Unpublishable> {
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<String, Unpublishable> {
    fs::read_to_string(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Unpublishable {
    Unpublishable(vec![format!("{}: {error}", path.display())])
}
