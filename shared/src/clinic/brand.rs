//! The look of the clinic's pages: `[brand]`.

use serde::Deserialize;
use toml::Spanned;

use super::{artwork::Artwork, mistake::Reader};

/// The look of the clinic's pages.
#[derive(Clone, Copy, Debug)]
pub struct Brand {
    /// The colour of buttons and links, also behind their words.
    pub color: Color,
    /// Of small ornaments that hold no words.
    pub accent: Color,
    pub font: Font,
    /// How round corners are, in CSS pixels.
    pub radius: u8,
}

/// The kind of typeface. Each stands for typefaces that phones and computers have, so that none is loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Font {
    /// The one of the reader's system.
    #[default]
    System,
    /// Sans-serif with the forms of handwriting.
    Humanist,
    Rounded,
    /// Serifs in headings, the system's own in the text.
    Serif,
}

/// A colour in sRGB, with a byte for each of red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color([u8; 3]);

/// The least contrast of words with what is behind them (WCAG 2.2, success criterion 1.4.3).
const LEGIBLE: f64 = 4.5;
const ROUNDEST: u8 = 24;

impl Color {
    pub const WHITE: Self = Self([255; 3]);
    pub const BLACK: Self = Self([0; 3]);

    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Reads `#00596b`. `None` when it is no colour.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6)?;
        let is_hex = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let [_, red, green, blue] = u32::from_str_radix(hex, 16).ok()?.to_be_bytes();
        is_hex.then_some(Self([red, green, blue]))
    }

    /// The contrast ratio of the two, from 1 to 21 (WCAG 2.2).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// This colour with a share of another in it, from 0 to 100 %.
    #[must_use]
    pub fn mixed(self, other: Self, percent: u8) -> Self {
        let percent = u16::from(percent.min(100));
        let mut mixed = self.0;
        for (channel, with) in mixed.iter_mut().zip(other.0) {
            let sum = u16::from(*channel) * (100 - percent) + u16::from(with) * percent;
            *channel = u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX);
        }
        Self(mixed)
    }

    /// This colour with as little as possible of `toward` in it, so that it has that contrast with `ground`.
    #[must_use]
    pub fn legible_on(self, ground: Self, contrast: f64, toward: Self) -> Self {
        let mixed = (0..=100).map(|percent| self.mixed(toward, percent));
        let mut legible = mixed.filter(|color| color.contrast(ground) >= contrast);
        legible.next().unwrap_or(toward)
    }

    /// What is behind words in highlighted places of a page with this colour.
    #[must_use]
    pub fn tint(self) -> Self {
        Self::WHITE.mixed(self, 9)
    }

    /// The relative luminance, from 0 to 1: <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>
    fn luminance(self) -> f64 {
        let linear = self.0.map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        });
        let [red, green, blue] = linear;
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl std::fmt::Display for Color {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Default for Brand {
    fn default() -> Self {
        Self {
            color: Color::new(0x17, 0x50, 0x70),
            accent: Color::new(0xd9, 0x77, 0x2b),
            font: Font::System,
            radius: 10,
        }
    }
}

#[derive(Deserialize, Default)]
pub(super) struct BrandTable {
    color: Option<Spanned<String>>,
    accent: Option<Spanned<String>>,
    font: Option<Spanned<String>>,
    radius: Option<Spanned<u8>>,
    logo: Option<String>,
    icon: Option<String>,
    picture: Option<String>,
}

impl BrandTable {
    /// The files of the clinic's own pictures.
    pub(super) fn artwork(&self) -> Artwork<String> {
        Artwork {
            logo: self.logo.clone(),
            mail_logo: None,
            icon: self.icon.clone(),
            picture: self.picture.clone(),
        }
    }
}

pub(super) fn brand(table: BrandTable, reader: &mut Reader<'_>) -> Brand {
    let plain = Brand::default();
    let mut color = |text: Option<Spanned<String>>, field: &str, usual: Color| {
        let Some(text) = text else {
            return (usual, 0..0);
        };
        let color = Color::parse(text.get_ref());
        if color.is_none() {
            let message = "write a colour as \"#00596b\"";
            reader.wrong(&text.span(), field, message);
        }
        (color.unwrap_or(usual), text.span())
    };
    let (accent, _) = color(table.accent, "brand.accent", plain.accent);
    let (color, place) = color(table.color, "brand.color", plain.color);
    let contrast = color.contrast(color.tint());
    if contrast < LEGIBLE && reader.is_strict() {
        let mixed = (0..=100).map(|percent| color.mixed(Color::BLACK, percent));
        let mut darker = mixed.filter(|color| color.contrast(color.tint()) >= LEGIBLE);
        let darker = darker.next().unwrap_or(Color::BLACK);
        let message = format!(
            "links of this colour are hard to read: their contrast is {contrast:.1}, and words need {LEGIBLE}. {darker} is the \
             same colour, dark enough"
        );
        reader.wrong(&place, "brand.color", message);
    }
    let font = table
        .font
        .and_then(|font| reader.choice(&font, "brand.font", Font::System));
    let radius = table.radius.map_or(plain.radius, |radius| {
        if *radius.get_ref() > ROUNDEST && reader.is_strict() {
            let message = format!("use 0 to {ROUNDEST} pixels");
            reader.wrong(&radius.span(), "brand.radius", message);
        }
        radius.into_inner().min(ROUNDEST)
    });
    Brand {
        color,
        accent,
        font: font.unwrap_or_default(),
        radius,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ratios as the W3C's documents and well-known checkers give them.
    #[test]
    fn contrasts_are_those_of_wcag() {
        for (one, other, ratio) in [
            ("#000000", "#ffffff", 21.0),
            ("#777777", "#ffffff", 4.48),
            ("#767676", "#ffffff", 4.54),
            ("#ff0000", "#ffffff", 4.0),
        ] {
            let (one, other) = (Color::parse(one).unwrap(), Color::parse(other).unwrap());
            let contrast = one.contrast(other);
            assert!((contrast - ratio).abs() < 0.005, "{one} {other} {contrast}");
        }
    }

    #[test]
    fn what_is_not_a_colour_is_refused() {
        for text in ["", "#fff", "00596b", "#00596", "#00596g", "#+0596b", "red"] {
            assert_eq!(Color::parse(text), None, "{text}");
        }
        assert_eq!(Color::parse("#00596B"), Some(Color::new(0, 0x59, 0x6b)));
    }

    #[test]
    fn a_colour_becomes_legible_on_any_ground() {
        for color in ["#ffcc00", "#00596b", "#102030", "#ff66cc", "#888888"] {
            let color = Color::parse(color).unwrap();
            let (light, dark) = (Color::WHITE, Color::new(20, 24, 26));

            let on_light = color.legible_on(light, LEGIBLE, Color::BLACK);
            let on_dark = color.legible_on(dark, LEGIBLE, Color::WHITE);

            assert!(on_light.contrast(light) >= LEGIBLE, "{on_light}");
            assert!(on_dark.contrast(dark) >= LEGIBLE, "{on_dark}");
        }
    }
}
