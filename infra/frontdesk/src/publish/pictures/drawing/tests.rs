//! Drawings as they are published, and hostile ones.

use super::*;

fn published(svg: &str) -> Result<String, String> {
    let file = read("x", svg.as_bytes())?;
    let drawing = file
        .pictures
        .into_iter()
        .find(|picture| picture.media_type == "image/svg+xml");
    Ok(String::from_utf8(drawing.unwrap().content).unwrap())
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
        format!("{open}><style>g{{fill:url(https://other.example/x.svg#y)}}</style></svg>"),
    ] {
        let clean = published(&active).unwrap();
        for word in [
            "alert",
            "script",
            "onload",
            "foreignObject",
            "href=\"https",
            "@import",
            "other.example",
        ] {
            assert!(!clean.contains(word), "{word}: {clean}");
        }
    }
}

#[test]
fn a_drawing_keeps_its_pixels_and_has_the_size_of_its_root() {
    let svg = "<svg data-viewBox=\"0 0 9 9\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-1.5,0 119.6 40\"><symbol viewBox=\"0 0 1 1\"/><image href=\"data:image/png;base64,iVBORw0KGgo=\"/></svg>";

    let file = read("x", svg.as_bytes()).unwrap();

    assert_eq!((file.image.width, file.image.height), (120, 40));
    assert!(published(svg).unwrap().contains("iVBORw0KGgo="));
}

#[test]
fn words_of_a_drawing_stay_beside_each_other() {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 40\"><text>foot<tspan>print</tspan>s</text></svg>";

    let published = published(svg).unwrap();

    assert!(
        published.contains(">foot<tspan>print</tspan>s</text>"),
        "{published}"
    );
}

#[test]
fn a_drawing_of_shapes_is_shared_as_a_png_of_a_width_that_networks_show() {
    let shapes = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 300 200\"><rect width=\"300\" height=\"200\" fill=\"#00596b\"/></svg>";
    let words = shapes.replace("<rect", "<text>Foot</text><rect");

    let (picture, shared) = painted(shapes, "shared", 1200).unwrap();
    let png = image::load_from_memory(&picture.content).unwrap().to_rgb8();

    assert_eq!(shared.src, picture.address());
    assert_eq!((shared.width, shared.height), (1200, 800));
    assert_eq!(png.dimensions(), (1200, 800));
    let [red, green, blue] = png.get_pixel(600, 400).0;
    assert_eq!([red, green, blue], [0x00, 0x59, 0x6b]);
    assert!(painted(&words, "shared", 1200).is_none());
}

#[test]
fn hostile_drawings_are_refused_with_what_to_do() {
    let svg = |attributes: &str, inside: &str| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 10 10\" {attributes}>{inside}</svg>"
        )
    };
    let deep = format!("{}{}", "<g>".repeat(20_000), "</g>".repeat(20_000));
    let style = |css: &str| svg("", &format!("<style>{css}</style>"));
    for (svg, words) in [
        (svg("", &deep), "100 deep"),
        (svg("", &"<g/>".repeat(60_000)), "50000 elements"),
        (
            format!(
                "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{}",
                svg("", "<text>&x;</text>")
            ),
            "take its <!DOCTYPE",
        ),
        (
            "<s:svg xmlns:s=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 10 10\"/>".to_owned(),
            "without a prefix",
        ),
        (
            "<svg viewBox=\"0 0 10 10\"/>".to_owned(),
            "begin it with <svg xmlns",
        ),
        (
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 10000\"/>".to_owned(),
            "four times as high",
        ),
        (
            style("g{background:u\\72l(https://other.example)}"),
            "backslashes",
        ),
        (
            style("g{fill:image-set('https://other.example/x' 1x)}"),
            "image-set",
        ),
        (svg("style=\"fill:u\\72l(//x)\"", ""), "backslashes"),
    ] {
        let error = published(&svg).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
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
        let error = published(svg).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn what_takes_long_to_paint_is_not_painted() {
    let svg = |inside: &str| {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\">{inside}</svg>")
    };
    let layer = "<g opacity=\".5\"><rect width=\"9\" height=\"9\"/></g>";
    assert!(painted(&svg(&layer.repeat(20)), "shared", 1200).is_some());
    for slow in [
        svg(&layer.repeat(21)),
        svg(&"<rect width=\"9\" height=\"9\"/>".repeat(501)),
        svg("<style>g{opacity:.5}</style>"),
        svg(&format!("<style>{}</style>", "a b c{fill:red}".repeat(600))),
        svg("<clipPath id=\"c\"><rect width=\"9\" height=\"9\"/></clipPath>"),
        svg(layer).replace("0 0 100 100", "0 0 100 300"),
    ] {
        assert!(painted(&slow, "shared", 1200).is_none(), "{slow}");
    }
}
