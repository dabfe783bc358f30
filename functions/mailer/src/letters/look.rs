//! How mails look: the clinic's colours by light and by dark, its logo, its language.

use shared::clinic::{Clinic, Color, Drawing};

/// What all mails of a clinic have in common.
#[derive(Debug)]
pub(super) struct Look {
    /// The language of its words, as a BCP 47 tag.
    pub(super) language: String,
    pub(super) light: Palette,
    pub(super) dark: Palette,
    /// The clinic's logo, with its whole address.
    pub(super) logo: Option<Drawing>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Palette {
    /// What is seen around the sheet.
    pub(super) page: Color,
    /// What the words stand on.
    pub(super) sheet: Color,
    /// Behind the card of facts.
    pub(super) card: Color,
    pub(super) ink: Color,
    pub(super) quiet: Color,
    pub(super) line: Color,
    pub(super) link: Color,
    pub(super) button: Color,
    pub(super) on_button: Color,
    /// Behind advice that must not be overlooked.
    pub(super) notice: Color,
}

/// What words need (WCAG 2.2, success criterion 1.4.3), and some more in the dark, where light words look thinner.
const LEGIBLE: f64 = 4.5;
const LEGIBLE_IN_THE_DARK: f64 = 6.0;

impl Look {
    /// The look of a clinic's mails. Its logo is at `site`, if that is known.
    pub(super) fn of(clinic: &Clinic, site: Option<&str>) -> Self {
        let logo = clinic.artwork().mail_logo.as_ref().zip(site);
        Self {
            language: clinic.language().to_owned(),
            light: Palette::light(clinic.brand().color),
            dark: Palette::dark(clinic.brand().color),
            logo: logo.map(|(logo, site)| Drawing {
                src: format!("{site}{}", logo.src),
                ..logo.clone()
            }),
        }
    }
}

impl Palette {
    fn light(brand: Color) -> Self {
        let ink = Color::new(0x1b, 0x24, 0x29);
        Self {
            page: Color::new(0xf4, 0xf3, 0xef),
            sheet: Color::WHITE,
            card: brand.tint(),
            ink,
            quiet: Color::new(0x4a, 0x56, 0x5c),
            line: Color::WHITE.mixed(ink, 16),
            link: brand,
            button: brand,
            on_button: Color::WHITE,
            notice: Color::new(0xff, 0xf1, 0xd6),
        }
    }

    fn dark(brand: Color) -> Self {
        let sheet = Color::new(0x1c, 0x23, 0x27);
        let words = Color::new(0xe9, 0xee, 0xef);
        let card = sheet.mixed(brand, 22);
        let link = brand.legible_on(card, LEGIBLE_IN_THE_DARK, Color::WHITE);
        Self {
            page: Color::new(0x12, 0x17, 0x1a),
            sheet,
            card,
            ink: words,
            quiet: words.mixed(sheet, 28),
            line: sheet.mixed(words, 22),
            link,
            button: link,
            on_button: sheet.legible_on(link, LEGIBLE, Color::BLACK),
            notice: Color::new(0x4a, 0x38, 0x14),
        }
    }
}
