//! Addresses that mail came back from: they are not written to until staff say so.

use aws_sdk_sesv2::operation::delete_suppressed_destination::DeleteSuppressedDestinationError;
use shared::{
    outbox::{Audience, StoredMail},
    store::{self, Write},
    telemetry::Causes,
    values::EmailAddress,
};

use crate::Mailer;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Address,
}

impl Mailer {
    /// Why a visitor's address is not written to, if mail came back from it and staff have not said since that it may be.
    /// When they have, SES is told to deliver to it again.
    pub(crate) async fn held_back(
        &self,
        mail: &StoredMail,
    ) -> Result<Option<String>, store::Error> {
        if mail.letter.kind().audience() == Audience::Staff {
            return Ok(None);
        }
        let now = self.clock.now();
        let Some(returned) = self.outbox.returned(&mail.to, now).await? else {
            return Ok(None);
        };
        if returned.is_held_back() {
            let reason = "we do not write to this address any more";
            return Ok(Some(format!("{reason}: {}", returned.reason)));
        }
        if returned.is_to_be_cleared() && self.cleared_at_ses(&mail.to).await {
            let mut write = Write::of("address");
            write.add(Part::Address, self.outbox.cleared(&mail.to, now));
            // The mark only saves a call: without it, the next mail asks SES again.
            if let Err(error) = write.commit(self.outbox.client()).await {
                tracing::warn!(error = %Causes(&error), "an address was not marked as cleared");
            }
        }
        Ok(None)
    }

    /// Takes an address off the account's suppression list. Returns whether it is not on it now.
    async fn cleared_at_ses(&self, address: &EmailAddress) -> bool {
        let deleted = self.ses.delete_suppressed_destination();
        let deleted = deleted.email_address(address.as_str()).send().await;
        let Err(error) = deleted else {
            return true;
        };
        let refused = error.as_service_error();
        if refused.is_some_and(DeleteSuppressedDestinationError::is_not_found_exception) {
            return true;
        }
        let code = refused.and_then(|refused| refused.meta().code());
        tracing::warn!(
            code,
            "SES may keep back mails to an address that may be written to again"
        );
        false
    }
}
