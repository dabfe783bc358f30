//! One item's part of a write: put, update or delete, with its condition.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    error::BuildError,
    types::{
        AttributeValue, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
    },
};
use serde::Serialize;

use super::{Error, Item, Key};

/// A change of one item, under an optional condition.
///
/// A value that cannot be written as an attribute is an error when the write is committed.
pub struct Change {
    pub(super) table: String,
    pub(super) what: &'static str,
    operation: Operation,
    condition: Option<String>,
    names: HashMap<String, String>,
    values: Item,
    returns_old: bool,
    unwritable: Option<serde_dynamo::Error>,
}

enum Operation {
    Put(Item),
    Update { key: Item, expression: String },
    Delete { key: Item },
}

impl Change {
    pub(super) fn put(table: &str, key: &Key, mut item: Item) -> Self {
        item.extend(key.to_item());
        Self::new(table, key, Operation::Put(item))
    }

    pub(super) fn update(table: &str, key: &Key, expression: String) -> Self {
        let item = key.to_item();
        let operation = Operation::Update {
            key: item,
            expression,
        };
        Self::new(table, key, operation)
    }

    pub(super) fn delete(table: &str, key: &Key) -> Self {
        let operation = Operation::Delete { key: key.to_item() };
        Self::new(table, key, operation)
    }

    fn new(table: &str, key: &Key, operation: Operation) -> Self {
        Self {
            table: table.to_owned(),
            what: key.what,
            operation,
            condition: None,
            names: HashMap::new(),
            values: Item::new(),
            returns_old: false,
            unwritable: None,
        }
    }

    /// Refuses the whole write unless this holds.
    #[must_use]
    pub fn condition(mut self, condition: impl Into<String>) -> Self {
        self.condition = Some(condition.into());
        self
    }

    /// What `placeholder` (`#name`) stands for.
    #[must_use]
    pub fn name(mut self, placeholder: &str, name: impl Into<String>) -> Self {
        self.names.insert(placeholder.to_owned(), name.into());
        self
    }

    /// What `placeholder` (`:value`) stands for.
    #[must_use]
    pub fn value(mut self, placeholder: &str, value: impl Serialize) -> Self {
        match serde_dynamo::to_attribute_value(value) {
            Ok(value) => self.attribute(placeholder, value),
            Err(error) => {
                self.unwritable = Some(error);
                self
            }
        }
    }

    /// What `placeholder` stands for, as an attribute. Sets have no form in serde.
    #[must_use]
    pub fn attribute(mut self, placeholder: &str, value: AttributeValue) -> Self {
        self.values.insert(placeholder.to_owned(), value);
        self
    }

    /// Makes a refusal hand back the existing item.
    #[must_use]
    pub fn returning_old(mut self) -> Self {
        self.returns_old = true;
        self
    }

    pub(super) fn build(self) -> Result<TransactWriteItem, Error> {
        let what = self.what;
        if let Some(error) = self.unwritable {
            return Err(Error::unwritable(what, error));
        }
        let built = self.item();
        built.map_err(|error| Error::unwritable(what, error))
    }

    fn item(self) -> Result<TransactWriteItem, BuildError> {
        // DynamoDB refuses empty maps.
        let names = Some(self.names).filter(|names| !names.is_empty());
        let values = Some(self.values).filter(|values| !values.is_empty());
        let old = self
            .returns_old
            .then_some(ReturnValuesOnConditionCheckFailure::AllOld);
        let item = TransactWriteItem::builder();
        let item = match self.operation {
            Operation::Put(content) => item.put(
                Put::builder()
                    .table_name(self.table)
                    .set_item(Some(content))
                    .set_condition_expression(self.condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .set_return_values_on_condition_check_failure(old)
                    .build()?,
            ),
            Operation::Update { key, expression } => item.update(
                Update::builder()
                    .table_name(self.table)
                    .set_key(Some(key))
                    .update_expression(expression)
                    .set_condition_expression(self.condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .set_return_values_on_condition_check_failure(old)
                    .build()?,
            ),
            Operation::Delete { key } => item.delete(
                Delete::builder()
                    .table_name(self.table)
                    .set_key(Some(key))
                    .set_condition_expression(self.condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .set_return_values_on_condition_check_failure(old)
                    .build()?,
            ),
        };
        Ok(item.build())
    }
}

/// What is written may be about people.
impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Change({} in {}: [redacted])", self.what, self.table)
    }
}
