//! Where the clinic is, in parts, for maps and search engines: `[location]`.

use serde::Deserialize;
use toml::Spanned;

use super::{Clinic, mistake::Reader};

/// Where the clinic is, in the parts of a postal address.
#[derive(Clone, Debug)]
pub struct Location {
    pub street: String,
    pub locality: String,
    /// The province, state or county.
    pub region: Option<String>,
    pub postal_code: Option<String>,
    /// As an ISO 3166-1 code of two letters.
    pub country: String,
    /// In degrees, north and east positive (WGS 84).
    pub coordinates: Option<(f64, f64)>,
}

impl Clinic {
    /// Where it is, in parts.
    #[must_use]
    pub fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }
}

#[derive(Deserialize)]
pub(super) struct LocationTable {
    street: String,
    locality: String,
    #[serde(default)]
    region: Option<String>,
    #[serde(default)]
    postal_code: Option<String>,
    country: Spanned<String>,
    #[serde(default)]
    latitude: Option<Spanned<f64>>,
    #[serde(default)]
    longitude: Option<Spanned<f64>>,
}

pub(super) fn location(table: LocationTable, reader: &mut Reader<'_>) -> Location {
    let country = table.country.get_ref();
    let is_code = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_code {
        let message = "use a country's code of two letters, like \"CA\"";
        reader.wrong(&table.country.span(), "location.country", message);
    }
    let alone = match (&table.latitude, &table.longitude) {
        (Some(one), None) | (None, Some(one)) => Some(one.span()),
        _ => None,
    };
    let mut degrees = |degrees: Option<Spanned<f64>>, field: &str, most: f64| {
        let degrees = degrees?;
        if !(-most..=most).contains(degrees.get_ref()) {
            let message = format!("use degrees from -{most} to {most}");
            reader.wrong(&degrees.span(), field, message);
        }
        Some(degrees.into_inner())
    };
    let latitude = degrees(table.latitude, "location.latitude", 90.0);
    let longitude = degrees(table.longitude, "location.longitude", 180.0);
    if let Some(place) = alone {
        let message = "give latitude and longitude, or neither";
        reader.wrong(&place, "location", message);
    }
    Location {
        street: table.street,
        locality: table.locality,
        region: table.region,
        postal_code: table.postal_code,
        country: table.country.into_inner(),
        coordinates: latitude.zip(longitude),
    }
}
