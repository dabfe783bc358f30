//! Creates the tables of the template that do not exist yet.

use anyhow::{Context as _, Result};
use dynoxide::Database;

use crate::template::Template;

pub(super) fn create(database: &Database, template: &Template) -> Result<()> {
    let there = database
        .list_tables(serde_json::from_str("{}")?)
        .map_err(|error| engine(&error))?
        .table_names;
    for table in template.tables() {
        if there.contains(&table.name) {
            continue;
        }
        let request = serde_json::from_value(table.create)
            .with_context(|| format!("{} of the template is not a table", table.name))?;
        database
            .create_table(request)
            .map_err(|error| engine(&error))?;
        if let Some(time_to_live) = table.time_to_live {
            database
                .update_time_to_live(serde_json::from_value(time_to_live)?)
                .map_err(|error| engine(&error))?;
        }
    }
    Ok(())
}

/// The engine's errors do not implement `std::error::Error`, which anyhow needs.
pub(super) fn engine(error: &dynoxide::DynoxideError) -> anyhow::Error {
    anyhow::anyhow!("the embedded DynamoDB: {error}")
}
