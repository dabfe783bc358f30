//! What somebody has chosen so far, on the way to an appointment: by the links of the pages that lead there.

use jiff::Timestamp;
use shared::{
    clinic::{Clinic, Practitioner, Service},
    http::{Fields, query_string},
};

use super::{
    Look,
    fields::{PRACTITIONER, SERVICE, START},
};

/// What `practitioner` says in an address when anybody will do.
const ANYBODY: &str = "any";

/// What somebody has chosen so far. What cannot be chosen, or not any more, counts as not chosen.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Selection<'a> {
    pub(crate) service: Option<&'a Service>,
    pub(crate) who: Option<Who<'a>>,
    /// Where a time is looked for.
    pub(crate) look: Look,
    pub(crate) start: Option<Timestamp>,
}

/// Whom somebody would like to see.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Who<'a> {
    /// Anybody who offers the service and is free.
    Anybody,
    One(&'a Practitioner),
}

impl<'a> Who<'a> {
    pub(crate) fn practitioner(self) -> Option<&'a Practitioner> {
        match self {
            Self::Anybody => None,
            Self::One(practitioner) => Some(practitioner),
        }
    }
}

impl<'a> Selection<'a> {
    /// Reads what an address, or the form of a page, says.
    pub(crate) fn read(fields: &Fields, clinic: &'a Clinic) -> Self {
        let text = |name: &str| fields.peek(name).filter(|text| !text.is_empty());
        let service = text(SERVICE.name).and_then(|id| clinic.service(id));
        Self {
            service,
            who: service.and_then(|service| who(fields, service, clinic)),
            look: Look::read(fields),
            start: text(START.name).and_then(|start| start.parse().ok()),
        }
    }

    /// The address of the page on which it stands like this.
    pub(crate) fn address(&self, clinic: &Clinic) -> String {
        let text = |of: Option<String>| of.unwrap_or_default();
        let service = text(self.service.map(|service| service.id.to_string()));
        let who = text(self.who.map(|who| match who.practitioner() {
            Some(practitioner) => practitioner.id.to_string(),
            None => ANYBODY.to_owned(),
        }));
        let [(month, in_month), (day, on_day)] = self.look.query();
        let start = text(self.start.map(|start| clinic.local_time(start).to_string()));
        let query = query_string(&[
            (SERVICE.name, &service),
            (PRACTITIONER.name, &who),
            (month, &in_month),
            (day, &on_day),
            (START.name, &start),
        ]);
        if query.is_empty() {
            "/book".to_owned()
        } else {
            format!("/book?{query}")
        }
    }

    /// The selection with that step undone, `service`, `who` or `time`, or with the calendar at `month:2026-12` or
    /// `day:2026-12-01`. Changing the time opens the calendar on the day chosen before.
    pub(crate) fn changing(self, what: &str, clinic: &Clinic) -> Self {
        let untimed = self.without_time();
        match what {
            "service" => Self {
                service: None,
                ..untimed
            },
            "who" => Self {
                who: None,
                ..untimed
            },
            "time" => Self {
                look: self
                    .start
                    .map_or_else(Look::default, |start| Look::on(clinic.local_date(start))),
                ..untimed
            },
            look => Self {
                look: Look::at(look),
                ..untimed
            },
        }
    }

    /// The same before a time was chosen.
    pub(crate) fn without_time(self) -> Self {
        Self {
            look: Look::default(),
            start: None,
            ..self
        }
    }
}

fn who<'a>(fields: &Fields, service: &Service, clinic: &'a Clinic) -> Option<Who<'a>> {
    let offers = |one: &&Practitioner| service.practitioners.contains(&one.id);
    let mut offering = clinic.practitioners().iter().filter(offers);
    match fields.peek(PRACTITIONER.name) {
        Some("" | ANYBODY) => Some(Who::Anybody),
        Some(id) => offering.find(|one| one.id.as_str() == id).map(Who::One),
        // There is nobody else to choose.
        None => match (offering.next(), offering.next()) {
            (Some(one), None) => Some(Who::One(one)),
            _ => None,
        },
    }
}
