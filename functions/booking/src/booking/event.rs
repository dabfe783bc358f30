//! What can happen to a booking.

use shared::values::FreeText;

use super::{Claim, Proposal};

/// Something that happens to a booking.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// Staff answer a request with yes, no, or another time.
    Answer {
        answer: StaffAnswer,
        /// The revision of the booking that they saw, if their page said so.
        seen: Option<u32>,
    },
    /// The patient takes a start that was proposed.
    Accept(Choice),
    /// The patient wants another start.
    Move(Choice),
    /// The patient calls it off.
    Cancel { reason: Option<FreeText> },
    /// The patient takes the time that is held for them.
    TakeOffer,
    /// The patient leaves the waiting list, and with it the time that is held for them.
    LetGo,
    /// The time to answer is over.
    Expire,
    /// The time that is held for a patient cannot be had any more.
    Retract,
    /// The practitioner is away then: the patient is asked to choose another time.
    Displace,
    /// The practitioner is there after all.
    Restore,
    /// The patient did not come.
    MissVisit,
}

impl Event {
    /// The time that it takes, if it takes one.
    pub(crate) fn takes(&self) -> Option<&Claim> {
        match self {
            Self::Accept(choice) | Self::Move(choice) => Some(&choice.claim),
            Self::Answer { .. }
            | Self::Cancel { .. }
            | Self::TakeOffer
            | Self::LetGo
            | Self::Expire
            | Self::Retract
            | Self::Displace
            | Self::Restore
            | Self::MissVisit => None,
        }
    }
}

/// What staff answer to a request.
#[derive(Clone, Debug)]
pub(crate) enum StaffAnswer {
    /// They confirm it as it was asked for.
    Confirm,
    /// They cannot offer it, and propose nothing else.
    Decline { note: Option<FreeText> },
    /// They ask for another start, one of these.
    Propose {
        starts: Vec<Proposal>,
        note: Option<FreeText>,
    },
}

/// A time that a patient could have, and all that would do as well.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) claim: Claim,
    pub(super) among: Vec<Claim>,
}

impl Choice {
    /// Each of the times in turn.
    pub(crate) fn each(claims: Vec<Claim>) -> impl Iterator<Item = Self> {
        let among = claims.clone();
        claims.into_iter().map(move |claim| Self {
            claim,
            among: among.clone(),
        })
    }
}
