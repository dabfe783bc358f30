//! Drawings: SVG files, cleaned of everything that is active, with the size that their `viewBox` gives.

use std::io::{self, Write};

use articles::{Picture, SharePicture};
use resvg::{
    tiny_skia::{Color, Pixmap, Transform},
    usvg::{self, roxmltree},
};

use super::{File, LARGEST, hash, sized};

/// The most pixels of a side.
const LONGEST_SIDE: f64 = 10_000.0;
/// How deep elements stand in each other at most. Drawing programs stay far below.
const DEEPEST: usize = 100;
/// How many elements and texts a drawing has, at most.
const MOST_NODES: u32 = 50_000;
/// How high a painted drawing is at most, as a multiple of its width.
const HIGHEST: u32 = 2;
/// What a drawing that is painted has, at most: elements, layers, and bytes of styles and other texts.
const MOST_PAINTED: usize = 500;
const MOST_LAYERS: usize = 20;
const LONGEST_STYLE: usize = 8 * 1024;
const SVG: &str = "http://www.w3.org/2000/svg";
/// The elements of a drawing that is painted to be shared. Others can take any time, or need fonts.
const PAINTED: [&str; 16] = [
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "style",
    "defs",
    "linearGradient",
    "radialGradient",
    "stop",
    "title",
    "desc",
];

/// Reads a drawing.
///
/// # Errors
/// When it cannot be published; what to do.
pub(super) fn read(stem: &str, bytes: &[u8]) -> Result<File, String> {
    if bytes.len() > LARGEST {
        return Err(too_large(bytes.len()));
    }
    let svg = std::str::from_utf8(bytes).map_err(|_| "save it as UTF-8".to_owned())?;
    // Some programs begin a file with a byte order mark.
    let svg = svg.trim_start_matches('\u{feff}');
    let source = parsed(svg)?;
    check(&source)?;
    check_styles(&source)?;
    let content = cleaned(svg)?;
    let document = parsed(&content)?;
    let size = size(&document)?;
    let picture = Picture {
        name: format!("{stem}-{}.svg", hash(content.as_bytes())),
        media_type: "image/svg+xml".to_owned(),
        content: content.into_bytes(),
    };
    Ok(File {
        image: sized(picture.address(), size),
        pictures: vec![picture],
        share_picture: None,
    })
}

fn too_large(length: usize) -> String {
    let kilobytes = length.div_ceil(1024);
    format!(
        "it has {kilobytes} KB, and 380 is the most: simplify its paths, or take pixels out of it"
    )
}

/// The elements. Entities that a document type declares could be anything, so that there are none.
fn parsed(svg: &str) -> Result<roxmltree::Document<'_>, String> {
    let options = roxmltree::ParsingOptions {
        nodes_limit: MOST_NODES,
        ..roxmltree::ParsingOptions::default()
    };
    roxmltree::Document::parse_with_options(svg, options).map_err(|error| match error {
        roxmltree::Error::DtdDetected => "take its <!DOCTYPE …> out".to_owned(),
        roxmltree::Error::NodesLimitReached => {
            format!("it has more than {MOST_NODES} elements: simplify it")
        }
        error => format!("it is not an SVG file: {error}"),
    })
}

fn check(document: &roxmltree::Document<'_>) -> Result<(), String> {
    let root = document.root_element();
    let name = root.tag_name();
    if (name.name(), name.namespace()) != ("svg", Some(SVG))
        || root.default_namespace() != Some(SVG)
    {
        return Err(format!(
            "begin it with <svg xmlns=\"{SVG}\">, without a prefix"
        ));
    }
    let mut elements = root.descendants();
    if elements.any(|element| element.ancestors().nth(DEEPEST).is_some()) {
        return Err(format!(
            "its elements are nested more than {DEEPEST} deep: ungroup some"
        ));
    }
    Ok(())
}

/// The drawing without scripts, handlers, links out of it, and foreign elements.
fn cleaned(svg: &str) -> Result<String, String> {
    let mut filter = svg_hush::Filter::new();
    filter.set_data_url_filter(svg_hush::data_url_filter::allow_standard_images);
    let mut clean = Bounded(Vec::new());
    let filtered = filter.filter(svg.as_bytes(), &mut clean);
    filtered.map_err(|error| match clean.0.len() {
        0..LARGEST => format!("it is not an SVG file: {error}"),
        length => too_large(length),
    })?;
    String::from_utf8(clean.0).map_err(|error| error.to_string())
}

/// Bytes up to the most that a picture has.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend(bytes);
        if self.0.len() > LARGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Styles that are written to hide what they load are refused: escapes, and functions that name pictures.
