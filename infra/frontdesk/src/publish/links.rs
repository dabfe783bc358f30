//! Links between articles, and their addresses of before.

use std::collections::{BTreeMap, BTreeSet};

use shared::{clinic::Clinic, values::Slug};

use super::article::File;

/// The pages besides articles and people.
const PAGES: [&str; 11] = [
    "/",
    "/articles",
    "/book",
    "/bookings/links",
    "/clinic",
    "/contact",
    "/feed.atom",
    "/feed.json",
    "/privacy",
    "/team",
    "/waitlist",
];

/// Links to pages and headings that are not there.
pub(super) fn wrong(files: &[File], clinic: &Clinic) -> Vec<String> {
    let public = files.iter().filter(|file| !file.is_draft);
    let by_slug: BTreeMap<&str, &File> = public
        .map(|file| (file.article.entry.slug.as_str(), file))
        .collect();
    let has_heading = |file: &File, id: &str| {
        let mut headings = file.article.text.contents.iter();
        id.is_empty() || headings.any(|heading| heading.id == id)
    };
    let is_somebody = |id: &str| {
        clinic.practitioner(id).is_some() || clinic.team().iter().any(|one| one.id == id)
    };
    let leads_somewhere = |from: &File, link: &str| {
        let (page, part) = link.split_once('#').unwrap_or((link, ""));
        let page = page.split('?').next().unwrap_or_default();
        match (page.strip_prefix("/articles/"), page.strip_prefix("/team/")) {
            _ if page.is_empty() => has_heading(from, part),
            (Some(slug), _) => by_slug
                .get(slug)
                .is_some_and(|file| has_heading(file, part)),
            (_, Some(id)) => is_somebody(id),
            _ => PAGES.contains(&page),
        }
    };
    let mistakes = files.iter().flat_map(|file| {
        let links = file.links.iter();
        let wrong = links.filter(|(link, _)| !leads_somewhere(file, link));
        wrong.map(|(link, place)| {
            in_file(file, &format!("{place}: the link to {link} leads nowhere"))
        })
    });
    mistakes.collect()
}

/// Former slugs that are taken.
pub(super) fn taken(files: &[File]) -> Vec<String> {
    let slugs = files.iter().map(|file| &file.article.entry.slug);
    let mut taken: BTreeSet<&Slug> = slugs.collect();
    let mut mistakes = Vec::new();
    for file in files {
        for (former, place) in &file.formerly {
            if !taken.insert(former) {
                let mistake =
                    format!("{place}: formerly: {former} is the slug of this or another article");
                mistakes.push(in_file(file, &mistake));
            }
        }
    }
    mistakes
}

fn in_file(file: &File, mistake: &str) -> String {
    format!("content/articles/{}.md: {mistake}", file.article.entry.slug)
}
