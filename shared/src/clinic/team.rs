//! Who works at the clinic, as its pages show them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Somebody who works at the clinic, as the website shows them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TeamMember {
    pub id: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pronouns: Option<String>,
    pub role: String,
    pub bio: String,
}
