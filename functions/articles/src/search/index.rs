//! Which words are in which articles: a dictionary and lists of places, as bytes that are searched as they are stored.

use std::collections::BTreeMap;

use fst::{Automaton as _, IntoStreamer as _, Map, Streamer as _, automaton::Str};
use integer_encoding::VarInt as _;

use super::{
    Query,
    words::{without_e, words},
};

/// The score of a word in each place.
const IN_TITLE: u8 = 40;
const IN_TAGS: u8 = 25;
const IN_SUMMARY: u8 = 12;
/// For each time in the text.
const IN_TEXT: u8 = 2;
/// The most for the text, however often the word stands there.
const MOST_IN_TEXT: u8 = 20;

/// The parts of an article that are searched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Searched<'a> {
    pub(crate) title: &'a str,
    pub(crate) tags: &'a [String],
    pub(crate) summary: &'a str,
    pub(crate) text: &'a str,
}

/// The index. Articles are numbers in it, from 0.
#[derive(Clone, Default)]
pub(crate) struct Index {
    /// Where the places of each word begin.
    dictionary: Map<Vec<u8>>,
    /// For each word how many places there are; then for each place the article's number, as the distance from the one
    /// before (LEB128), and the word's score there.
    places: Vec<u8>,
}

impl Index {
    pub(crate) fn of<'a>(articles: impl Iterator<Item = Searched<'a>>) -> Self {
        let mut found: BTreeMap<String, Vec<(u64, u8)>> = BTreeMap::new();
        for (number, article) in (0..).zip(articles) {
            for (term, score) in weigh(&article) {
                found.entry(term).or_default().push((number, score));
            }
        }
        let mut places = Vec::new();
        let mut dictionary = Vec::new();
        for (term, articles) in found {
            dictionary.push((term, places.len() as u64));
            places.extend((articles.len() as u64).encode_var_vec());
            let mut before = 0;
            for (number, score) in articles {
                places.extend((number - before).encode_var_vec());
                places.push(score);
                before = number;
            }
        }
        // They are in order, so that nothing can fail.
        let dictionary = Map::from_iter(dictionary).unwrap_or_default();
        Self { dictionary, places }
    }

    /// The numbers and scores of the articles that have all the words of a query; a higher score is better. A score depends
    /// on its article alone, so that the order stays while others are published.
    pub(crate) fn find(&self, query: &Query, articles: usize) -> Vec<(usize, u32)> {
        let mut sums: Vec<u32> = vec![0; articles];
        let mut best: Vec<u8> = vec![0; articles];
        for (round, word) in query.terms.iter().enumerate() {
            best.fill(0);
            self.count(word, &mut best);
            for (sum, score) in sums.iter_mut().zip(&best) {
                let has_all = (round == 0 || *sum > 0) && *score > 0;
                *sum = if has_all { *sum + u32::from(*score) } else { 0 };
            }
        }
        let found = sums.into_iter().enumerate();
        found.filter(|(_, sum)| *sum > 0).collect()
    }

    /// Notes each article's best score for a word or a longer one. Longer ones score half.
    fn count(&self, word: &str, best: &mut [u8]) {
        let mut note = |at: u64, is_whole: bool| {
            for (number, score) in self.places(at) {
                let score = if is_whole { score } else { score.div_ceil(2) };
                if let Some(most) = best.get_mut(number) {
                    *most = score.max(*most);
                }
            }
        };
        let beginning = Str::new(word).starts_with();
        let mut longer = self.dictionary.search(beginning).into_stream();
        while let Some((term, at)) = longer.next() {
            note(at, term == word.as_bytes());
        }
        if let Some(at) = without_e(word).and_then(|stem| self.dictionary.get(stem)) {
            note(at, true);
        }
    }

    /// The numbers of the articles whose places begin there, and the word's score in each.
    fn places(&self, at: u64) -> impl Iterator<Item = (usize, u8)> {
        let start = usize::try_from(at).unwrap_or(usize::MAX);
        let mut rest = self.places.get(start..).unwrap_or_default();
        let count = number(&mut rest).unwrap_or_default();
        let mut article = 0;
        (0..count).map_while(move |_| {
            article += usize::try_from(number(&mut rest)?).ok()?;
            let (score, after) = rest.split_first()?;
            rest = after;
            Some((article, *score))
        })
    }

    /// The dictionary and the places, as they are stored.
    pub(crate) fn bytes(&self) -> (&[u8], &[u8]) {
        (self.dictionary.as_fst().as_bytes(), &self.places)
    }

    /// From what was stored. `None` when it is no dictionary.
    pub(crate) fn read(dictionary: Vec<u8>, places: Vec<u8>) -> Option<Self> {
        let dictionary = Map::new(dictionary).ok()?;
        Some(Self { dictionary, places })
    }
}

