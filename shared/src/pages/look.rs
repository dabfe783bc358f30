//! The stylesheet of every page: ours, behind the custom properties that a clinic's brand sets. And the icon of browsers' tabs.

use std::{fmt::Write as _, sync::LazyLock};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use maud::html;
use sha2::{Digest, Sha256};

use crate::clinic::{Brand, Color, Font};

const SHEET: &str = include_str!("assets/style.css");
static SHEET_DIGEST: LazyLock<String> = LazyLock::new(|| digest(SHEET.as_bytes()));

/// The name of the stylesheet, which changes with its content.
pub(super) fn sheet_name(brand: Brand) -> String {
    let own = digest(properties(brand).as_bytes());
    format!("style-{}{own}.css", *SHEET_DIGEST)
}

/// The stylesheet of a clinic's pages.
pub(super) fn sheet(brand: Brand) -> String {
    properties(brand) + SHEET
}

/// The name of the icon, which changes with its content.
pub(super) fn icon_name(brand: Brand, clinic: &str) -> String {
    format!("icon-{}.svg", digest(icon(brand, clinic).as_bytes()))
}

/// The icon of browsers' tabs: the first letter of the clinic's name on its colour.
pub(super) fn icon(brand: Brand, clinic: &str) -> String {
    let letter = clinic.chars().find(|c| c.is_alphanumeric());
    let letter: String = letter.into_iter().flat_map(char::to_uppercase).collect();
    let radius = u32::from(brand.radius) * 2;
    let markup = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" {
            rect width="64" height="64" rx=(radius.min(32)) fill=(brand.color);
            text x="32" y="46" text-anchor="middle" font-family="system-ui, sans-serif" font-weight="700" font-size="40" fill="#fff" { (letter) }
        }
    };
    markup.into_string()
}

/// The first 48 bits of the SHA-256 of the content, for a name.
pub(super) fn digest(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    URL_SAFE_NO_PAD.encode(digest.get(..6).unwrap_or_default())
}

/// The colours of the pages, by light or by dark.
struct Palette {
    paper: Color,
    card: Color,
    wash: Color,
    tint: Color,
    ink: Color,
    quiet: Color,
    line: Color,
    hairline: Color,
    brand: Color,
    brand_strong: Color,
    on_brand: Color,
    accent: Color,
    danger: Color,
    good: Color,
}

/// The least contrast of a border that shows where to type (WCAG 2.2, success criterion 1.4.11), and some more.
const VISIBLE: f64 = 3.2;
/// More than what words need, since light words on a dark page look thinner.
const LEGIBLE_IN_THE_DARK: f64 = 6.0;

impl Palette {
    fn light(brand: Brand) -> Self {
        let paper = Color::new(0xfd, 0xfc, 0xf9);
        let ink = Color::new(0x1b, 0x24, 0x29);
        Self {
            paper,
            card: Color::WHITE,
            wash: paper.mixed(brand.color, 6),
            tint: brand.color.tint(),
            ink,
            quiet: Color::new(0x4a, 0x56, 0x5c),
            line: Color::new(0x74, 0x81, 0x87),
            hairline: paper.mixed(ink, 14),
            brand: brand.color,
            brand_strong: brand.color.mixed(Color::BLACK, 25),
            on_brand: Color::WHITE,
            accent: brand.accent,
            danger: Color::new(0xa3, 0x26, 0x1a),
            good: Color::new(0x1e, 0x7a, 0x46),
        }
    }

    fn dark(brand: Brand) -> Self {
        let paper = Color::new(0x13, 0x18, 0x1b);
        let card = Color::new(0x1a, 0x20, 0x24);
        let ink = Color::new(0xe9, 0xee, 0xef);
        let tint = card.mixed(brand.color, 30);
        let color = brand
            .color
            .legible_on(tint, LEGIBLE_IN_THE_DARK, Color::WHITE);
        Self {
            paper,
            card,
            wash: paper.mixed(brand.color, 12),
            tint,
            ink,
            quiet: Color::new(0xb1, 0xbd, 0xc2),
            line: Color::new(0x8b, 0x99, 0xa0),
            hairline: paper.mixed(ink, 18),
            brand: color,
            brand_strong: color.mixed(Color::WHITE, 30),
            on_brand: Color::new(0x0c, 0x12, 0x15),
            accent: brand.accent.legible_on(paper, VISIBLE, Color::WHITE),
            danger: Color::new(0xff, 0xa3, 0x97),
            good: Color::new(0x7b, 0xd8, 0x9f),
        }
    }

