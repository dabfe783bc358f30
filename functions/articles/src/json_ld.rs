//! What pages tell machines, in schema.org's words (JSON-LD 1.1).

use jiff::Timestamp;
use serde_json::{Value, json};
use shared::clinic::{Clinic, Closure, Week};

use crate::article::{Article, Author};

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

/// An article's page: a `MedicalWebPage` with its place in the website, the clinic with the page to book on, and the people
/// who wrote and reviewed it.
pub(crate) fn article(article: &Article, clinic: &Clinic) -> Value {
    let Article { entry, .. } = article;
    let site = clinic.website();
    let url = entry.address(clinic);
    let reviewer = entry.reviewed.as_ref().map(|review| &review.by);
    let page = json!({
        "@type": "MedicalWebPage",
        "@id": url,
        "url": url,
        "headline": entry.title,
        "description": entry.summary,
        "image": format!("{site}{}", article.picture()),
        "datePublished": clinic.local_time(entry.published_at),
        "dateModified": clinic.local_time(entry.updated_at),
        "lastReviewed": entry.reviewed.as_ref().map(|review| review.on.to_string()),
        "reviewedBy": reviewer.map(|by| reference(&person_id(by, clinic))),
        "author": reference(&person_id(&entry.author, clinic)),
        "publisher": reference(&clinic_id(clinic)),
        "breadcrumb": reference(&format!("{url}#breadcrumb")),
        "keywords": entry.tags,
        "inLanguage": clinic.language(),
    });
    let steps = [
        (clinic.name(), format!("{site}/")),
        ("Articles", format!("{site}/articles")),
        (entry.title.as_str(), url.clone()),
    ];
    let steps = (1..).zip(steps).map(|(position, (name, item))| {
        json!({ "@type": "ListItem", "position": position, "name": name, "item": item })
    });
    let breadcrumb = json!({
        "@type": "BreadcrumbList",
        "@id": format!("{url}#breadcrumb"),
        "itemListElement": steps.collect::<Vec<_>>(),
    });
    let other = reviewer.filter(|by| by.id != entry.author.id);
    let people = std::iter::once(&entry.author).chain(other);
    let mut graph = vec![page, breadcrumb, publisher(clinic)];
    graph.extend(people.map(|by| person(by, clinic)));
    json!({ "@context": "https://schema.org", "@graph": graph })
}

/// The clinic in short, with the page to book on.
fn publisher(clinic: &Clinic) -> Value {
    let book = format!("{}/book", clinic.website());
    json!({
        "@type": "MedicalClinic",
        "@id": clinic_id(clinic),
        "name": clinic.name(),
        "url": clinic.website(),
        "telephone": clinic.phone().as_str(),
        "address": address(clinic),
        "potentialAction": {
            "@type": "ReserveAction",
            "target": { "@type": "EntryPoint", "urlTemplate": book },
        },
    })
}

fn person(by: &Author, clinic: &Clinic) -> Value {
    let id = person_id(by, clinic);
    json!({ "@type": "Person", "@id": id, "url": id, "name": by.name, "worksFor": reference(&clinic_id(clinic)) })
}

fn person_id(by: &Author, clinic: &Clinic) -> String {
    format!("{}/team/{}", clinic.website(), by.id)
}

fn clinic_id(clinic: &Clinic) -> String {
    format!("{}/#clinic", clinic.website())
}

fn reference(id: &str) -> Value {
    json!({ "@id": id })
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
