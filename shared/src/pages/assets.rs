//! What pages are made with besides their words. The names change with the content, so that caches may keep each for
//! good.

use super::look::{self, digest};
use crate::clinic::Clinic;

/// A file that pages use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    pub media_type: &'static str,
    pub content: String,
    /// Whether the name that was asked for is the one of this content.
    pub is_current: bool,
}

/// A script of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Solves the proof of work while a form is looked at.
    Proof,
}

impl Script {
    const ALL: [Self; 1] = [Self::Proof];

    fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::Proof => ("proof", include_str!("assets/proof.js")),
        }
    }

    /// The name of its file, which changes with its content.
    pub(super) fn name(self) -> String {
        let (name, content) = self.parts();
        format!("{name}-{}.js", digest(content.as_bytes()))
    }
}

/// The path at which an asset of that name is served.
pub(super) fn address(name: &str) -> String {
    format!("/assets/{name}")
}

impl Asset {
    /// The asset of that name. While a version or a clinic replaces another, a page may name the content of the other
    /// one: then it is the present content, which nobody may keep.
    #[must_use]
    pub fn find(name: &str, clinic: &Clinic) -> Option<Self> {
        let (kind, ending) = (name.split_once('-')?.0, name.rsplit_once('.')?.1);
        let (media_type, content, current) = match (kind, ending) {
            ("style", "css") => (
                "text/css; charset=utf-8",
                look::sheet(clinic.brand()),
                look::sheet_name(clinic.brand()),
            ),
            ("icon", "svg") => (
                "image/svg+xml",
                look::icon(clinic.brand(), clinic.name()),
                look::icon_name(clinic.brand(), clinic.name()),
            ),
            (_, "js") => {
                let script = Script::ALL.into_iter().find(|one| one.parts().0 == kind)?;
                let content = script.parts().1.to_owned();
                ("text/javascript; charset=utf-8", content, script.name())
            }
            _ => return None,
        };
        Some(Self {
            media_type,
            content,
            is_current: name == current,
        })
    }
}
