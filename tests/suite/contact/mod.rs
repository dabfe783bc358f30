//! The contact form, its quarantine, and staff's page of a message.

mod form;
mod limits;
mod quarantine;
mod review;
mod submit;
