//! The site that pages belong to.

use jiff::Timestamp;

use super::{layout::laid_out, page::Page};
use crate::{
    clinic::{Clinic, PublishedClinic},
    clock::Clock,
    telemetry::Causes,
};

/// Whose pages are laid out, and what time it is.
#[derive(Clone)]
pub struct Site {
    clinic: PublishedClinic,
    clock: Clock,
}

/// A page with its frame around it.
pub(crate) struct LaidOut {
    pub(crate) html: String,
    /// The origins that may show it in a frame.
    pub(crate) framed_by: Vec<String>,
}

impl Site {
    #[must_use]
    pub fn new(clinic: PublishedClinic, clock: Clock) -> Self {
        Self { clinic, clock }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The page with the clinic's name, number and hours around it; without them, while the clinic cannot be read.
    pub(crate) async fn lay_out(&self, page: &Page) -> LaidOut {
        let clinic = self.clinic.current().await;
        if let Err(error) = &clinic {
            tracing::error!(error = %Causes(error), "a page is laid out without its clinic");
        }
        let clinic = clinic.ok();
        let framed_by = clinic.as_deref().map(Clinic::embed_origins);
        LaidOut {
            html: laid_out(page, clinic.as_deref(), self.now()),
            framed_by: framed_by.unwrap_or_default().to_vec(),
        }
    }
}
