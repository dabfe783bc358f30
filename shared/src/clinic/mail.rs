//! Whom the clinic's mail comes from, and where staff read theirs.

use crate::values::EmailAddress;

/// Whom mail comes from, and where staff's mail goes.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The sender of every mail: an address of a domain that SES has verified.
    pub from: EmailAddress,
    /// The sender's display name, in ASCII.
    pub from_name: String,
    /// The address at which staff read their mail.
    pub staff: EmailAddress,
}

impl MailSettings {
    /// The domain that mail comes from.
    #[must_use]
    pub fn domain(&self) -> &str {
        let from = self.from.as_str();
        from.rsplit_once('@').map_or(from, |(_, domain)| domain)
    }
}
