//! The pages of the clinic: one layout, one stylesheet, one set of words for all functions.
//!
//! A function makes a [`Page`]: a title and what stands under it. The HTTP edge lays it out with the published clinic's
//! name, phone number, hours and colours.

mod assets;
mod hours;
mod layout;
mod look;
mod page;
mod returned;
mod site;

pub use assets::{Asset, Script};
pub use hours::hours;
pub use page::{Card, CardImage, Keeping, Page, Section, map_address, phone};
pub use returned::ReturnedAddress;
pub use site::Site;
