//! The clinic's own pictures: `[brand]` names their files, and publishing gives them their addresses.

use serde::{Deserialize, Serialize};

use super::Clinic;

/// What stands for each of the clinic's own pictures. All may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, bound(deserialize = "T: Deserialize<'de>"))]
pub struct Artwork<T> {
    /// In the header of every page, instead of the clinic's name in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<T>,
    /// The logo of mails, a PNG or a JPEG: mail programs show no drawings. It is made from the logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_logo: Option<T>,
    /// Shown by browsers in the tabs of its pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<T>,
    /// On top of the home page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<T>,
}

/// A picture as it is published. Sizes are in pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    pub src: String,
    pub width: u32,
    pub height: u32,
}

impl<T> Artwork<T> {
    /// The same with something else for each picture that is there.
    pub fn map<U>(&self, mut to: impl FnMut(&T) -> Option<U>) -> Artwork<U> {
        let mut each = |one: &Option<T>| one.as_ref().and_then(&mut to);
        Artwork {
            logo: each(&self.logo),
            mail_logo: each(&self.mail_logo),
            icon: each(&self.icon),
            picture: each(&self.picture),
        }
    }
}

impl<T> Default for Artwork<T> {
    fn default() -> Self {
        Self {
            logo: None,
            mail_logo: None,
            icon: None,
            picture: None,
        }
    }
}

impl Clinic {
    /// The names of the files that its own pictures are published from.
    #[must_use]
    pub fn artwork_files(&self) -> &Artwork<String> {
        &self.artwork_files
    }

    /// Its own pictures, as far as they are published with it.
    #[must_use]
    pub fn artwork(&self) -> &Artwork<Drawing> {
        &self.artwork
    }

    /// The same clinic with its pictures.
    #[must_use]
    pub fn with_artwork(mut self, artwork: Artwork<Drawing>) -> Self {
        self.artwork = artwork;
        self
    }
}
