//! The outbox: every mail that was sent, to look at.

mod mails;
mod page;
pub(super) mod routes;
mod sent;

pub(super) use self::{mails::SentMails, sent::SentMail};
