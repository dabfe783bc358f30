//! What the account has already, besides the stack.

use anyhow::Result;
use serde::Deserialize;
use shared::clinic::Clinic;

use super::{outputs::Outputs, stack::Stack};

/// The version of the secret with the link keys, once it was changed. A function reads the secret when its
/// version changes, so the secret's version is a parameter of the template.
///
/// # Errors
/// When AWS does not answer.
pub(super) fn changed_link_keys(stack: &Stack<'_>, outputs: &Outputs) -> Result<Option<String>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Secret {
        versions: Vec<Version>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Version {
        version_id: String,
        #[serde(default)]
        version_stages: Vec<String>,
    }
    let Some(secret) = outputs.get("LinkKeysArn") else {
        return Ok(None);
    };
    let Secret { versions } = stack.ask(&[
        "secretsmanager",
        "list-secret-version-ids",
        "--secret-id",
        secret,
    ])?;
    let is = |version: &Version, stage| version.version_stages.iter().any(|named| named == stage);
    if !versions.iter().any(|version| is(version, "AWSPREVIOUS")) {
        return Ok(None);
    }
    let current = versions
        .into_iter()
        .find(|version| is(version, "AWSCURRENT"));
    Ok(current.map(|version| version.version_id))
}

/// Whether SES has the clinic's domain as an identity already.
pub(super) fn knows_sender(stack: &Stack<'_>, clinic: &Clinic) -> bool {
    let identity = [
        "sesv2",
        "get-email-identity",
        "--email-identity",
        clinic.mail().domain(),
    ];
    stack.tell(&identity).is_ok()
}

/// How many functions may run at once in this account without a reservation.
///
/// # Errors
/// When AWS does not answer.
pub(super) fn free_concurrency(stack: &Stack<'_>) -> Result<u64> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Account {
        account_limit: Limit,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Limit {
        unreserved_concurrent_executions: u64,
    }
    let account: Account = stack.ask(&["lambda", "get-account-settings"])?;
    Ok(account.account_limit.unreserved_concurrent_executions)
}
