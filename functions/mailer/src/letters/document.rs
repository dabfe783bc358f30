//! A mail's content, written once and shown as text (here) and as HTML (in `html`).

use super::look::Look;

/// What one kind of letter says.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) subject: String,
    /// What a list of mails shows after the subject, in a sentence.
    pub(super) preview: String,
    /// What has happened, in a few words.
    pub(super) headline: String,
    pub(super) blocks: Vec<Block>,
}

#[derive(Debug)]
pub(crate) struct Document {
    pub(super) draft: Draft,
    pub(super) signature: Signature,
    pub(super) look: Look,
}

/// Who writes, and how to reach them.
#[derive(Debug)]
pub(super) struct Signature {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) phone: Link,
    /// The days of the week and when the clinic is open on them.
    pub(super) hours: Vec<(String, String)>,
}

/// A part of a mail.
#[derive(Debug)]
pub(crate) enum Block {
    Paragraph(Words),
    /// Opens a section of a long mail.
    Heading(String),
    /// Things to look at, one below the other.
    Rows(Vec<Row>),
    /// The facts that a reader looks for first.
    Card(Vec<Fact>),
    /// What somebody wrote, with its line breaks.
    Quote(String),
    /// Advice that must not be overlooked.
    Notice(Words),
    /// The one thing to do. Its address is shown below it.
    Button(Link),
    /// What a reader may do instead, or as well.
    Link(Link),
    /// What only some readers need.
    Aside(Words),
}

/// One of several things to look at, with the page where a reader acts on it.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) title: String,
    pub(crate) url: Option<String>,
    pub(crate) details: Vec<Words>,
}

/// A label and its value, which may be a link.
#[derive(Debug)]
pub(crate) struct Fact {
    pub(crate) label: &'static str,
    pub(crate) value: String,
    pub(crate) url: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) words: String,
    pub(crate) url: String,
}

/// Sentences, with links among the words.
#[derive(Debug)]
pub(crate) struct Words(pub(super) Vec<Run>);

#[derive(Debug)]
pub(super) enum Run {
    Text(String),
    /// Its words say enough where nobody can press it, as a phone number does.
    Link(Link),
}

impl Fact {
    pub(crate) fn new(label: &'static str, value: impl Into<String>) -> Self {
        Self {
            label,
            value: value.into(),
            url: None,
        }
    }

    pub(crate) fn linked(label: &'static str, value: impl Into<String>, url: String) -> Self {
        Self {
            label,
            value: value.into(),
            url: Some(url),
        }
    }
}

impl Row {
    fn text(&self) -> String {
        let mut lines = vec![self.title.clone()];
        lines.extend(self.details.iter().map(Words::text));
        lines.extend(self.url.clone());
        lines.join("\n")
    }
}

impl Link {
    pub(crate) fn new(words: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            url: url.into(),
        }
    }

    fn text(&self) -> String {
        format!("{}:\n{}", self.words, self.url)
    }
}

impl Words {
    pub(crate) fn link(mut self, link: Link) -> Self {
        self.0.push(Run::Link(link));
        self
    }

    pub(crate) fn then(mut self, text: impl Into<String>) -> Self {
        self.0.push(Run::Text(text.into()));
        self
    }

    fn text(&self) -> String {
        let runs = self.0.iter().map(|run| match run {
            Run::Text(text) => text.as_str(),
            Run::Link(link) => &link.words,
        });
        runs.collect()
    }
}

impl<T: Into<String>> From<T> for Words {
    fn from(text: T) -> Self {
        Self(vec![Run::Text(text.into())])
    }
}

impl Block {
    pub(crate) fn paragraph(words: impl Into<Words>) -> Self {
        Self::Paragraph(words.into())
    }

    pub(crate) fn aside(words: impl Into<Words>) -> Self {
        Self::Aside(words.into())
    }

    pub(crate) fn button(words: impl Into<String>, url: impl Into<String>) -> Self {
        Self::Button(Link::new(words, url))
    }

    fn text(&self) -> String {
        match self {
            Self::Paragraph(words) | Self::Notice(words) | Self::Aside(words) => words.text(),
            Self::Heading(words) => {
                let line = "-".repeat(words.chars().count());
                format!("{words}\n{line}")
            }
            Self::Rows(rows) => {
                let rows: Vec<String> = rows.iter().map(Row::text).collect();
                rows.join("\n\n")
            }
            Self::Quote(text) => {
                let lines: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
                lines.join("\n")
            }
            Self::Button(link) | Self::Link(link) => link.text(),
            Self::Card(facts) => {
                let line = |fact: &Fact| format!("{}: {}", fact.label, fact.value);
                let lines: Vec<String> = facts.iter().map(line).collect();
                lines.join("\n")
            }
        }
    }
}

impl Document {
    pub(crate) fn subject(&self) -> &str {
        &self.draft.subject
    }

    pub(crate) fn text(&self) -> String {
        let mut parts = vec![self.draft.headline.clone()];
        parts.extend(self.draft.blocks.iter().map(Block::text));
        parts.push(self.signature.text());
        parts.join("\n\n") + "\n"
    }

    pub(crate) fn html(&self) -> String {
        super::html::html(self).into_string()
    }
}

impl Signature {
    /// The lines after the mark that mail programs know a signature by.
    fn text(&self) -> String {
        let hours = self.hours.iter();
        let hours = hours.map(|(days, hours)| format!("\n{days}: {hours}"));
        format!(
            "-- \n{}\n{}\n{}{}",
            self.name,
            self.address,
            self.phone.words,
            hours.collect::<String>()
        )
    }
}
