//! The environment that a function would have there, for what this program does itself: region and
//! credentials, and the tables' names.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use shared::environment::Environment;

use super::{settings::Settings, stack::Outputs, tools};

/// Each variable, and the stack's output that it is.
const TABLES: [(&str, &str); 5] = [
    ("CLINIC_TABLE", "ClinicTableName"),
    ("ARTICLES_TABLE", "ArticlesTableName"),
    ("CONTACT_TABLE", "ContactTableName"),
    ("BOOKING_TABLE", "BookingTableName"),
    ("MAIL_TABLE", "MailTableName"),
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

/// The environment with the stack's tables.
///
/// # Errors
/// When the stack does not name them.
pub(super) fn with_tables(environment: &Environment, outputs: &Outputs) -> Result<Environment> {
    let table = |(variable, output): (&'static str, &str)| {
        let name = outputs.get(output);
        let name = name.with_context(|| format!("the stack gives no {output} out"))?;
        Ok((variable, name.clone()))
    };
    let tables = TABLES.into_iter().map(table).collect::<Result<Vec<_>>>()?;
    Ok(environment.with(tables))
}

/// The process's environment with region and credentials.
///
/// # Errors
/// When there are no credentials to be had.
pub(super) fn find(environment: &Environment, settings: &Settings) -> Result<Environment> {
    let mut variables = vec![("AWS_REGION", settings.region.clone())];
    if environment.get("AWS_ACCESS_KEY_ID").is_none() {
        let found = found()?;
        variables.push(("AWS_ACCESS_KEY_ID", found.access_key_id));
        variables.push(("AWS_SECRET_ACCESS_KEY", found.secret_access_key));
        variables.extend(
            found
                .session_token
                .map(|token| ("AWS_SESSION_TOKEN", token)),
        );
    }
    Ok(environment.with(variables))
}

/// From whatever the `aws` command is set up with: its second version exports what it uses, the first
/// has them in a file.
fn found() -> Result<Credentials> {
    let exported = tools::aws_text(&["configure", "export-credentials"]);
    if let Ok(text) = exported {
        return serde_json::from_str(&text).context("aws exported no credentials");
    }
    let get = |name| tools::aws_text(&["configure", "get", name]).ok();
    match (get("aws_access_key_id"), get("aws_secret_access_key")) {
        (Some(access_key_id), Some(secret_access_key)) => Ok(Credentials {
            access_key_id,
            secret_access_key,
            session_token: get("aws_session_token"),
        }),
        _ => bail!(
            "this version of aws does not hand its credentials on: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, \
             with temporary ones, AWS_SESSION_TOKEN, or install version 2 of aws"
        ),
    }
}
