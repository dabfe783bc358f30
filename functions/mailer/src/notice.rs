//! The notice to staff about a mail that does not reach its reader.

use shared::{
    outbox::{About, Audience, Kind, Letter, Person, StoredMail},
    store,
};

use crate::Mailer;

const FIRST: [u32; 2] = [0, 1];

impl Mailer {
    /// What staff read about a mail that does not reach its reader: for a patient's or visitor's, whom to call. `None` when
    /// staff are not told of such a mail.
    pub(crate) async fn notice(
        &self,
        mail: &StoredMail,
        reason: &str,
    ) -> Result<Option<Letter>, store::Error> {
        let person = self.person_of(mail).await?;
        Ok(mail.letter.undelivered(reason, person))
    }

    /// Who wrote or booked. Mails to them do not say it, and staff's own mail about the same thing does. `None` for a mail
    /// to staff, which may be refused for what it says, and when staff's mail is gone.
    async fn person_of(&self, mail: &StoredMail) -> Result<Option<Person>, store::Error> {
        let kind = mail.letter.kind();
        let Some(reference) = mail.letter.reference() else {
            return Ok(None);
        };
        let staffs = match (kind.audience(), kind.about()) {
            (Audience::Visitor, About::Booking) => Kind::BookingToStaff,
            (Audience::Visitor, About::Message) => Kind::MessageToStaff,
            _ => return Ok(None),
        };
        // Staff's first mail about it; a booking that began as an offer has it from when the offer was taken.
        for revision in FIRST {
            match self.outbox.find(reference, staffs, revision).await {
                Ok(Some(first)) => return Ok(first.letter.person()),
                // What this version cannot read, it cannot name.
                Ok(None) | Err(store::Error::Unreadable { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}
