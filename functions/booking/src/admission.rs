//! Who may book how much, and what makes a booking suspicious.

use shared::{
    clinic::ProofOfWork,
    guard::{Admission, Attempt, HONEYPOT, Reason, Sender, Verdict, proof::Proof},
    http::Fields,
};

use crate::{BookingDesk, booking::Patient, context::Context};

impl BookingDesk {
    /// What decides about a booking or an entry in the waiting list, besides what only the store knows.
    pub(crate) fn admission(
        &self,
        fields: &Fields,
        patient: &Patient,
        attempt: Attempt,
        sender: Sender,
        context: &Context<'_>,
    ) -> Admission {
        let clinic = &context.clinic;
        let asked = clinic.contact().screening.proof_of_work;
        let proof = self.proofs.given(fields, asked, context.now);
        let reasons = suspicions(fields, &proof, asked);
        let person = context.person(patient);
        let table = self.bookings.table.clone();
        let limits = clinic.persons();
        let mut hard_counts = person.bookings(&table, limits.bookings_per_week);
        hard_counts.extend(person.mails(self.bookings.outbox.table(), limits.mails_per_day));
        Admission {
            attempt,
            sender,
            verdict: Verdict::new(reasons.clone(), !reasons.is_empty()),
            limits: clinic.booking().limits,
            once: match proof {
                Proof::Good(solved) => Some(solved.into()),
                Proof::None | Proof::Wrong => None,
            },
            soft_counts: Vec::new(),
            hard_counts,
            table,
        }
    }
}

/// Why a booking is suspicious, by how it was sent. No form of a booking has a token that could stand in for a proof.
fn suspicions(fields: &Fields, proof: &Proof, asked: ProofOfWork) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if !fields.is_blank(HONEYPOT) {
        reasons.push(Reason::HiddenField);
    }
    match proof {
        Proof::Wrong => reasons.push(Reason::WrongProofOfWork),
        Proof::None if asked == ProofOfWork::RequiredWithoutToken => {
            reasons.push(Reason::NoProofOfWork);
        }
        Proof::None | Proof::Good(_) => {}
    }
    reasons
}
