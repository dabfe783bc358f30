//! What each page shows.

pub(crate) mod answers;
pub(crate) mod booking;
pub(crate) mod cancel;
pub(crate) mod decision;
mod done;
mod facts;
mod here;
pub(crate) mod lost;
pub(crate) mod month;
pub(crate) mod receipt;
pub(crate) mod steps;
pub(crate) mod times;
pub(crate) mod waitlist;

pub(crate) use done::Done;
pub(crate) use here::Here;

use maud::Markup;
use shared::pages::{Page, Section};

/// A page of somebody's own booking. It has no button to book: who wants to move a visit would book a second one.
fn own(title: &str, content: &Markup) -> Page {
    Page::new(title, content).in_section(Section::Booking)
}
