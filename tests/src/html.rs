//! Looking into pages and mails, as far as the tests need it: tags and their attributes.

use std::collections::BTreeMap;

#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
}

impl Tag {
    /// An attribute's value; empty for one without a value or that is not there.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }
}

/// The start tags of a document, in their order. What maud writes is regular enough for this.
#[must_use]
pub fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    for part in html.split('<').skip(1) {
        let Some(inside) = part.split('>').next() else {
            continue;
        };
        let name: String = inside
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        if name.is_empty() {
            continue;
        }
        let attributes = attributes(&inside[name.len()..]);
        tags.push(Tag { name, attributes });
    }
    tags
}

fn attributes(mut rest: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    loop {
        rest = rest.trim_start();
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() {
            return found;
        }
        if let Some(quoted) = after.strip_prefix("=\"") {
            let end = quoted.find('"').unwrap_or(quoted.len());
            found.insert(name.to_owned(), unescaped(&quoted[..end]));
            rest = quoted.get(end + 1..).unwrap_or_default();
        } else {
            found.insert(name.to_owned(), String::new());
            rest = after;
        }
    }
}

#[must_use]
pub fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// Where the document's links lead, each address once.
#[must_use]
pub fn links(html: &str) -> Vec<String> {
    let anchors = tags(html).into_iter().filter(|tag| tag.name == "a");
    let mut links: Vec<String> = Vec::new();
    for link in anchors.map(|tag| tag.get("href").to_owned()) {
        if !links.contains(&link) {
            links.push(link);
        }
    }
    links
}

/// The field of that name.
#[must_use]
pub fn field(html: &str, name: &str) -> Tag {
    let found = tags(html).into_iter().find(|tag| tag.get("name") == name);
    found.unwrap_or_else(|| panic!("there is no field {name}"))
}

/// A button of a page: where it leads, and what it sends.
#[derive(Debug)]
pub struct Button {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

/// Every button of the document, with the fields of its form as they are before anybody has typed.
#[must_use]
pub fn buttons(html: &str) -> Vec<Button> {
    let mut buttons = Vec::new();
    let (mut action, mut fields) = (String::new(), Vec::new());
    for tag in tags(html) {
        let field = (tag.get("name").to_owned(), tag.get("value").to_owned());
        match tag.name.as_str() {
            "form" => {
                tag.get("action").clone_into(&mut action);
                fields.clear();
            }
            "input" if tag.get("type") == "hidden" => fields.push(field),
            "button" => {
                let own = Some(field).filter(|(name, _)| !name.is_empty());
                let fields = fields.iter().cloned().chain(own).collect();
                let action = action.clone();
                buttons.push(Button { action, fields });
            }
            _ => {}
        }
    }
    buttons
}
