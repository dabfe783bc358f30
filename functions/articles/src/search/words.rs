//! Words as the search compares them.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// A word of a text, with the bytes that it takes there.
pub(super) struct Word {
    pub(super) term: String,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// The words of a text, in order.
pub(super) fn words(text: &str) -> impl Iterator<Item = Word> {
    let mut from = 0;
    text.split_inclusive(|c: char| !is_part(c))
        .filter_map(move |part| {
            let at = from;
            from += part.len();
            let word = part.trim_end_matches(|c: char| !is_part(c));
            let term = term(word);
            (!term.is_empty()).then(|| Word {
                term,
                from: at,
                to: at + word.len(),
            })
        })
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || is_apostrophe(c)
}

fn is_apostrophe(c: char) -> bool {
    c == '\'' || c == '’'
}

/// A word without case, accents, possessive and plural: `Zoë’s` is `zoe`, `arches` is `arch`, `bodies` is `body`.
pub(super) fn term(word: &str) -> String {
    let mut term: String = if word.is_ascii() {
        word.to_ascii_lowercase()
    } else {
        let plain = word.nfkd().filter(|c| !is_combining_mark(*c));
        plain.flat_map(char::to_lowercase).collect()
    };
    if let Some((owner, "s" | "")) = term.rsplit_once(is_apostrophe) {
        term.truncate(owner.len());
    }
    term.retain(char::is_alphanumeric);
    singular(&mut term);
    term
}

/// Plurals that no rule makes.
const IRREGULAR: [(&str, &str); 10] = [
    ("calves", "calf"),
    ("children", "child"),
    ("diagnoses", "diagnosis"),
    ("feet", "foot"),
    ("halves", "half"),
    ("knives", "knife"),
    ("men", "man"),
    ("people", "person"),
    ("teeth", "tooth"),
    ("women", "woman"),
];

/// Takes away an English plural, by the rules of the S-stemmer (D. Harman, "How effective is suffixing?", 1991), and `es`
/// where it is a syllable.
fn singular(term: &mut String) {
    if let Some((_, one)) = IRREGULAR.iter().find(|(many, _)| many == term) {
        (*one).clone_into(term);
        return;
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| term.ends_with(ending));
    if term.len() < 4 || !ends(&["s"]) || ends(&["ss", "us", "is"]) {
        return;
    }
    if ends(&["ies"]) && !ends(&["eies", "aies"]) {
        term.truncate(term.len() - 3);
        term.push('y');
    } else if ends(&["ses", "xes", "zes", "ches", "shes"]) {
        term.truncate(term.len() - 2);
    } else {
        term.truncate(term.len() - 1);
    }
}

/// The same word where its plural does not tell whether the singular has an `e`: `aches` is `ach`, and so is `ache`.
pub(super) fn without_e(term: &str) -> Option<&str> {
    let stem = term.strip_suffix('e')?;
    let hisses = ["s", "x", "z", "ch", "sh"];
    hisses
        .iter()
        .any(|sound| stem.ends_with(sound))
        .then_some(stem)
}
