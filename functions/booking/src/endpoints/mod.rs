//! A file for each route, named after what the caller does or asks for. `opened`, `refused` and `times`
//! are no routes: several of them share these.

pub(crate) mod accept;
pub(crate) mod availability;
pub(crate) mod book;
pub(crate) mod cancel;
pub(crate) mod consider;
pub(crate) mod decide;
pub(crate) mod invite;
pub(crate) mod join;
pub(crate) mod leave;
pub(crate) mod miss;
mod opened;
pub(crate) mod reason;
pub(crate) mod recover;
mod refused;
pub(crate) mod request;
pub(crate) mod reschedule;
pub(crate) mod services;
pub(crate) mod show;
pub(crate) mod subscribe;
mod times;
pub(crate) mod wait;
pub(crate) mod write_again;
