//! What somebody looks for.

use super::words::{without_e, words};

/// How many words are looked for. Each costs time.
const MOST_TERMS: usize = 8;

/// The words that an article has to have, each as it is or as the beginning of a longer one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    text: String,
    pub(super) terms: Vec<String>,
}

impl Query {
    pub(crate) fn of(text: &str) -> Self {
        let mut terms = Vec::new();
        for term in words(text).map(|word| word.term) {
            if terms.len() < MOST_TERMS && !terms.contains(&term) {
                terms.push(term);
            }
        }
        Self {
            text: text.to_owned(),
            terms,
        }
    }

    /// The words as somebody typed them.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing was typed, or only spaces.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The number of the word that this term of a text answers.
    pub(super) fn answered_by(&self, term: &str) -> Option<usize> {
        let answers =
            |word: &String| term.starts_with(word.as_str()) || without_e(word) == Some(term);
        self.terms.iter().position(answers)
    }
}
