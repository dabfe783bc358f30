//! The context of a request.

use std::sync::Arc;

use jiff::Timestamp;
use shared::clinic::Clinic;

use crate::{links::ReviewLinks, message::Message};

/// The clinic as it is published, the present moment and staff's links.
pub(crate) struct Context<'a> {
    pub(crate) clinic: Arc<Clinic>,
    pub(crate) now: Timestamp,
    pub(crate) links: &'a ReviewLinks,
}

impl Context<'_> {
    /// The link to staff's page of the message. It works for as long as the message is kept.
    pub(crate) fn review_url(&self, message: &Message) -> String {
        let received_at = message.received_at;
        self.links.of(&message.reference, received_at, &self.clinic)
    }
}
