//! What somebody waits for.

use jiff::civil::Date;
use shared::{
    clinic::Clinic,
    values::{PractitionerId, ServiceId},
};

use crate::time::Search;

/// What somebody waits for. It never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) service: ServiceId,
    /// `None` is any practitioner who offers the service.
    pub(crate) practitioner: Option<PractitionerId>,
    /// The first day that suits them, in the clinic's time zone.
    pub(crate) from: Date,
    /// The last day that suits them.
    pub(crate) to: Date,
}

impl Wanted {
    /// A search for it within these days. `None` when the days do not meet, or nobody offers the service any more.
    pub(crate) fn search<'a>(
        &self,
        (from, to): (Date, Date),
        clinic: &'a Clinic,
    ) -> Option<Search<'a>> {
        let (from, to) = (from.max(self.from), to.min(self.to));
        let service = clinic.service(self.service.as_str())?;
        let mut practitioners: Vec<_> = clinic.offering(service).collect();
        let wanted = self.practitioner.as_ref();
        practitioners.retain(|one| wanted.is_none_or(|wanted| *wanted == one.id));
        (from <= to && !practitioners.is_empty()).then_some(Search {
            service,
            practitioners,
            from,
            to,
        })
    }
}
