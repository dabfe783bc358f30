//! The ids of an article's headings.

use std::collections::HashMap;

/// Ids that an article's page has besides those of its headings.
const OF_THE_PAGE: [&str; 19] = [
    "consent",
    "consent-hint",
    "email-hint",
    "message-hint",
    "phone-hint",
    "name-hint",
    "main",
    "where",
    "hours",
    "contents",
    "invitation",
    "related",
    "book",
    "write",
    "name",
    "email",
    "phone",
    "topic",
    "message",
];

/// The ids that are taken, and the last number after each.
#[derive(Default)]
pub(super) struct Anchors {
    taken: HashMap<String, usize>,
}

impl Anchors {
    /// The letters and digits of the title with hyphens between them, and a number if the id is taken.
    pub(super) fn next(&mut self, title: &str) -> String {
        let lower = title.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let base = match words.join("-") {
            none if none.is_empty() => "section".to_owned(),
            words => words,
        };
        let mut id = base.clone();
        while OF_THE_PAGE.contains(&id.as_str()) || self.taken.contains_key(&id) {
            let number = self.taken.entry(base.clone()).or_insert(1);
            *number += 1;
            id = format!("{base}-{number}");
        }
        self.taken.insert(id.clone(), 1);
        id
    }
}
