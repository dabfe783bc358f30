//! The values of all parameters: samconfig.toml first, then clinic.toml, then what the account has.

use anyhow::{Result, bail};
use serde_json::Value;
use shared::{clinic::Clinic, values::origin};

use super::{account, declared::value, outputs::Outputs, settings::Settings, stack::Stack};

/// The concurrency that AWS keeps free for all functions together, and what the stack's functions reserve.
const CONCURRENCY_NEEDED: u64 = 100 + 307;

/// Refuses to give a running front desk a domain without saying what becomes of the address that it had until now.
fn refuse_a_gap(parameters: &[String], outputs: &Outputs) -> Result<()> {
    let runs = outputs.contains_key("ApiAddress") && !outputs.contains_key("SiteId");
    let moves = value(parameters, "SiteDomain").is_some_and(|domain| !domain.is_empty());
    if runs && moves && value(parameters, "DirectAddress").is_none() {
        bail!(
            "links that were mailed lead to the API's own address, which would no longer answer: set \
             DirectAddress=used beside SiteDomain first (infra/OPERATIONS.md has the steps), or DirectAddress=closed \
             if nobody has such links"
        );
    }
    Ok(())
}

/// All parameters of the template, as `Name=value`. Each is named, because a deployment would leave the others as
/// they are.
///
/// # Errors
/// When AWS does not say what the account has.
pub(super) fn complete(
    settings: &Settings,
    stack: &Stack<'_>,
    clinic: &Clinic,
) -> Result<Vec<String>> {
    let outputs = stack.outputs()?;
    let mut parameters = settings.parameters.clone();
    refuse_a_gap(&parameters, &outputs)?;
    let mut unless_named = |name: &str, found: Option<String>| {
        if let (None, Some(found)) = (value(&parameters, name), found) {
            parameters.push(format!("{name}={found}"));
        }
    };
    unless_named("MailDomain", Some(clinic.mail().domain().to_owned()));
    unless_named("AllowedOrigins", Some(origin(clinic.website())));
    for (name, output) in [
        ("LinkKeysVersion", "LinkKeysArn"),
        ("OriginKeyVersion", "OriginKeyArn"),
    ] {
        unless_named(name, account::changed_secret(stack, &outputs, output)?);
    }
    // A key of the stack's own stays: CloudFormation refuses to delete it.
    let own_key = outputs.get("KeyArn").map(|_| "own".to_owned());
    unless_named("EncryptionKey", own_key);
    let create =
        outputs.contains_key("OwnMailIdentity") || account::mail_identity(stack, clinic)?.is_none();
    unless_named("CreateMailIdentity", Some(create.to_string()));
    let reserve = outputs.get("ReservesConcurrency").map(String::as_str) == Some("true")
        || account::free_concurrency(stack)? >= CONCURRENCY_NEEDED;
    unless_named("ReserveConcurrency", Some(reserve.to_string()));
    for (name, parameter) in &settings.declared.parameters {
        unless_named(name, parameter.default.as_ref().map(written));
    }
    Ok(parameters)
}

/// A value as SAM reads it: an empty one in quotes.
fn written(default: &Value) -> String {
    match default {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
