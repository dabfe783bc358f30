//! What is stored about one person, as each function hands it to the operators' program: to be shown, to be
//! exported, and to be erased.

use serde_json::Value;

use crate::{
    reference::Reference,
    store::{Change, Error, Item},
    values::{EmailAddress, PhoneNumber},
};

/// The kinds of things that are stored about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belonging {
    Message,
    Booking,
    /// An entry in the waiting list.
    Waiting,
    Mail {
        /// Whether it has not been sent yet.
        waiting: bool,
    },
    /// The answer to a request, kept to be given again.
    IdempotencyRecord,
}

/// How a person is found: by the email address or the phone number that they gave.
#[derive(Clone, Debug)]
pub enum Identity {
    Email(EmailAddress),
    Phone(PhoneNumber),
}

impl Identity {
    /// Whether this is the person who gave this address and this number. The case of an address makes no difference,
    /// and neither do the signs in a number.
    #[must_use]
    pub fn gave(&self, email: Option<&str>, phone: Option<&str>) -> bool {
        match self {
            Self::Email(theirs) => {
                email.is_some_and(|email| email.eq_ignore_ascii_case(theirs.as_str()))
            }
            Self::Phone(theirs) => {
                let number = phone.and_then(|phone| PhoneNumber::parse(phone).ok());
                number.is_some_and(|number| number.is_same_line(theirs))
            }
        }
    }

    /// The address or the number, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_str(),
        }
    }
}

/// One thing that is stored about a person, and belongs to a message or a booking of theirs.
pub struct Record {
    pub reference: Reference,
    pub kind: Belonging,
    /// What it is, in words, without anything that people wrote: `a message of Monday, …`.
    pub description: String,
    /// The whole of it as JSON; `None` when it has expired, or is nothing that a person is given.
    pub export: Option<Value>,
    /// The changes that erase it, on the condition that it has not changed since it was read. `None` when
    /// this version cannot read enough of it to erase it.
    pub erasure: Option<Vec<Change>>,
}

/// What people wrote is not shown in passing.
impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} of {}", self.kind, self.reference)
    }
}

/// An item as JSON, without the `fields` that only the tables need.
///
/// # Errors
/// When it has no form in JSON.
pub fn export(what: &'static str, item: &Item, fields: &[&str]) -> Result<Value, Error> {
    let value = serde_dynamo::from_item(item.clone());
    let value = value.map_err(|error| Error::unwritable(what, error))?;
    Ok(without(value, fields))
}

/// The value without these fields.
#[must_use]
pub fn without(mut value: Value, fields: &[&str]) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.retain(|name, _| !fields.contains(&name.as_str()));
    }
    value
}
