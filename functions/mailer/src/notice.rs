//! The notice to staff about a mail that does not reach its reader.

use shared::{
    outbox::{About, Audience, Failure, Kind, Letter, Person, StoredMail},
    store,
};

use crate::Mailer;

/// The revisions that staff's first mail can have: 1 for a booking that began as an offer to the waiting list.
const FIRST: [u32; 2] = [0, 1];

impl Mailer {
    /// What staff read about a mail that does not reach its reader: for a patient's or visitor's, whom to call. `None` when
    /// staff are not told of such a mail.
    pub(crate) async fn notice(
        &self,
        mail: &StoredMail,
        reason: &str,
        is_complaint: bool,
    ) -> Result<Option<Letter>, store::Error> {
        let person = self.person_of(mail).await?;
        Ok(mail.letter.undelivered(Failure {
            id: &mail.id,
            reason,
            person,
            is_complaint,
        }))
    }

    /// Who wrote or booked. Mails to visitors do not name them, so the name comes from staff's first mail about the same
    /// message or booking. `None` for a mail to staff, and when that first mail is gone or cannot be read.
    async fn person_of(&self, mail: &StoredMail) -> Result<Option<Person>, store::Error> {
        let kind = mail.letter.kind();
        if let (Audience::Visitor, Some(person)) = (kind.audience(), mail.letter.person()) {
            return Ok(Some(person));
        }
        let Some(reference) = mail.letter.reference() else {
            return Ok(None);
        };
        let staffs = match (kind.audience(), kind.about()) {
            (Audience::Visitor, About::Booking) => Kind::BookingToStaff,
            (Audience::Visitor, About::Message) => Kind::MessageToStaff,
            _ => return Ok(None),
        };
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
