//! Links to practitioners' calendars: made, listed, revoked.

use jiff::Timestamp;
use shared::{audit::Action, store::Error, values::PractitionerId};

use super::Office;
use crate::store::StoredToken;

/// A link to a practitioner's calendar that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarLink {
    /// By which it is revoked. Nobody can guess the link from it.
    pub id: String,
    pub practitioner: PractitionerId,
    /// Whose calendar program it is for.
    pub label: Option<String>,
    pub made_at: Timestamp,
}

/// A link that was just made. It cannot be shown again: only its digest is stored, and `Debug` does not show it.
#[derive(Clone)]
pub struct MadeLink {
    pub link: CalendarLink,
    /// The address without that of the API: `/calendar/…/feed.ics?token=…`.
    pub path: String,
}

impl std::fmt::Debug for MadeLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MadeLink({:?} [redacted])", self.link)
    }
}

/// Why a link was not made or revoked.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    #[error("the clinic has no practitioner \"{0}\"")]
    NoPractitioner(PractitionerId),
    #[error("there is no such link: `frontdesk calendar list` shows what there is")]
    NotFound,
    #[error("the store did not take it")]
    Unavailable(#[from] Error),
}

impl Office {
    /// Makes a link to a practitioner's calendar. It works until it is revoked.
    ///
    /// # Errors
    /// [`CalendarError`].
    pub async fn make_calendar_link(
        &self,
        practitioner: &PractitionerId,
        label: Option<String>,
        now: Timestamp,
    ) -> Result<MadeLink, CalendarError> {
        if self.clinic.practitioner(practitioner.as_str()).is_none() {
            return Err(CalendarError::NoPractitioner(practitioner.clone()));
        }
        let (token, stored) = StoredToken::make(practitioner, label, now);
        let subject = vec![practitioner.to_string(), stored.id().to_owned()];
        let entry = self.entry(Action::MadeCalendarLink, subject, now)?;
        self.bookings.put_token(&stored, entry).await?;
        let path = format!("/calendar/{practitioner}/feed.ics?token={token}");
        let link = listed(stored);
        Ok(MadeLink { link, path })
    }

    /// The links to a practitioner's calendar, or to those of all, the oldest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn calendar_links(
        &self,
        only: Option<&PractitionerId>,
    ) -> Result<Vec<CalendarLink>, CalendarError> {
        let tokens = self.bookings.tokens().await?.into_iter();
        let tokens = tokens.filter(|token| only.is_none_or(|only| *only == token.practitioner));
        let mut links: Vec<CalendarLink> = tokens.map(listed).collect();
        links.sort_by_key(|link| link.made_at);
        Ok(links)
    }

    /// Revokes a link: from then on it is answered like a forged one.
    ///
    /// # Errors
    /// [`CalendarError`].
    pub async fn revoke_calendar_link(
        &self,
        id: &str,
        now: Timestamp,
    ) -> Result<CalendarLink, CalendarError> {
        let mut tokens = self.bookings.tokens().await?.into_iter();
        let token = tokens.find(|token| token.id() == id);
        let token = token.ok_or(CalendarError::NotFound)?;
        let subject = vec![token.practitioner.to_string(), id.to_owned()];
        let entry = self.entry(Action::RevokedCalendarLink, subject, now)?;
        self.bookings.delete_token(&token, entry).await?;
        Ok(listed(token))
    }
}

fn listed(token: StoredToken) -> CalendarLink {
    CalendarLink {
        id: token.id().to_owned(),
        practitioner: token.practitioner,
        label: token.label,
        made_at: token.made_at,
    }
}
