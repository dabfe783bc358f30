//! What pages tell machines, in schema.org's words (JSON-LD 1.1).

use jiff::Timestamp;
use serde_json::{Value, json};
use shared::clinic::{Clinic, Closure, Week};

/// The clinic as a `MedicalClinic`, with the closures that are not over.
pub(crate) fn clinic(clinic: &Clinic, now: Timestamp) -> Value {
    let today = clinic.local_date(now);
    let ahead = clinic.closures().iter().filter(|one| one.to >= today);
    let open = Week::DAYS.iter().flat_map(|(day, name)| {
        clinic.hours().on(*day).iter().map(move |period| {
            let text = period.to_string();
            let (opens, closes) = text.split_once('-').unwrap_or_default();
            let mut day_of_week = (*name).to_owned();
            day_of_week.replace_range(..1, &name.get(..1).unwrap_or_default().to_uppercase());
            json!({ "@type": "OpeningHoursSpecification", "dayOfWeek": day_of_week, "opens": opens, "closes": closes })
        })
    });
    json!({
        "@context": "https://schema.org",
        "@type": "MedicalClinic",
        "name": clinic.name(),
        "description": clinic.summary(),
        "url": clinic.website(),
        "telephone": clinic.phone().as_str(),
        "address": address(clinic),
        "geo": geo(clinic),
        "currenciesAccepted": clinic.currency(),
        "openingHoursSpecification": open.collect::<Vec<_>>(),
        "specialOpeningHoursSpecification": ahead.map(closed).collect::<Vec<_>>(),
    })
}

/// Days without hours: they open and close at midnight, as schema.org has it.
fn closed(closure: &Closure) -> Value {
    json!({
        "@type": "OpeningHoursSpecification",
        "validFrom": closure.from.to_string(),
        "validThrough": closure.to.to_string(),
        "opens": "00:00",
        "closes": "00:00",
    })
}

fn address(clinic: &Clinic) -> Value {
    let Some(location) = clinic.location() else {
        return json!(clinic.address());
    };
    json!({
        "@type": "PostalAddress",
        "streetAddress": location.street,
        "addressLocality": location.locality,
        "addressRegion": location.region,
        "postalCode": location.postal_code,
        "addressCountry": location.country,
    })
}

/// `null` where the clinic does not say it.
fn geo(clinic: &Clinic) -> Value {
    match clinic.location().and_then(|one| one.coordinates) {
        Some((latitude, longitude)) => {
            json!({ "@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude })
        }
        None => Value::Null,
    }
}
