//! Why a message is suspicious.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a message is suspicious.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = QuarantineReason)]
pub(crate) enum Reason {
    HiddenField,
    FilledInTooFast,
    ForgedToken,
    NoProofOfWork,
    WrongProofOfWork,
    ProofOfWorkUsedBefore,
    BusyAddress,
    LinkInName,
    Links,
    Markup,
    Capitals,
    RepeatedText,
}

impl Reason {
    /// The reason as staff read it.
    pub(crate) fn words(self) -> &'static str {
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
            Self::ProofOfWorkUsedBefore => {
                "its proof of work was used for another message before, which programs do"
            }
            Self::BusyAddress => {
                "many messages came from the same address (a school or an office, perhaps)"
            }
            Self::LinkInName => "the name holds a link",
            Self::Links => "it holds links",
            Self::Markup => "it holds links in the markup of forums",
            Self::Capitals => "it is written in capitals",
            Self::RepeatedText => "it repeats the same words",
        }
    }
}
