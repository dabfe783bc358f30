//! A mail's content, written once and shown as text and as HTML.

use maud::{DOCTYPE, html};

/// What one kind of letter says.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) subject: String,
    pub(super) blocks: Vec<Block>,
}

#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) subject: String,
    pub(crate) blocks: Vec<Block>,
    /// The clinic's name, address and phone number.
    pub(crate) signature: Vec<String>,
}

/// A part of a mail.
#[derive(Debug)]
pub(crate) enum Block {
    Paragraph(String),
    Facts(Vec<Fact>),
    /// What a visitor wrote, with its line breaks.
    Quote(String),
    Link {
        label: String,
        url: String,
    },
}

/// A label and its value, which may be a link.
#[derive(Debug)]
pub(crate) struct Fact {
    pub(crate) label: &'static str,
    pub(crate) value: String,
    pub(crate) url: Option<String>,
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

const STYLE: &str = "font:16px/1.5 sans-serif;color:#1c2b33;max-width:36em;overflow-wrap:anywhere";
const QUOTE: &str =
    "margin:16px 0;padding:8px 16px;border-left:4px solid #8a979d;white-space:pre-wrap";

impl Document {
    pub(crate) fn text(&self) -> String {
        let blocks = self.blocks.iter().map(Block::text);
        let mut parts: Vec<String> = blocks.collect();
        parts.push(format!("-- \n{}", self.signature.join("\n")));
        parts.join("\n\n") + "\n"
    }

    pub(crate) fn html(&self) -> String {
        html! {
            (DOCTYPE)
            html lang="en" {
                head { meta charset="utf-8"; title { (self.subject) } }
                body style=(STYLE) {
                    @for block in &self.blocks {
                        @match block {
                            Block::Paragraph(text) => p { (text) },
                            Block::Quote(text) => blockquote dir="auto" style=(QUOTE) { (text) },
                            Block::Link { label, url } => p { a href=(url) { (label) } },
                            Block::Facts(facts) => table style="border-spacing:0" {
                                @for fact in facts {
                                    tr {
                                        th scope="row" style="text-align:left;vertical-align:top;padding:2px 16px 2px 0;overflow-wrap:normal" { (fact.label) }
                                        td dir="auto" style="padding:2px 0;text-align:left;vertical-align:top" {
                                            @match &fact.url {
                                                Some(url) => a href=(url) { (fact.value) },
                                                None => (fact.value),
                                            }
                                        }
                                    }
                                }
                            },
                        }
                    }
                    p style="color:#4b5a63" {
                        @for (index, line) in self.signature.iter().enumerate() {
                            @if index > 0 { br; }
                            (line)
                        }
                    }
                }
            }
        }
        .into_string()
    }
}

impl Block {
    fn text(&self) -> String {
        match self {
            Self::Paragraph(text) => text.clone(),
            Self::Quote(text) => {
                let lines: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
                lines.join("\n")
            }
            Self::Link { label, url } => format!("{label}:\n{url}"),
            Self::Facts(facts) => {
                let lines: Vec<String> = facts
                    .iter()
                    .map(|fact| format!("{}: {}", fact.label, fact.value))
                    .collect();
                lines.join("\n")
            }
        }
    }
}
