//! The fields of a form about the patient, for the description of the API.

use utoipa::ToSchema;

#[derive(ToSchema)]
#[schema(as = Patient)]
#[expect(
    dead_code,
    reason = "forms are read field by field, so that all mistakes are named at once"
)]
pub(super) struct PatientForm {
    #[schema(max_length = 100)]
    name: String,
    /// It or `phone` has to be there. Without it a booking waits for the clinic's call.
    #[schema(max_length = 254, format = "email")]
    email: Option<String>,
    #[schema(max_length = 32)]
    phone: Option<String>,
    /// Whether they were here before; false unless told.
    returning: Option<bool>,
}
