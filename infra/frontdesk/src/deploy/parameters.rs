//! The values of all parameters: samconfig.toml first, then clinic.toml, then what the account has.

use anyhow::Result;
use serde_json::Value;
use shared::{clinic::Clinic, values::origin};

use super::{account, declared::value, settings::Settings, stack::Stack};

/// The concurrency that AWS keeps free for all functions together, and what the stack's functions reserve.
const CONCURRENCY_NEEDED: u64 = 100 + 307;

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
    let mut unless_named = |name: &str, found: Option<String>| {
        if let (None, Some(found)) = (value(&parameters, name), found) {
            parameters.push(format!("{name}={found}"));
        }
    };
    unless_named("MailDomain", Some(clinic.mail().domain().to_owned()));
    unless_named("AllowedOrigins", Some(origin(clinic.website())));
    unless_named(
        "LinkKeysVersion",
        account::changed_link_keys(stack, &outputs)?,
    );
    let create = outputs.contains_key("OwnMailIdentity") || !account::knows_sender(stack, clinic);
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