    fn named(&self) -> [(&'static str, Color); 14] {
        [
            ("paper", self.paper),
            ("card", self.card),
            ("wash", self.wash),
            ("tint", self.tint),
            ("ink", self.ink),
            ("quiet", self.quiet),
            ("line", self.line),
            ("hairline", self.hairline),
            ("brand", self.brand),
            ("brand-strong", self.brand_strong),
            ("on-brand", self.on_brand),
            ("accent", self.accent),
            ("danger", self.danger),
            ("good", self.good),
        ]
    }

    fn declared(&self) -> String {
        let mut text = String::new();
        for (name, color) in self.named() {
            // Writing to a string never fails.
            let _ = write!(text, "--{name}:{color};");
        }
        text
    }
}

fn properties(brand: Brand) -> String {
    let (font, heading_font) = typefaces(brand.font);
    let (light, dark) = (Palette::light(brand), Palette::dark(brand));
    format!(
        ":root{{color-scheme:light dark;--measure:42rem;--wide:72rem;--font:{font};--heading-font:{heading_font};\
         --radius:{}px;{}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}\n",
        brand.radius,
        light.declared(),
        dark.declared()
    )
}

/// The typefaces of the text and of headings: those that systems have, the best first.
fn typefaces(font: Font) -> (&'static str, &'static str) {
    const SYSTEM: &str = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif";
    const HUMANIST: &str =
        "Seravek,'Gill Sans Nova',Ubuntu,Calibri,'Noto Sans','DejaVu Sans',sans-serif";
    const ROUNDED: &str = "ui-rounded,'Hiragino Maru Gothic ProN',Quicksand,Comfortaa,Manjari,'Arial Rounded MT Bold',Nunito,sans-serif";
    const SERIF: &str =
        "'Iowan Old Style','Palatino Linotype','URW Palladio L',P052,'Noto Serif',serif";
    match font {
        Font::System => (SYSTEM, SYSTEM),
        Font::Humanist => (HUMANIST, HUMANIST),
        Font::Rounded => (SYSTEM, ROUNDED),
        Font::Serif => (SYSTEM, SERIF),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Words need 4.5, whatever is behind them on a page; borders and signs need 3 (WCAG 2.2, 1.4.3 and 1.4.11).
    fn assert_legible(palette: &Palette) {
        let grounds = [palette.paper, palette.card, palette.wash, palette.tint];
        let words = [palette.ink, palette.quiet, palette.brand, palette.danger];
        for ground in grounds {
            for color in words {
                let contrast = color.contrast(ground);
                assert!(contrast >= 4.5, "{color} on {ground}: {contrast}");
            }
            for color in [palette.line, palette.good] {
                let contrast = color.contrast(ground);
                assert!(contrast >= 3.0, "{color} on {ground}: {contrast}");
            }
        }
        for button in [palette.brand, palette.brand_strong] {
            let contrast = palette.on_brand.contrast(button);
            assert!(
                contrast >= 4.5,
                "{} on {button}: {contrast}",
                palette.on_brand
            );
        }
    }

    proptest! {
        #[test]
        fn words_of_every_colour_that_may_be_published_are_legible(red: u8, green: u8, blue: u8) {
            let given = Color::new(red, green, blue);
            let color = (0..=100)
                .map(|percent| given.mixed(Color::BLACK, percent))
                .find(|color| color.contrast(color.tint()) >= 4.5)
                .unwrap();
            let brand = Brand { color, ..Brand::default() };

            assert_legible(&Palette::light(brand));
            assert_legible(&Palette::dark(brand));
        }
    }

    #[test]
    fn words_of_a_black_brand_are_legible() {
        let brand = Brand {
            color: Color::BLACK,
            ..Brand::default()
        };

        assert_legible(&Palette::light(brand));
        assert_legible(&Palette::dark(brand));
    }

    #[test]
    fn the_name_of_the_sheet_changes_with_the_brand() {
        let plain = Brand::default();
        let round = Brand {
            radius: 20,
            ..plain
        };

        assert_eq!(sheet_name(plain), sheet_name(plain));
        assert_ne!(sheet_name(plain), sheet_name(round));
    }
}
