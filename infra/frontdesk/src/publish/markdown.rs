//! Markdown to safe HTML: raw HTML is shown as text, links lead to web pages, mail or phones, and a
//! picture alone in its paragraph becomes a figure.

mod anchors;
mod edit;

use std::ops::Range;

use articles::{Heading, Shown, Text, picture};
use maud::html as markup;
use pulldown_cmark::{
    CowStr, Event, HeadingLevel, LinkType, OffsetIter, Options, Parser, Tag, TagEnd, html,
};

use super::{pictures::Pictures, place};
use anchors::Anchors;
use edit::{Edit, edited};

/// A text that was rendered.
#[derive(Debug)]
pub(super) struct Rendered {
    pub(super) text: Text,
    pub(super) words: usize,
    /// The pages of this website and the headings to which it leads, each with its place in the file.
    pub(super) links: Vec<(String, String)>,
}

/// How many pieces of markup and text an article has, at most. A table can have more cells than its file has bytes.
const MOST_EVENTS: usize = 50_000;

/// Renders a text that begins on the line `first` of its file, for the site at `site`.
///
/// # Errors
/// Everything that is wrong with it, with its place.
pub(super) fn render(
    markdown: &str,
    first: usize,
    site: &str,
    pictures: &Pictures,
) -> Result<Rendered, Vec<String>> {
    let mut writer = Writer {
        source: Source {
            markdown,
            first,
            site,
            pictures,
        },
        at: 0,
        events: Vec::new(),
        contents: Vec::new(),
        anchors: Anchors::default(),
        plain: String::new(),
        edits: Vec::new(),
        links: Vec::new(),
        mistakes: Vec::new(),
    };
    let options = Options::ENABLE_TABLES | Options::ENABLE_SMART_PUNCTUATION;
    let mut events = Parser::new_ext(markdown, options).into_offset_iter();
    while let Some(event) = events.next() {
        writer.write(event, &mut events);
        if writer.events.len() > MOST_EVENTS {
            return Err(vec![format!(
                "it has more than {MOST_EVENTS} headings, items, cells and marks: make two articles of it"
            )]);
        }
    }
    writer.rendered()
}

/// What a text is rendered from.
struct Source<'a, 'm> {
    markdown: &'m str,
    /// The line of its file on which it begins.
    first: usize,
    site: &'a str,
    pictures: &'a Pictures,
}

struct Writer<'a, 'm> {
    source: Source<'a, 'm>,
    /// Where the event that is written begins.
    at: usize,
    events: Vec<Event<'m>>,
    contents: Vec<Heading>,
    anchors: Anchors,
    /// The words, with a space for every mark-up.
    plain: String,
    /// What the Markdown form has in other places: addresses of pictures and pages that lead somewhere by themselves.
    edits: Vec<Edit>,
    links: Vec<(String, String)>,
    mistakes: Vec<String>,
}

