//! Markdown to safe HTML: raw HTML is shown as text, links lead to web pages, mail or phones, and a
//! picture alone in its paragraph becomes a figure.

use std::collections::HashMap;

use articles::{Heading, Shown, Text, picture};
use maud::html as markup;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::pictures::Pictures;

/// A text that was rendered.
#[derive(Debug)]
pub(super) struct Rendered {
    pub(super) text: Text,
    pub(super) words: usize,
    /// The pages of this website to which it leads, and its own headings.
    pub(super) links: Vec<String>,
}

/// How many pieces of markup and text an article has, at most. A table can have more cells than its file has bytes.
const MOST_EVENTS: usize = 50_000;

/// Renders a text.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn render(markdown: &str, pictures: &Pictures) -> Result<Rendered, Vec<String>> {
    let mut writer = Writer {
        from: pictures,
        events: Vec::new(),
        contents: Vec::new(),
        anchors: HashMap::new(),
        plain: String::new(),
        pictures: Vec::new(),
        links: Vec::new(),
        mistakes: Vec::new(),
    };
    let mut events = Parser::new_ext(
        markdown,
        Options::ENABLE_TABLES | Options::ENABLE_SMART_PUNCTUATION,
    );
    while let Some(event) = events.next() {
        writer.write(event, &mut events);
        if writer.events.len() > MOST_EVENTS {
            return Err(vec![format!(
                "it has more than {MOST_EVENTS} headings, items, cells and marks: make two articles of it"
            )]);
        }
    }
    if !writer.mistakes.is_empty() {
        return Err(writer.mistakes);
    }
    let mut rendered = String::new();
    html::push_html(&mut rendered, writer.events.into_iter());
    let plain: Vec<&str> = writer.plain.split_whitespace().collect();
    Ok(Rendered {
        words: plain.len(),
        links: writer.links,
        text: Text {
            markdown: with_pictures(markdown, &writer.pictures),
            html: rendered,
            contents: writer.contents,
            plain: plain.join(" "),
        },
    })
}

/// The Markdown with the addresses of its pictures in the places of their files' names.
fn with_pictures(markdown: &str, pictures: &[(String, String)]) -> String {
    pictures
        .iter()
        .fold(markdown.trim().to_owned(), |text, (name, address)| {
            text.replace(&format!("]({name}"), &format!("]({address}"))
        })
}

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

struct Writer<'a, 'm> {
    from: &'a Pictures,
    events: Vec<Event<'m>>,
    contents: Vec<Heading>,
    /// The ids that are taken, and the last number after each.
    anchors: HashMap<String, usize>,
    /// The words, with a space for every mark-up.
    plain: String,
    /// The names of pictures' files, and the addresses at which they are served.
    pictures: Vec<(String, String)>,
    links: Vec<String>,
    mistakes: Vec<String>,
}

