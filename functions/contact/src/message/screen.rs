//! Whether a message is suspicious. Each check adds a reason; none of them throws anything away.
//!
//! How the message was sent decides by itself. Its content counts by points, since patients send links and
//! write in capitals, too.

use jiff::SignedDuration;
use shared::{
    clinic::{ProofOfWork, Screening},
    guard::{Reason, Verdict, proof::Proof},
};

use super::Message;
use crate::token::Opened;

/// How a message was sent.
#[derive(Debug)]
pub(crate) struct Circumstances {
    /// Whether the honeypot was filled in.
    pub(crate) hidden_field: bool,
    pub(crate) opened: Opened,
    pub(crate) proof: Proof,
    /// Whether the page that the form was on is of another website.
    pub(crate) foreign_page: bool,
}

pub(crate) fn judge(message: &Message, how: &Circumstances, rules: Screening) -> Verdict {
    let mut reasons = by_circumstances(how, rules);
    let mut quarantined = !reasons.is_empty();
    let content = by_content(message.name.as_str(), message.text.as_str());
    let score: u32 = content.iter().map(|(_, points)| points).sum();
    quarantined |= score >= rules.quarantine_score;
    reasons.extend(content.into_iter().map(|(reason, _)| reason));
    Verdict::new(reasons, quarantined)
}

fn by_circumstances(how: &Circumstances, rules: Screening) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if how.hidden_field {
        reasons.push(Reason::HiddenField);
    }
    let soonest = SignedDuration::from_secs(rules.minimum_seconds.into());
    match how.opened {
        Opened::Forged => reasons.push(Reason::ForgedToken),
        Opened::Ago(ago) if ago < soonest => reasons.push(Reason::FilledInTooFast),
        Opened::Ago(_) | Opened::Unknown => {}
    }
    if how.foreign_page {
        reasons.push(Reason::ForeignPage);
    }
    let needed = rules.proof_of_work == ProofOfWork::RequiredWithoutToken
        && !matches!(how.opened, Opened::Ago(_));
    match how.proof {
        Proof::Wrong => reasons.push(Reason::WrongProofOfWork),
        Proof::None if needed => reasons.push(Reason::NoProofOfWork),
        Proof::None | Proof::Good(_) => {}
    }
    reasons
}

/// What a message says, with points.
fn by_content(name: &str, text: &str) -> Vec<(Reason, u32)> {
    let signals = [
        (Reason::LinkInName, if links(name) > 0 { 3 } else { 0 }),
        (Reason::Links, links(text).min(3)),
        (Reason::Markup, if has_markup(text) { 3 } else { 0 }),
        (Reason::Capitals, if is_shouted(text) { 2 } else { 0 }),
        (Reason::RepeatedText, if repeats(text) { 2 } else { 0 }),
    ];
    signals
        .into_iter()
        .filter(|(_, points)| *points > 0)
        .collect()
}

fn links(text: &str) -> u32 {
    let lower = text.to_lowercase();
    let links = lower.split_whitespace().filter(|word| is_link(word));
    u32::try_from(links.count()).unwrap_or(u32::MAX)
}

/// An address with its scheme, one that begins with www, or a domain with a path.
fn is_link(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '<', '"']);
    let domain_and_path = word.split_once('/').is_some_and(|(domain, _)| {
        domain.rsplit_once('.').is_some_and(|(name, top)| {
            let letters = |c: char| c.is_ascii_lowercase();
            !name.is_empty() && top.len() >= 2 && top.chars().all(letters)
        })
    });
    word.contains("://") || word.starts_with("www.") || domain_and_path
}

/// Links as forums and web pages write them: a person who types does not.
fn has_markup(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["[url", "[link", "<a href", "</a>"]
        .iter()
        .any(|markup| lower.contains(markup))
}

/// Several words, nearly all of them in capitals. Scripts without capitals never are.
fn is_shouted(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| links(word) == 0);
    let cased = words
        .flat_map(str::chars)
        .filter(|c| c.is_lowercase() || c.is_uppercase());
    let (mut upper, mut all) = (0_u32, 0_u32);
    for letter in cased {
        all += 1;
        upper += u32::from(letter.is_uppercase());
    }
    all >= 12 && upper * 5 > all * 4 && text.split_whitespace().count() >= 3
}

/// The same few words again and again.
fn repeats(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let mut distinct = words.clone();
    distinct.sort_unstable();
    distinct.dedup();
    words.len() >= 12 && distinct.len() * 3 <= words.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_patients_write_is_not_suspicious() {
        for text in [
            "HELLO, MY HEEL HURTS AND I LOST MY GLASSES",
            "Are these the right ones? https://shoes.example/42 Or these? https://shoes.example/43",
            "مرحبا، قدمي تؤلمني كثيرا في الصباح وأريد موعدا في أقرب وقت ممكن من فضلكم",
            "👣👣👣 👣👣👣 👣👣👣",
            &"x".repeat(5_000),
            "OK",
        ] {
            let score = score(text);
            assert!(score < 3, "{score}: {text}");
        }
    }

    #[test]
    fn what_machines_write_is() {
        for text in [
            "CHEAP WATCHES https://a.example AND MORE https://b.example",
            "https://a.example https://b.example https://c.example",
            "[url=https://a.example]cheap[/url]",
            "seo seo seo seo seo seo seo seo seo seo seo seo https://a.example",
        ] {
            let score = score(text);
            assert!(score >= 3, "{score}: {text}");
        }
    }

    fn score(text: &str) -> u32 {
        let signals = by_content("Ada", text);
        signals.iter().map(|(_, points)| points).sum()
    }
}
