//! A mail as HTML, for programs that know little of it: tables for the layout, and the style of each element beside it.
//!
//! What every program needs stands inline. The one style sheet holds what some leave out without harm: the colours for a
//! dark screen. Programs take `<body>` away, so there is none; the first table holds everything.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    document::{Block, Document, Fact, Link, Row, Run, Signature, Words},
    look::{Look, Palette},
};

const FONT: &str = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const TEXT: &str = "font-size:16px;line-height:24px";
const SMALL: &str = "font-size:14px;line-height:20px";
const AFTER: &str = "margin:0 0 16px 0";
/// Long addresses must not make the mail wider than a phone.
const WRAP: &str = "word-break:break-word";
/// The logo's height in CSS pixels; its picture has twice as many.
const LOGO_HEIGHT: u32 = 40;

pub(super) fn html(document: &Document) -> Markup {
    let look = &document.look;
    let light = &look.light;
    let page = format!("background-color:{};width:100%", light.page);
    let sheet = format!(
        "background-color:{};width:100%;max-width:600px;border:1px solid {}",
        light.sheet, light.line
    );
    html! {
        (DOCTYPE)
        html lang=(look.language) dir="ltr" {
            (head(document))
            (preview(&document.draft.preview))
            table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor=(light.page) class="page" style=(page) {
                tr { td align="center" style="padding:24px 8px" {
                    table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" bgcolor=(light.sheet) class="sheet" style=(sheet) {
                        (masthead(&document.signature.name, look))
                        (body(document))
                        (signature(&document.signature, light))
                    }
                } }
            }
        }
    }
}

fn head(document: &Document) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="supported-color-schemes" content="light dark";
            // Programs would make links of dates and numbers on their own.
            meta name="format-detection" content="telephone=no, date=no, address=no, email=no";
            title { (document.subject()) }
            style { ":root{color-scheme:light dark}body{margin:0}" }
            style media="(prefers-color-scheme: dark)" { (PreEscaped(dark_rules(&document.look.dark))) }
        }
    }
}

/// The colours for a dark screen. The logo keeps its light ground, since it was drawn for one.
fn dark_rules(dark: &Palette) -> String {
    let rule = |class: &str, property: &str, value: String| {
        format!(".{class}{{{property}:{value} !important}}")
    };
    [
        rule("page", "background-color", dark.page.to_string()),
        rule("sheet", "background-color", dark.sheet.to_string()),
        rule("card", "background-color", dark.card.to_string()),
        rule("notice", "background-color", dark.notice.to_string()),
        rule("line", "border-color", dark.line.to_string()),
        rule("sheet", "border-color", dark.line.to_string()),
        rule("ink", "color", dark.ink.to_string()),
        rule("quiet", "color", dark.quiet.to_string()),
        rule("link", "color", dark.link.to_string()),
        rule("button", "background-color", dark.button.to_string()),
        rule("label", "color", dark.on_button.to_string()),
    ]
    .concat()
}

/// The line that a list of mails shows and the mail itself does not.
fn preview(words: &str) -> Markup {
    html! {
        div style="display:none;max-height:0;font-size:1px;line-height:1px;mso-hide:all" { (words) }
    }
}

fn masthead(name: &str, look: &Look) -> Markup {
    let light = &look.light;
    let line = format!("padding:20px 24px;border-bottom:1px solid {}", light.line);
    let style = format!(
        "{FONT};font-size:20px;line-height:28px;font-weight:bold;color:{}",
        light.link
    );
    html! {
        @match &look.logo {
            Some(logo) => {
                @let width = logo.width * LOGO_HEIGHT / logo.height.max(1);
                tr { td bgcolor="#ffffff" class="line" style={ (line) ";background-color:#ffffff" } {
                    img src=(logo.src) alt=(name) width=(width) height=(LOGO_HEIGHT) style={ "display:block;border:0;" (style) };
                } }
            }
            None => tr { td class="line link" style={ (line) ";" (style) } { (name) } },
        }
    }
}

fn body(document: &Document) -> Markup {
    let light = &document.look.light;
    let heading = format!(
        "{FONT};font-size:24px;line-height:30px;font-weight:bold;color:{};{AFTER}",
        light.ink
    );
    html! {
        tr { td class="ink" style={ "padding:24px 24px 8px 24px;text-align:left;" (FONT) ";" (TEXT) ";" (WRAP) ";color:" (light.ink) } {
            h1 class="ink" style=(heading) { (document.draft.headline) }
            @for part in &document.draft.blocks { (block(part, light)) }
        } }
    }
}