fn check_styles(document: &roxmltree::Document<'_>) -> Result<(), String> {
    let is_odd = |css: &str| {
        let css = css.to_ascii_lowercase();
        ["\\", "image-set", "image(", "@import", "expression"]
            .iter()
            .any(|word| css.contains(word))
    };
    let odd = document.descendants().any(|node| {
        let attributes = node.attributes().any(|attribute| {
            // Pictures inside a drawing are data, which may hold any signs.
            attribute.name() != "href" && is_odd(attribute.value())
        });
        let in_style = node.ancestors().any(|one| one.has_tag_name((SVG, "style")));
        attributes || in_style && node.is_text() && node.text().is_some_and(is_odd)
    });
    if odd {
        return Err(
            "take backslashes, @import, image() and image-set() out of its styles".to_owned(),
        );
    }
    Ok(())
}

/// Width and height in whole pixels.
fn size(document: &roxmltree::Document<'_>) -> Result<(u32, u32), String> {
    let view = document
        .root_element()
        .attribute("viewBox")
        .unwrap_or_default();
    let numbers = view.split([' ', ',']).filter(|number| !number.is_empty());
    let numbers: Vec<f64> = numbers.filter_map(|number| number.parse().ok()).collect();
    let size = match numbers[..] {
        [_, _, width, height] => pixels(width).zip(pixels(height)),
        _ => None,
    };
    let size = size.filter(|(width, height)| *width <= 10 * height && *height <= 4 * width);
    size.ok_or_else(|| {
        "give its <svg> a viewBox=\"0 0 width height\", each of 1 to 10000 pixels, at most ten times as wide as high and \
         four times as high as wide"
            .to_owned()
    })
}

/// The whole pixels of a length. `None` when no screen shows it.
fn pixels(length: f64) -> Option<u32> {
    let is_shown = (0.5..=LONGEST_SIDE).contains(&length);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is from 1 to 10,000"
    )]
    is_shown.then(|| length.round() as u32)
}

/// Whether a drawing is simple enough: each layer that is seen through takes as many pixels as the whole, and each rule of a
/// style is compared with each element.
fn is_quickly_painted(document: &roxmltree::Document<'_>) -> bool {
    let elements = || document.descendants().filter(roxmltree::Node::is_element);
    let styles = document.descendants().filter(roxmltree::Node::is_text);
    let styles: Vec<&str> = styles.filter_map(|text| text.text()).collect();
    let is_layer = |text: &str| {
        ["opacity", "clip", "mask", "filter", "blend"]
            .iter()
            .any(|word| text.contains(word))
    };
    let layers = elements().flat_map(|element| element.attributes());
    let layers =
        layers.filter(|attribute| is_layer(attribute.name()) || is_layer(attribute.value()));
    elements().all(|element| PAINTED.contains(&element.tag_name().name()))
        && elements().count() <= MOST_PAINTED
        && layers.count() <= MOST_LAYERS
        && styles.iter().map(|style| style.len()).sum::<usize>() <= LONGEST_STYLE
        && !styles.iter().any(|style| is_layer(style))
}

/// The drawing as a PNG on white, so many pixels wide: neither mail programs nor the networks that show links show an SVG.
/// `None` when it has more than shapes.
pub(super) fn painted(svg: &str, stem: &str, width: u32) -> Option<(Picture, SharePicture)> {
    let document = parsed(svg).ok()?;
    if !is_quickly_painted(&document) {
        return None;
    }
    let tree = usvg::Tree::from_xmltree(&document, &usvg::Options::default()).ok()?;
    let size = tree.size().to_int_size().scale_to_width(width)?;
    let (width, height) = (size.width(), size.height());
    if height > HIGHEST * width {
        return None;
    }
    let mut pixels = Pixmap::new(width, height)?;
    pixels.fill(Color::WHITE);
    let own = tree.size();
    #[expect(clippy::cast_precision_loss, reason = "sizes are a few thousand")]
    let scale = Transform::from_scale(width as f32 / own.width(), height as f32 / own.height());
    resvg::render(&tree, scale, &mut pixels.as_mut());
    let picture = Picture {
        name: format!("{stem}-{}.png", hash(svg.as_bytes())),
        media_type: "image/png".to_owned(),
        content: pixels.encode_png().ok()?,
    };
    let src = picture.address();
    let shared = SharePicture { src, width, height };
    (picture.content.len() <= LARGEST).then_some((picture, shared))
}

#[cfg(test)]
mod tests;
