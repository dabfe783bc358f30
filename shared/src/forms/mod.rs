//! Forms: each field is written once, and its parser, its place in the API's description and its markup come from there.

pub mod contact;
mod field;
mod schema;
mod sheet;

pub use field::{
    CONSENT, CONSENT_VERSION_FIELD, Field, HONEYPOT_FIELD, KEY, Kind, NEXT, Need, PROOF_FIELD,
    TOKEN, TOKEN_OF_LINK,
};
pub use schema::schema;
pub use sheet::{Choice, Sheet, honeypot};

/// Makes a type that stands for a form in the API's description.
#[macro_export]
macro_rules! described_form {
    ($visibility:vis $form:ident, $fields:expr, $about:expr) => {
        #[doc = $about]
        $visibility struct $form;

        impl utoipa::PartialSchema for $form {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::forms::schema($about, &$fields)
            }
        }

        impl utoipa::ToSchema for $form {}
    };
}
