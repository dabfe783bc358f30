//! Pictures: the files of `content/images`, as they are published.

mod drawing;
mod photo;

use std::{collections::BTreeMap, fs, io, path::Path};

use articles::{Image, Picture, SharePicture};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use shared::clinic::{Artwork, Drawing};

/// The most bytes that a published picture has. An item of `DynamoDB` has 400 KB at most, with its other attributes.
const LARGEST: usize = 380 * 1024;
/// The most bytes that a file has. It is read as a whole.
const LARGEST_FILE: u64 = 30 * 1024 * 1024;
/// How wide a drawing is painted that is shared, in pixels: what the large networks show.
const SHARED_WIDTH: u32 = 1200;
/// How high a logo is painted for mails, in pixels: twice as high as they show it, for fine screens.
const MAILED_HEIGHT: u32 = 80;
const SVG: &str = "image/svg+xml";

/// The pictures of a folder, by the names of their files.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    files: BTreeMap<String, Result<File, String>>,
}

/// A file with everything that is published of it.
#[derive(Debug)]
struct File {
    pictures: Vec<Picture>,
    /// Without words for those who do not see it.
    image: Image,
    share_picture: Option<SharePicture>,
}

impl Pictures {
    /// Reads all pictures of the folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(super) fn read(folder: &Path) -> io::Result<Self> {
        let entries = fs::read_dir(folder)?;
        let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
        let names = names.map(|name| name.to_string_lossy().into_owned());
        let names = names.filter(|name| !name.starts_with('.'));
        let files = names.map(|name| {
            let file = File::read(&name, folder);
            (name, file)
        });
        Ok(Self {
            files: files.collect(),
        })
    }

    /// Why files cannot be published.
    pub(super) fn mistakes(&self) -> impl Iterator<Item = String> {
        let files = self.files.iter();
        files.filter_map(|(name, file)| Some(format!("picture {name}: {}", file.as_ref().err()?)))
    }

    /// The picture of this name.
    ///
    /// # Errors
    /// When there is none, or nothing says what it shows.
    pub(super) fn find(&self, name: &str, alt: &str) -> Result<Image, String> {
        if alt.trim().is_empty() {
            return Err(format!(
                "picture {name}: say what it shows, for those who do not see it"
            ));
        }
        let mut image = self.file(name)?.image.clone();
        alt.clone_into(&mut image.alt);
        Ok(image)
    }

    /// The picture of this name as other websites show it beside a link. A drawing is painted for that.
    pub(super) fn shared(&mut self, name: &str) -> Option<SharePicture> {
        let file = self.files.get_mut(name)?.as_mut().ok()?;
        let drawing = file.pictures.iter().find(|one| one.media_type == SVG);
        if let (None, Some(drawing)) = (&file.share_picture, drawing) {
            let svg = std::str::from_utf8(&drawing.content).ok()?;
            let (picture, shared) = drawing::painted(svg, "shared", SHARED_WIDTH)?;
            file.pictures.push(picture);
            file.share_picture = Some(shared);
        }
        file.share_picture.clone()
    }

    /// The picture of this name as mails show it. A drawing is painted for that.
    pub(super) fn mailed(&mut self, name: &str) -> Option<Drawing> {
        let file = self.files.get_mut(name)?.as_mut().ok()?;
        let of = |src: &str, width, height| Drawing {
            src: src.to_owned(),
            width,
            height,
        };
        let image = &file.image;
        let Some(drawing) = file.pictures.iter().find(|one| one.media_type == SVG) else {
            return Some(of(&image.src, image.width, image.height));
        };
        let svg = std::str::from_utf8(&drawing.content).ok()?;
        let width = MAILED_HEIGHT * image.width / image.height.max(1);
        let (picture, painted) = drawing::painted(svg, "mailed", width)?;
        file.pictures.push(picture);
        Some(of(&painted.src, painted.width, painted.height))
    }

    /// The clinic's own pictures, to be shown on its pages.
    ///
    /// # Errors
    /// Every one that cannot be published, with the reason.
    pub(super) fn artwork(&self, files: &Artwork<String>) -> Result<Artwork<Drawing>, Vec<String>> {
        let mut mistakes = Vec::new();
        let mut noted = |mistake: String| mistakes.push(format!("clinic.toml: brand: {mistake}"));
        let is_drawing =
            |name: &String| name.split_once('.').is_some_and(|(_, kind)| kind == "svg");
        if let Some(icon) = files.icon.as_ref().filter(|icon| !is_drawing(icon)) {
            noted(format!("picture {icon}: an icon is an .svg file"));
        }
        let drawn = files.map(|name| {
            let image = &self.file(name).map_err(&mut noted).ok()?.image;
            Some(Drawing {
                src: image.src.clone(),
                width: image.width,
                height: image.height,
            })
        });
        if mistakes.is_empty() {
            Ok(drawn)
        } else {
            Err(mistakes)
        }
    }

    /// All files as they are published.
    pub(super) fn into_all(self) -> Vec<Picture> {
        let files = self.files.into_values().flatten();
        files.flat_map(|file| file.pictures).collect()
    }

    fn file(&self, name: &str) -> Result<&File, String> {
        match self.files.get(name) {
            Some(Ok(file)) => Ok(file),
            Some(Err(_)) => Err(format!("picture {name}: it cannot be published as it is")),
            None => Err(format!(
                "picture {name}: there is no such file in content/images"
            )),
        }
    }
}

impl File {
    fn read(name: &str, folder: &Path) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let (stem, kind) = name.split_once('.').unwrap_or((name, ""));
        if stem.is_empty() || stem.len() > 100 || !stem.chars().all(plain) {
            return Err("name it with letters, digits and hyphens, at most 100".to_owned());
        }
        let path = folder.join(name);
        let length = fs::metadata(&path)
            .map_err(|error| error.to_string())?
            .len();
        if length > LARGEST_FILE {
            return Err("it has more than 30 MB: save it smaller".to_owned());
        }
        let bytes = fs::read(&path).map_err(|error| error.to_string())?;
        match kind {
            "svg" => drawing::read(stem, &bytes),
            "png" | "jpg" | "jpeg" => photo::read(stem, &bytes),
            _ => Err("only .svg, .png, .jpg and .jpeg files are published".to_owned()),
        }
    }
}

/// A part of a published picture's name that changes with what it is made from.
fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    URL_SAFE_NO_PAD.encode(digest.get(..6).unwrap_or_default())
}

/// An image of which only the size is known.
fn sized(src: String, (width, height): (u32, u32)) -> Image {
    Image {
        src,
        srcset: None,
        alt: String::new(),
        width,
        height,
        caption: None,
        credit: None,
    }
}
