//! Pictures: SVG files of the content folder, cleaned of everything that is active, with the size that their `viewBox`
//! gives.

use std::{fs, path::Path};

use articles::{Image, Picture};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use shared::clinic::{Artwork, Drawing};

/// The most bytes that a picture has. An item of `DynamoDB` has 400 KB at most, with its other attributes.
const LARGEST: usize = 380 * 1024;

/// The most pixels of a side.
const LONGEST_SIDE: u32 = 10_000;

/// A file that was read: the picture as it is published, and its size in pixels.
struct File {
    picture: Picture,
    width: u32,
    height: u32,
}

/// The picture of this name, to be shown at `/images/<name>-<hash>.svg`.
pub(super) fn find(name: &str, alt: &str, folder: &Path) -> Result<Image, String> {
    if alt.trim().is_empty() {
        return Err(format!(
            "picture {name}: say what it shows, for those who do not see it"
        ));
    }
    let File {
        picture,
        width,
        height,
    } = read(name, folder)?;
    Ok(Image {
        src: picture.address(),
        srcset: None,
        alt: alt.to_owned(),
        width,
        height,
        caption: None,
        credit: None,
    })
}

/// The clinic's own pictures, to be shown on its pages.
///
/// # Errors
/// Every one that cannot be published, with the reason.
pub(super) fn artwork(
    files: &Artwork<String>,
    folder: &Path,
) -> Result<Artwork<Drawing>, Vec<String>> {
    let mut mistakes = Vec::new();
    let drawn = files.map(|name| match read(name, folder) {
        Ok(file) => Some(Drawing {
            src: file.picture.address(),
            width: file.width,
            height: file.height,
        }),
        Err(mistake) => {
            mistakes.push(format!("clinic.toml: brand: {mistake}"));
            None
        }
    });
    if mistakes.is_empty() {
        Ok(drawn)
    } else {
        Err(mistakes)
    }
}

/// All pictures of the folder.
///
/// # Errors
/// Every one that cannot be published, with the reason.
pub(super) fn all(folder: &Path) -> Result<Vec<Picture>, Vec<String>> {
    let entries =
        fs::read_dir(folder).map_err(|error| vec![format!("{}: {error}", folder.display())])?;
    let names =
        entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()));
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    let (mut pictures, mut mistakes) = (Vec::new(), Vec::new());
    for name in names {
        match read(&name, folder) {
            Ok(file) => pictures.push(file.picture),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if mistakes.is_empty() {
        Ok(pictures)
    } else {
        Err(mistakes)
    }
}

fn read(name: &str, folder: &Path) -> Result<File, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let stem = name.strip_suffix(".svg");
    let stem = stem.filter(|stem| !stem.is_empty() && stem.chars().all(plain));
    let stem =
        stem.ok_or_else(|| format!("picture {name}: name an .svg file of content/images"))?;
    let wrong = |what: String| format!("picture {name}: {what}");
    let svg = fs::read(folder.join(name)).map_err(|error| wrong(error.to_string()))?;
    let mut clean = Vec::new();
    let mut filter = svg_hush::Filter::new();
    filter.set_data_url_filter(svg_hush::data_url_filter::allow_standard_images);
    filter
        .filter(svg.as_slice(), &mut clean)
        .map_err(|error| wrong(format!("it is not an SVG file: {error}")))?;
    let content = String::from_utf8(clean).map_err(|error| wrong(error.to_string()))?;
    if content.len() > LARGEST {
        let kilobytes = content.len().div_ceil(1024);
        return Err(wrong(format!(
            "it has {kilobytes} KB, and 380 is the most: simplify its paths, or take pixels out of it"
        )));
    }
    let (width, height) = size(&content).ok_or_else(|| {
        wrong(format!(
            "give its <svg> a viewBox=\"0 0 width height\", each of 1 to {LONGEST_SIDE} pixels"
        ))
    })?;
    let digest = Sha256::digest(content.as_bytes());
    let hash = URL_SAFE_NO_PAD.encode(digest.get(..6).unwrap_or_default());
    Ok(File {
        picture: Picture {
            name: format!("{stem}-{hash}.svg"),
            media_type: "image/svg+xml".to_owned(),
            content,
        },
        width,
        height,
    })
}

fn size(svg: &str) -> Option<(u32, u32)> {
    let (_, root) = svg.split_once("<svg")?;
    let (root, _) = root.split_once('>')?;
    let (_, view) = root.split_once("viewBox=\"")?;
    let (view, _) = view.split_once('"')?;
    let numbers = view.split([' ', ',']).filter(|number| !number.is_empty());
    let numbers: Vec<f64> = numbers.map(str::parse).collect::<Result<_, _>>().ok()?;
    let [_, _, width, height] = numbers[..] else {
        return None;
    };
    Some((pixels(width)?, pixels(height)?))
}

/// The whole pixels of a length. `None` when no screen shows it.
fn pixels(length: f64) -> Option<u32> {
    (1..=LONGEST_SIDE).find(|pixels| (f64::from(*pixels) - length).abs() <= 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(svg: &str) -> Result<String, String> {
        let folder = tempfile::TempDir::new().unwrap();
        fs::write(folder.path().join("x.svg"), svg).unwrap();
        read("x.svg", folder.path()).map(|file| file.picture.content)
    }

    #[test]
    fn nothing_active_is_left_in_a_picture() {
        let open = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 10 10\"";
        for active in [
            format!("{open} onload=\"alert(1)\"><rect width=\"1\" height=\"1\"/></svg>"),
            format!("{open}><script>alert(1)</script></svg>"),
            format!(
                "{open}><a xlink:href=\"javascript:alert(1)\"><rect width=\"1\" height=\"1\"/></a></svg>"
            ),
            format!(
                "{open}><foreignObject><body xmlns=\"http://www.w3.org/1999/xhtml\"><script>alert(1)</script></body></foreignObject></svg>"
            ),
            format!("{open}><image href=\"https://other.example/x.png\"/></svg>"),
            format!("{open}><style>@import url(https://other.example/x.css);</style></svg>"),
        ] {
            let clean = cleaned(&active).unwrap();
            for word in [
                "alert",
                "script",
                "onload",
                "foreignObject",
                "href=\"https",
                "@import",
                "url(",
            ] {
                assert!(!clean.contains(word), "{word}: {clean}");
            }
        }
    }

    #[test]
    fn a_drawing_keeps_its_pixels_and_has_the_size_of_its_root() {
        let folder = tempfile::TempDir::new().unwrap();
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-1.5,0 119.6 40\"><symbol viewBox=\"0 0 1 1\"/><image href=\"data:image/png;base64,iVBORw0KGgo=\"/></svg>";
        fs::write(folder.path().join("x.svg"), svg).unwrap();

        let file = read("x.svg", folder.path()).unwrap();

        assert_eq!((file.width, file.height), (120, 40));
        assert!(file.picture.content.contains("iVBORw0KGgo="));
    }

    #[test]
    fn what_cannot_be_a_picture_says_what_to_do() {
        let large = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><path d=\"{}\"/></svg>",
            "M0 0".repeat(100_000)
        );
        for (svg, words) in [
            ("<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "viewBox"),
            (
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1e9 1\"/>",
                "viewBox",
            ),
            ("not a picture", "it is not an SVG file"),
            (large.as_str(), "380 is the most"),
        ] {
            let error = cleaned(svg).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
