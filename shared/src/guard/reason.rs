//! Why a message or a booking is suspicious.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a message or a booking is suspicious.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SuspicionReason)]
pub enum Reason {
    HiddenField,
    FilledInTooFast,
    ForgedToken,
    NoProofOfWork,
    WrongProofOfWork,
    ProofOfWorkUsedBefore,
    TokenUsedBefore,
    BusyAddress,
    BusyPerson,
    ForeignPage,
    LinkInName,
    Links,
    Markup,
    Capitals,
    RepeatedText,
    /// A reason that another version has noted.
    #[serde(other)]
    Unknown,
}

impl Reason {
    /// The reason as staff read it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::HiddenField => {
                "a field that people do not see was filled in (some password managers do that)"
            }
            Self::FilledInTooFast => "the form was filled in faster than a person types",
            Self::ForgedToken => "the form's token is not one of ours",
            Self::NoProofOfWork => {
                "it came without the token of our form and without proof of work"
            }
            Self::WrongProofOfWork => "its proof of work is wrong",
            Self::ProofOfWorkUsedBefore => "its proof of work was used before, which programs do",
            Self::TokenUsedBefore => "the token of its form was used before, which programs do",
            Self::BusyAddress => "many came from the same network (a school or an office, perhaps)",
            Self::BusyPerson => "many came under the same email address or phone number",
            Self::ForeignPage => "it was sent from a page of another website",
            Self::LinkInName => "the name holds a link",
            Self::Links => "it holds links",
            Self::Markup => "it holds links in the markup of forums",
            Self::Capitals => "it is written in capitals",
            Self::RepeatedText => "it repeats the same words",
            Self::Unknown => "another version of this program found it suspicious",
        }
    }
}
