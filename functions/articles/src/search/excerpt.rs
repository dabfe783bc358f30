//! The part of a text that answers a query.

use std::collections::BTreeSet;

use super::{Query, words::words};

/// How many bytes an excerpt has, at most.
const LONGEST: usize = 180;
/// How many of them stand before the first match, at most.
const BEFORE: usize = 60;

/// How many bytes of a text are looked through, at most.
const SCANNED: usize = 20_000;

/// A part of an excerpt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'t> {
    Plain(&'t str),
    Match(&'t str),
}

/// A word that answers the query: which of its words, and the bytes that it takes in the text.
struct Match {
    word: usize,
    from: usize,
    to: usize,
}

/// The part of the text with most of the query's words, each marked. Empty when it has none of them.
pub(crate) fn excerpt<'t>(text: &'t str, query: &Query) -> Vec<Part<'t>> {
    let scanned = text.get(..text.floor_char_boundary(SCANNED));
    let matches = words(scanned.unwrap_or_default()).filter_map(|word| {
        Some(Match {
            word: query.answered_by(&word.term)?,
            from: word.from,
            to: word.to,
        })
    });
    let matches: Vec<Match> = matches.collect();
    let Some(first) = best_start(&matches) else {
        return Vec::new();
    };
    let from = start(text, first);
    let to = end(text, from);
    let mut parts = Vec::new();
    if from > 0 {
        parts.push(Part::Plain("… "));
    }
    let mut at = from;
    let plain = |from: usize, to: usize| {
        let part = text.get(from..to).filter(|part| !part.is_empty());
        part.map(Part::Plain)
    };
    for found in matches
        .iter()
        .filter(|one| one.from >= from && one.to <= to)
    {
        parts.extend(plain(at, found.from));
        parts.extend(text.get(found.from..found.to).map(Part::Match));
        at = found.to;
    }
    parts.extend(plain(at, to));
    if to < text.len() {
        parts.push(Part::Plain(" …"));
    }
    parts
}

/// Where the first of the stretches begins that have most of the words.
fn best_start(matches: &[Match]) -> Option<usize> {
    let answered = |(index, start): (usize, &Match)| {
        let rest = matches.get(index..).unwrap_or_default().iter();
        let near = rest.take_while(|one| one.to <= start.from + LONGEST - BEFORE);
        let answered: BTreeSet<usize> = near.map(|one| one.word).collect();
        (answered.len(), start.from)
    };
    let best = matches.iter().enumerate().map(answered).rev();
    best.max_by_key(|(answered, _)| *answered)
        .map(|(_, from)| from)
}

/// Some words before the first match, from a space on.
fn start(text: &str, first: usize) -> usize {
    if first <= BEFORE {
        return 0;
    }
    let spaces = text.get(..first).unwrap_or_default();
    let near = spaces
        .rmatch_indices(' ')
        .take_while(|(at, _)| first - at <= BEFORE);
    near.last().map_or(first, |(at, _)| at + 1)
}

/// As many words as an excerpt has, up to a space.
fn end(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    if rest.len() <= LONGEST {
        return text.len();
    }
    let within = rest.match_indices(' ').take_while(|(at, _)| *at <= LONGEST);
    let cut = text.floor_char_boundary(from + LONGEST);
    within.last().map_or(cut, |(at, _)| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "The lining of the gut is a filter. When that filter becomes too permeable, material slips into the \
                        bloodstream that does not belong there, and the immune system answers. Inflammation of the arch \
                        follows, and nobody thinks of the gut.";

    fn shown(text: &str, query: &str) -> String {
        let parts = excerpt(text, &Query::of(query)).into_iter();
        let marked = parts.map(|part| match part {
            Part::Plain(text) => text.to_owned(),
            Part::Match(text) => format!("[{text}]"),
        });
        marked.collect()
    }

    #[test]
    fn it_is_the_part_with_most_of_the_words() {
        assert_eq!(
            shown(TEXT, "guts arches inflamm"),
            "… that does not belong there, and the immune system answers. [Inflammation] of the [arch] follows, and nobody \
             thinks of the [gut]."
        );
        assert!(shown(TEXT, "filter").starts_with("The lining of the gut is a [filter]. When"));
        assert_eq!(shown(TEXT, "shoe"), "");
        assert_eq!(shown("", "shoe"), "");
    }

    #[test]
    fn it_never_parts_a_letter() {
        let text = "é".repeat(400);
        assert!(shown(&text, "e").len() < 200);
        let text = format!("{} shoe {}", "日本語 ".repeat(60), "ü".repeat(300));
        assert!(shown(&text, "shoe").contains("[shoe]"));
    }
}
