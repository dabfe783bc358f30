//! Pictures: SVG files of the content folder, with the size that their `viewBox` gives.

use std::{fs, path::Path};

use articles::Image;

/// The picture of this name, to be shown at `/images/<name>`.
pub(super) fn find(name: &str, alt: &str, folder: &Path) -> Result<Image, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if Path::new(name)
        .extension()
        .is_none_or(|extension| extension != "svg")
        || !name.chars().all(plain)
    {
        return Err(format!(
            "picture {name}: name an .svg file of content/images"
        ));
    }
    if alt.trim().is_empty() {
        return Err(format!(
            "picture {name}: say what it shows, for those who do not see it"
        ));
    }
    let svg = fs::read_to_string(folder.join(name))
        .map_err(|error| format!("picture {name}: {error}"))?;
    let (width, height) = size(&svg)
        .ok_or_else(|| format!("picture {name}: give its <svg> a viewBox=\"0 0 width height\""))?;
    Ok(Image {
        src: format!("/images/{name}"),
        alt: alt.to_owned(),
        width,
        height,
        caption: None,
        credit: None,
    })
}

fn size(svg: &str) -> Option<(u32, u32)> {
    let (_, rest) = svg.split_once("viewBox=\"0 0 ")?;
    let (width, rest) = rest.split_once(' ')?;
    let (height, _) = rest.split_once('"')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}
