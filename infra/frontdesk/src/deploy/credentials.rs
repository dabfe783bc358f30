//! The region and the credentials with which this program asks AWS itself.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use shared::environment::Environment;

use super::{settings::Settings, tools};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

/// The process's environment with region and credentials.
///
/// # Errors
/// When there are no credentials.
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

/// The credentials that the `aws` command uses. Its second version exports them; the first has them in a file.
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
            "this version of aws does not export its credentials: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, \
             with temporary ones, AWS_SESSION_TOKEN, or install version 2 of aws"
        ),
    }
}