impl<'m> Writer<'_, 'm> {
    fn rendered(mut self) -> Result<Rendered, Vec<String>> {
        let mut rendered = String::new();
        html::push_html(&mut rendered, self.events.into_iter());
        let plain: Vec<&str> = self.plain.split_whitespace().collect();
        if rendered.contains(place::is_odd) {
            let mistake = "take the control character out of the text: it may be written like &#1;";
            self.mistakes.push(mistake.to_owned());
        }
        if !self.mistakes.is_empty() {
            return Err(self.mistakes);
        }
        Ok(Rendered {
            words: plain.len(),
            links: self.links,
            text: Text {
                markdown: edited(self.source.markdown, &self.edits),
                html: rendered,
                contents: self.contents,
                plain: plain.join(" "),
            },
        })
    }

    fn place(&self) -> String {
        place::place(self.source.markdown, self.at, self.source.first)
    }

    fn note(&mut self, mistake: &str) {
        let place = self.place();
        self.mistakes.push(format!("{place}: {mistake}"));
    }

    fn write(&mut self, (event, range): (Event<'m>, Range<usize>), rest: &mut OffsetIter<'m>) {
        self.at = range.start;
        match event {
            // HTML in the text is shown as text.
            Event::Html(raw) | Event::InlineHtml(raw) => self.words(raw, Event::Text),
            Event::Start(Tag::Heading { level, .. }) => self.heading(level, rest),
            Event::Start(Tag::Image {
                dest_url, title, ..
            }) => self.picture(&dest_url, &title, range, rest),
            Event::Start(Tag::Link {
                link_type,
                ref dest_url,
                ..
            }) => {
                self.link(link_type, dest_url, range);
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

    /// Notes where a link leads. The Markdown form leads there from everywhere.
    fn link(&mut self, link_type: LinkType, address: &str, range: Range<usize>) {
        if !leads_somewhere_safe(address) {
            self.note(&format!(
                "link to {address}: use https:, mailto:, tel: or a path"
            ));
        }
        let Source { markdown, site, .. } = self.source;
        let own = address
            .strip_prefix(site)
            .filter(|rest| rest.starts_with('/'));
        let own = own.unwrap_or(address);
        if own.starts_with(['/', '#']) {
            self.links.push((own.to_owned(), self.place()));
        }
        let written = markdown.get(range.clone()).unwrap_or_default();
        if !address.starts_with('/') {
            return;
        }
        let text = match link_type {
            LinkType::Inline => written.rsplit_once("](").map(|(text, _)| text),
            _ => written.split(']').next(),
        };
        if let Some(text) = text {
            let text = format!("{text}]({site}{address})");
            self.edits.push(Edit { range, text });
        }
    }

    fn heading(&mut self, level: HeadingLevel, rest: &mut OffsetIter<'m>) {
        let inner: Vec<(Event<'m>, Range<usize>)> = rest
            .take_while(|(event, _)| !matches!(event, Event::End(TagEnd::Heading(_))))
            .collect();
        let mut pictures = inner
            .iter()
            .filter(|(event, _)| matches!(event, Event::Start(Tag::Image { .. })));
        let title = plain_text(&inner);
        if pictures.next().is_some() {
            return self.note(&format!(
                "heading \"{title}\": put its picture into a paragraph of its own"
            ));
        }
        let id = self.anchors.next(&title);
        if level == HeadingLevel::H1 {
            self.note(&format!(
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

    fn picture(
        &mut self,
        source: &str,
        caption: &str,
        range: Range<usize>,
        rest: &mut OffsetIter<'m>,
    ) {
        let inner: Vec<(Event<'m>, Range<usize>)> = rest
            .take_while(|(event, _)| !matches!(event, Event::End(TagEnd::Image)))
            .collect();
        let alt = plain_text(&inner);
        let image = match self.source.pictures.find(source, &alt) {
            Ok(image) => image,
            Err(mistake) => return self.note(&mistake),
        };
        let is_first = matches!(self.events.last(), Some(Event::Start(Tag::Paragraph)));
        let is_last = matches!(rest.next(), Some((Event::End(TagEnd::Paragraph), _)));
        if !(is_first && is_last) {
            return self.note(&format!(
                "picture {source}: put it into a paragraph of its own"
            ));
        }
        let words = |text: &str| text.replace(['[', ']', '"', '\\'], "");
        let caption_in_quotes = match caption {
            "" => String::new(),
            caption => format!(" \"{}\"", words(caption)),
        };
        let text = format!(
            "![{}]({}{}{caption_in_quotes})",
            words(&alt),
            self.source.site,
            image.src
        );
        self.edits.push(Edit { range, text });
        self.events.pop();
        let figure = markup! {
            figure {
                (picture(&image, Shown::InText))
                @if !caption.is_empty() { figcaption { (caption) } }
            }
        };
        self.events.push(Event::Html(figure.into_string().into()));
    }
}

fn plain_text(events: &[(Event<'_>, Range<usize>)]) -> String {
    let text = events.iter().filter_map(|(event, _)| match event {
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