fn block(block: &Block, light: &Palette) -> Markup {
    match block {
        Block::Paragraph(text) => html! { p style=(AFTER) { (words(text, light)) } },
        Block::Heading(words) => {
            let style = format!(
                "{FONT};font-size:18px;line-height:24px;font-weight:bold;color:{};margin:24px 0 8px 0",
                light.ink
            );
            html! { h2 class="ink" style=(style) { (words) } }
        }
        Block::Rows(rows) => self::rows(rows, light),
        Block::Aside(text) => {
            let style = format!("{AFTER};{SMALL};color:{}", light.quiet);
            html! { p class="quiet" style=(style) { (words(text, light)) } }
        }
        Block::Notice(text) => framed("notice", light.notice, &words(text, light), light),
        Block::Quote(text) => quote(text, light),
        Block::Card(facts) => card(facts, light),
        Block::Button(link) => button(link, light),
        Block::Link(link) => {
            html! { p style=(AFTER) { (a(&link.words, &link.url, light)) } }
        }
    }
}

fn words(words: &Words, light: &Palette) -> Markup {
    html! {
        @for run in &words.0 {
            @match run {
                Run::Text(text) => (text),
                Run::Link(link) => (a(&link.words, &link.url, light)),
            }
        }
    }
}

fn a(words: &str, url: &str, light: &Palette) -> Markup {
    html! { a href=(url) class="link" style={ "color:" (light.link) } { (words) } }
}

/// Words on a ground of their own.
fn framed(class: &str, ground: shared::clinic::Color, content: &Markup, light: &Palette) -> Markup {
    html! {
        table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor=(ground) class=(class) style={ (AFTER) ";width:100%;background-color:" (ground) } {
            tr { td class="ink" style={ "padding:12px 16px;" (FONT) ";" (TEXT) ";color:" (light.ink) } { (content) } }
        }
    }
}

fn quote(text: &str, light: &Palette) -> Markup {
    let style = format!(
        "padding:4px 0 4px 16px;border-left:4px solid {};{FONT};{TEXT};{WRAP};color:{}",
        light.line, light.ink
    );
    html! {
        table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style={ (AFTER) ";width:100%" } {
            tr { td dir="auto" class="ink line" style=(style) {
                @for (index, line) in text.lines().enumerate() {
                    @if index > 0 { br; }
                    (line)
                }
            } }
        }
    }
}

fn card(facts: &[Fact], light: &Palette) -> Markup {
    let cell = format!("{FONT};{TEXT};text-align:left;vertical-align:top");
    // Labels are short, and break between words only.
    let label = format!(
        "{cell};word-break:normal;padding:8px 0 8px 12px;font-weight:normal;color:{}",
        light.quiet
    );
    let value = format!(
        "{cell};{WRAP};padding:8px 12px 8px 12px;color:{}",
        light.ink
    );
    html! {
        table width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor=(light.card) class="card" style={ (AFTER) ";width:100%;background-color:" (light.card) } {
            @for (index, fact) in facts.iter().enumerate() {
                tr {
                    th scope="row" width="30%" class="quiet" style=(label) { (fact.label) }
                    td dir="auto" class="ink" style=(value) {
                        @match (&fact.url, index) {
                            (Some(url), _) => (a(&fact.value, url, light)),
                            // The first fact is what a reader looks for.
                            (None, 0) => b { (fact.value) },
                            (None, _) => (fact.value),
                        }
                    }
                }
            }
        }
    }
}

/// Each row has a line above it, and its title leads to its page.
fn rows(rows: &[Row], light: &Palette) -> Markup {
    let cell = format!(
        "padding:12px 0;border-top:1px solid {};{FONT};{TEXT};text-align:left;color:{}",
        light.line, light.ink
    );
    html! {
        table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style={ (AFTER) ";width:100%" } {
            @for row in rows {
                tr { td dir="auto" class="ink line" style=(cell) {
                    b {
                        @match &row.url {
                            Some(url) => (a(&row.title, url, light)),
                            None => (row.title),
                        }
                    }
                    @for detail in &row.details { br; (words(detail, light)) }
                } }
            }
        }
    }
}

/// The cell has the ground and the space around the words: Outlook for Windows gives links neither.
fn button(link: &Link, light: &Palette) -> Markup {
    let cell = format!(
        "padding:12px 24px;background-color:{};text-align:center",
        light.button
    );
    let press = format!(
        "{FONT};{TEXT};font-weight:bold;text-decoration:none;color:{}",
        light.on_button
    );
    html! {
        table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 8px 0" {
            tr { td bgcolor=(light.button) class="button" style=(cell) {
                a href=(link.url) class="label" style=(press) { (link.words) }
            } }
        }
        p class="quiet" style={ (AFTER) ";" (SMALL) ";color:" (light.quiet) } {
            "Or open this address: " br; (a(&link.url, &link.url, light))
        }
    }
}

fn signature(signature: &Signature, light: &Palette) -> Markup {
    let style = format!(
        "padding:16px 24px 24px 24px;border-top:1px solid {};{FONT};{SMALL};text-align:left;color:{}",
        light.line, light.quiet
    );
    html! {
        tr { td class="line quiet" style=(style) {
            b { (signature.name) } br;
            (signature.address) br;
            (a(&signature.phone.words, &signature.phone.url, light))
            @for (days, hours) in &signature.hours { br; (days) ": " (hours) }
        } }
    }
}
