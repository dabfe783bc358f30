//! A form in the API's description.

use utoipa::openapi::{
    ArrayBuilder, KnownFormat, ObjectBuilder, RefOr, SchemaFormat, Type,
    schema::{Schema, SchemaType},
};

use super::field::{Field, Kind, Need};

/// The schema of a form with these fields (OpenAPI 3.1). Fields with a dot in their names become objects.
#[must_use]
pub fn schema(about: &str, fields: &[Field]) -> RefOr<Schema> {
    Schema::Object(object(fields, "").description(Some(about)).build()).into()
}

/// The object of the fields whose names begin so.
fn object(fields: &[Field], inside: &str) -> ObjectBuilder {
    let mut object = ObjectBuilder::new().schema_type(Type::Object);
    let mut seen: Vec<&str> = Vec::new();
    for field in fields {
        let Some(name) = field.name.strip_prefix(inside) else {
            continue;
        };
        let Some((whole, _)) = name.split_once('.') else {
            object = object.property(name, property(field));
            if field.need == Need::Required {
                object = object.required(name);
            }
            continue;
        };
        if seen.contains(&whole) {
            continue;
        }
        seen.push(whole);
        let inner = format!("{inside}{whole}.");
        let of_whole = |other: &&Field| other.name.starts_with(&inner);
        let is_needed = |other: &Field| other.need == Need::Required;
        object = object.property(whole, object_of(fields, &inner));
        if fields.iter().filter(of_whole).any(is_needed) {
            object = object.required(whole);
        }
    }
    object
}

fn object_of(fields: &[Field], inside: &str) -> RefOr<Schema> {
    Schema::Object(object(fields, inside).build()).into()
}

fn property(field: &Field) -> RefOr<Schema> {
    let about = Some(field.about).filter(|about| !about.is_empty());
    let (kind, format) = match field.kind {
        Kind::Flag => (Type::Boolean, None),
        Kind::Number => (Type::Integer, None),
        Kind::Email => (Type::String, Some(SchemaFormat::Custom("email".to_owned()))),
        Kind::Url => (Type::String, Some(SchemaFormat::Custom("uri".to_owned()))),
        Kind::Date => (
            Type::String,
            Some(SchemaFormat::KnownFormat(KnownFormat::Date)),
        ),
        Kind::Moment => (
            Type::String,
            Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)),
        ),
        Kind::Moments(most) => return moments(field, most).into(),
        Kind::Line | Kind::Phone | Kind::Text | Kind::Choice => (Type::String, None),
    };
    let kind = match field.need {
        Need::Required => SchemaType::Type(kind),
        Need::Optional => SchemaType::from_iter([kind, Type::Null]),
    };
    let property = ObjectBuilder::new()
        .schema_type(kind)
        .format(format)
        .description(about)
        .max_length(field.longest);
    Schema::Object(property.build()).into()
}

fn moments(field: &Field, most: usize) -> Schema {
    let moment = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
    let list = ArrayBuilder::new()
        .items(moment)
        .max_items(Some(most))
        .description(Some(field.about));
    Schema::Array(list.build())
}
