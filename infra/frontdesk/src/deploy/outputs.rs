//! The outputs of the stack: addresses, and its tables' names.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use shared::environment::Environment;

pub(super) type Outputs = BTreeMap<String, String>;

/// Each environment variable, and the output with its value.
const TABLES: [(&str, &str); 5] = [
    ("CLINIC_TABLE", "ClinicTableName"),
    ("ARTICLES_TABLE", "ArticlesTableName"),
    ("CONTACT_TABLE", "ContactTableName"),
    ("BOOKING_TABLE", "BookingTableName"),
    ("MAIL_TABLE", "MailTableName"),
];

/// The environment with the stack's tables.
///
/// # Errors
/// When the stack does not name them.
pub(super) fn with_tables(environment: &Environment, outputs: &Outputs) -> Result<Environment> {
    let table = |(variable, output): (&'static str, &str)| {
        let name = outputs.get(output);
        let name = name.with_context(|| format!("the stack has no output {output}"))?;
        Ok((variable, name.clone()))
    };
    let tables = TABLES.into_iter().map(table).collect::<Result<Vec<_>>>()?;
    Ok(environment.with(tables))
}
