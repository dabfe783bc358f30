//! What the account has already, besides the stack.

use anyhow::Result;
use serde::Deserialize;
use shared::{clinic::Clinic, values::EmailAddress};

use super::{outputs::Outputs, stack::Stack};

/// The version of an output's secret, once it has been changed. The template takes it as a parameter, because a
/// function gets the secret again only when its version changes.
///
/// # Errors
/// When AWS does not answer.
pub(super) fn changed_secret(
    stack: &Stack<'_>,
    outputs: &Outputs,
    output: &str,
) -> Result<Option<String>> {
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
    let Some(secret) = outputs.get(output) else {
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

/// The clinic's domain as an identity of SES.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct MailIdentity {
    pub(super) verified_for_sending_status: bool,
}

/// The clinic's domain as SES knows it; `None` when it does not.
///
/// # Errors
/// When AWS does not answer.
pub(super) fn mail_identity(stack: &Stack<'_>, clinic: &Clinic) -> Result<Option<MailIdentity>> {
    stack.find(&[
        "sesv2",
        "get-email-identity",
        "--email-identity",
        clinic.mail().domain(),
    ])
}

/// Why SES delivers no mail to an address: `BOUNCE` or `COMPLAINT`. `None` when it does.
///
/// # Errors
/// When AWS does not answer.
pub(super) fn suppression(stack: &Stack<'_>, address: &EmailAddress) -> Result<Option<String>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Found {
        suppressed_destination: Suppressed,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Suppressed {
        reason: String,
    }
    let found: Option<Found> = stack.find(&[
        "sesv2",
        "get-suppressed-destination",
        "--email-address",
        address.as_str(),
    ])?;
    Ok(found.map(|found| found.suppressed_destination.reason))
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
