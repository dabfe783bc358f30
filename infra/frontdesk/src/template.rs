//! What the local program needs of `infra/template.yaml`: the tables, and the functions' environment.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use serde_json::Value;

/// The part of the template that is read here. Tags like `!Ref` are dropped and leave the name.
#[derive(Debug, Deserialize)]
pub struct Template {
    #[serde(rename = "Globals")]
    globals: Value,
    #[serde(rename = "Resources")]
    resources: BTreeMap<String, Resource>,
}

#[derive(Debug, Deserialize)]
struct Resource {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(rename = "Properties", default)]
    properties: Value,
}

/// A table of the template.
#[derive(Clone, Debug)]
pub struct TableDefinition {
    /// Its logical id, which is its name on a laptop.
    pub name: String,
    /// The request that creates it (`CreateTable` of the `DynamoDB` API).
    pub create: Value,
    /// The request that turns expiry on (`UpdateTimeToLive`), if it has one.
    pub time_to_live: Option<Value>,
}

/// The names of each table's key attributes, the partition key first.
pub(crate) type Keys = BTreeMap<String, Vec<String>>;

impl TableDefinition {
    fn key(&self) -> Vec<String> {
        let schema = self.create.get("KeySchema").and_then(Value::as_array);
        let name = |attribute: &Value| Some(attribute.get("AttributeName")?.as_str()?.to_owned());
        schema.into_iter().flatten().filter_map(name).collect()
    }
}

/// The template cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("infra/template.yaml cannot be read")]
    Unreadable(#[from] std::io::Error),
    /// It is not a template.
    #[error("infra/template.yaml is not a SAM template")]
    Invalid(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Template {
    /// Reads `template.yaml` in `infra`.
    ///
    /// # Errors
    /// When it cannot be read or is not a template.
    pub fn read(infra: &Path) -> Result<Self, TemplateError> {
        let text = std::fs::read_to_string(infra.join("template.yaml"))?;
        serde_saphyr::from_str(&text).map_err(|error| TemplateError::Invalid(error.into()))
    }

    #[must_use]
    pub fn tables(&self) -> Vec<TableDefinition> {
        let tables = self.of_kind("AWS::DynamoDB::Table");
        tables
            .map(|(name, resource)| table(name, &resource.properties))
            .collect()
    }

    #[must_use]
    pub(crate) fn table_names(&self) -> Vec<String> {
        let tables = self.tables().into_iter();
        tables.map(|table| table.name).collect()
    }

    #[must_use]
    pub(crate) fn keys(&self) -> Keys {
        let tables = self.tables().into_iter();
        tables
            .map(|table| (table.name.clone(), table.key()))
            .collect()
    }

    /// The environment variables of all its functions, with their values in the template: a table's logical id
    /// or a parameter's name.
    #[must_use]
    pub fn environment(&self) -> BTreeMap<String, String> {
        let own = self
            .of_kind("AWS::Serverless::Function")
            .filter_map(|(_, resource)| resource.properties.pointer("/Environment/Variables"));
        let global = self.globals.pointer("/Function/Environment/Variables");
        own.chain(global)
            .filter_map(Value::as_object)
            .flatten()
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect()
    }

    fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a String, &'a Resource)> {
        self.resources
            .iter()
            .filter(move |(_, resource)| resource.kind == kind)
    }
}

/// `CloudFormation` names the properties as the API does, with two exceptions: the API sets expiry in a separate
/// call, and wants a stream to be enabled explicitly.
fn table(name: &str, properties: &Value) -> TableDefinition {
    let mut create = properties.as_object().cloned().unwrap_or_default();
    let time_to_live = create.remove("TimeToLiveSpecification").map(|specification| {
        serde_json::json!({ "TableName": name, "TimeToLiveSpecification": specification })
    });
    let api = [
        "AttributeDefinitions",
        "KeySchema",
        "GlobalSecondaryIndexes",
        "BillingMode",
        "StreamSpecification",
    ];
    create.retain(|property, _| api.contains(&property.as_str()));
    if let Some(Value::Object(stream)) = create.get_mut("StreamSpecification") {
        stream.insert("StreamEnabled".to_owned(), Value::Bool(true));
    }
    create.insert("TableName".to_owned(), Value::String(name.to_owned()));
    TableDefinition {
        name: name.to_owned(),
        create: Value::Object(create),
        time_to_live,
    }
}
