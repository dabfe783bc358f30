//! Pictures as pages show them.

use maud::{Markup, html};

use crate::article::Image;

/// Where a picture stands on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// On top of an article.
    Top,
    /// In the text of an article.
    InText,
    /// Beside a title, which says what it is about.
    OnCard,
}

/// A picture in as many pixels as its place needs. It does not move the page when it comes.
#[must_use]
pub fn picture(image: &Image, shown: Shown) -> Markup {
    // As the style sheet has them: `--measure` and `.cards`.
    let (alt, sizes) = match shown {
        Shown::Top | Shown::InText => (image.alt.as_str(), "(min-width: 48rem) 42rem, 100vw"),
        Shown::OnCard => ("", "(min-width: 48rem) 22rem, 100vw"),
    };
    let sizes = image.srcset.as_ref().map(|_| sizes);
    let loading = (shown != Shown::Top).then_some("lazy");
    let img = html! {
        img src=(image.src) srcset=[&image.srcset] sizes=[sizes] alt=(alt) width=(image.width) height=(image.height)
            loading=[loading];
    };
    html! {
        @match image.webp_srcset() {
            Some(webp) => picture { source type="image/webp" srcset=(webp) sizes=[sizes]; (img) },
            None => (img),
        }
    }
}