/// The score of each word of an article.
fn weigh(article: &Searched<'_>) -> BTreeMap<String, u8> {
    let mut in_text: BTreeMap<String, u8> = BTreeMap::new();
    for word in words(article.text) {
        let score = in_text.entry(word.term).or_default();
        *score = score.saturating_add(IN_TEXT).min(MOST_IN_TEXT);
    }
    let tags = article.tags.iter().map(|tag| (tag.as_str(), IN_TAGS));
    let above = [(article.title, IN_TITLE), (article.summary, IN_SUMMARY)];
    let mut weights: BTreeMap<String, u8> = BTreeMap::new();
    for (text, score) in above.into_iter().chain(tags) {
        for word in words(text) {
            let most = weights.entry(word.term).or_default();
            *most = score.max(*most);
        }
    }
    for (term, score) in in_text {
        let sum = weights.entry(term).or_default();
        *sum = sum.saturating_add(score);
    }
    weights
}

/// Takes a number from the front.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let (number, length) = u64::decode_var(bytes)?;
    *bytes = bytes.get(length..)?;
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLES: [&str; 6] = [
        "Aching arches",
        "An ache in the heel",
        "Bodies and their feet",
        "The foot of Zoë’s father",
        "Podiatrists, chiropodists: who is who",
        "Crème brûlée",
    ];

    fn found(query: &str) -> Vec<usize> {
        let article = |title| Searched {
            title,
            tags: &[],
            summary: "",
            text: "",
        };
        let index = Index::of(TITLES.iter().map(|title| article(title)));
        let (dictionary, places) = index.bytes();
        let index = Index::read(dictionary.to_vec(), places.to_vec()).unwrap();
        let found = index.find(&Query::of(query), TITLES.len());
        found.into_iter().map(|(number, _)| number).collect()
    }

    #[test]
    fn words_are_found_in_any_case_number_and_accent_and_as_beginnings() {
        for (query, articles) in [
            ("ARCH", vec![0]),
            ("arches", vec![0]),
            ("aches", vec![0, 1]),
            ("ache", vec![1]),
            ("body", vec![2]),
            ("feet", vec![2, 3]),
            ("zoe", vec![3]),
            ("zoe's", vec![3]),
            ("chiropod", vec![4]),
            ("creme brulee", vec![5]),
            ("brûlé", vec![5]),
            ("foot father", vec![3]),
            ("foot arch", vec![]),
            ("nothing", vec![]),
        ] {
            assert_eq!(found(query), articles, "{query}");
        }
    }

    #[test]
    fn a_word_counts_more_in_a_title_than_in_a_text_and_whole_more_than_as_a_beginning() {
        let tags = ["heels".to_owned()];
        let articles = [
            ("Heels", &[][..], "", ""),
            ("Shoes", &tags[..], "", ""),
            ("Shoes", &[][..], "All about heels", ""),
            ("Shoes", &[][..], "", "heel heel"),
            ("Shoes", &[][..], "", "heel"),
            ("Heeltaps", &[][..], "", ""),
        ];
        let searched = articles
            .iter()
            .map(|(title, tags, summary, text)| Searched {
                title,
                tags,
                summary,
                text,
            });
        let index = Index::of(searched);

        let mut found = index.find(&Query::of("heels"), articles.len());
        found.sort_by_key(|(_, score)| std::cmp::Reverse(*score));

        let order: Vec<usize> = found.into_iter().map(|(number, _)| number).collect();
        assert_eq!(order, [0, 1, 5, 2, 3, 4]);
    }
}
