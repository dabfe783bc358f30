//! Creates the tables of the template that do not exist yet, and the indexes that those lack which do.

use anyhow::{Context as _, Result};
use dynoxide::Database;
use serde_json::{Value, json};

use crate::template::{TableDefinition, Template};

pub(super) fn create(database: &Database, template: &Template) -> Result<()> {
    let there = database
        .list_tables(serde_json::from_str("{}")?)
        .map_err(|error| engine(&error))?
        .table_names;
    for table in template.tables() {
        if there.contains(&table.name) {
            add_indexes(database, &table)?;
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

/// Adds the indexes that the table lacks: its data may be of an earlier version.
fn add_indexes(database: &Database, table: &TableDefinition) -> Result<()> {
    let name = json!({ "TableName": table.name });
    let there = database
        .describe_table(serde_json::from_value(name)?)
        .map_err(|error| engine(&error))?;
    let there = serde_json::to_value(there.table.global_secondary_indexes)?;
    let names = |indexes: &Value| -> Vec<Value> {
        let indexes = indexes.as_array().into_iter().flatten();
        indexes.map(|index| index["IndexName"].clone()).collect()
    };
    let there = names(&there);
    let wanted = table.create.get("GlobalSecondaryIndexes");
    let wanted = wanted.and_then(Value::as_array).into_iter().flatten();
    for index in wanted.filter(|index| !there.contains(&index["IndexName"])) {
        // DynamoDB creates one index an update.
        let update = json!({
            "TableName": table.name,
            "AttributeDefinitions": table.create.get("AttributeDefinitions"),
            "GlobalSecondaryIndexUpdates": [{ "Create": index }],
        });
        database
            .update_table(serde_json::from_value(update)?)
            .map_err(|error| engine(&error))?;
    }
    Ok(())
}

/// The engine's errors do not implement `std::error::Error`, which anyhow needs.
pub(super) fn engine(error: &dynoxide::DynoxideError) -> anyhow::Error {
    anyhow::anyhow!("the embedded DynamoDB: {error}")
}