impl<'m> Writer<'_, 'm> {
    fn write(&mut self, event: Event<'m>, rest: &mut Parser<'m>) {
        match event {
            // HTML in the text is shown as text.
            Event::Html(raw) | Event::InlineHtml(raw) => self.words(raw, Event::Text),
            Event::Start(Tag::Heading { level, .. }) => self.heading(level, rest),
            Event::Start(Tag::Image {
                dest_url, title, ..
            }) => self.picture(&dest_url, &title, rest),
            Event::Start(Tag::Link { ref dest_url, .. }) => {
                if !leads_somewhere_safe(dest_url) {
                    self.mistakes.push(format!(
                        "link to {dest_url}: use https:, mailto:, tel: or a path"
                    ));
                }
                if dest_url.starts_with(['/', '#']) {
                    self.links.push(dest_url.to_string());
                }
                self.events.push(event);
            }
            Event::Text(text) => self.words(text, Event::Text),
            Event::Code(text) => self.words(text, Event::Code),
            // Marks inside a word, like emphasis, do not part it.
            Event::SoftBreak | Event::HardBreak => {
                self.plain.push(' ');
                self.events.push(event);
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell) => {
                self.end_sentence();
                self.events.push(event);
            }
            other => self.events.push(other),
        }
    }

    fn words(&mut self, text: CowStr<'m>, event: impl Fn(CowStr<'m>) -> Event<'m>) {
        self.plain.push_str(&text);
        self.events.push(event(text));
    }

    fn heading(&mut self, level: HeadingLevel, rest: &mut Parser<'m>) {
        let inner: Vec<Event<'m>> = rest
            .take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))))
            .collect();
        let has_picture = |event: &Event<'_>| matches!(event, Event::Start(Tag::Image { .. }));
        let title = plain_text(&inner);
        if inner.iter().any(has_picture) {
            let mistake =
                format!("heading \"{title}\": put its picture into a paragraph of its own");
            return self.mistakes.push(mistake);
        }
        let id = self.anchor(&title);
        if level == HeadingLevel::H1 {
            self.mistakes.push(format!(
                "heading \"{title}\": start with ##, the title is the only #"
            ));
        }
        self.contents.push(Heading {
            id: id.clone(),
            level: level as u8,
            title,
        });
        let start = Tag::Heading {
            level,
            id: Some(CowStr::from(id)),
            classes: Vec::new(),
            attrs: Vec::new(),
        };
        self.events.push(Event::Start(start));
        for event in inner {
            self.write(event, rest);
        }
        self.end_sentence();
        self.events.push(Event::End(TagEnd::Heading(level)));
    }

    /// Parts the words before from those after, as a search shows them.
    fn end_sentence(&mut self) {
        if self.plain.ends_with(char::is_alphanumeric) {
            self.plain.push('.');
        }
        self.plain.push(' ');
    }

    /// The letters and digits of the title with hyphens between them, and a number if the id is taken.
    fn anchor(&mut self, title: &str) -> String {
        let lower = title.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let base = match words.join("-") {
            none if none.is_empty() => "section".to_owned(),
            words => words,
        };
        let mut id = base.clone();
        while OF_THE_PAGE.contains(&id.as_str()) || self.anchors.contains_key(&id) {
            let number = self.anchors.entry(base.clone()).or_insert(1);
            *number += 1;
            id = format!("{base}-{number}");
        }
        self.anchors.insert(id.clone(), 1);
        id
    }

    fn picture(&mut self, source: &str, caption: &str, rest: &mut Parser<'m>) {
        let inner: Vec<Event<'m>> = rest
            .take_while(|event| !matches!(event, Event::End(TagEnd::Image)))
            .collect();
        let image = match self.from.find(source, &plain_text(&inner)) {
            Ok(image) => image,
            Err(mistake) => return self.mistakes.push(mistake),
        };
        let is_first = matches!(self.events.last(), Some(Event::Start(Tag::Paragraph)));
        let is_last = matches!(rest.next(), Some(Event::End(TagEnd::Paragraph)));
        if !(is_first && is_last) {
            self.mistakes.push(format!(
                "picture {source}: put it into a paragraph of its own"
            ));
            return;
        }
        self.events.pop();
        self.pictures.push((source.to_owned(), image.src.clone()));
        let figure = markup! {
            figure {
                (picture(&image, Shown::InText))
                @if !caption.is_empty() { figcaption { (caption) } }
            }
        };
        self.events.push(Event::Html(figure.into_string().into()));
    }
}

fn plain_text(events: &[Event<'_>]) -> String {
    let text = events.iter().filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
        Event::SoftBreak | Event::HardBreak => Some(" "),
        _ => None,
    });
    text.collect()
}

fn leads_somewhere_safe(url: &str) -> bool {
    let schemes = ["https://", "http://", "mailto:", "tel:", "#"];
    let path = url.starts_with('/') && !url.starts_with("//");
    path || schemes.iter().any(|scheme| url.starts_with(scheme))
}

#[cfg(test)]
mod tests;
