//! The shape of `clinic.toml`, and how it becomes a [`Clinic`].

use jiff::tz::TimeZone;
use serde::Deserialize;
use toml::Spanned;

use super::{
    CalendarSettings, Clinic, MailSettings, Mistakes, TeamMember,
    artwork::Artwork,
    booking::{BookingTable, booking_rules},
    brand::{BrandTable, brand},
    contact::{ContactTable, origins, unspanned},
    limits::{PersonLimits, person_limits},
    location::{LocationTable, location},
    mistake::{Reader, Strictness},
    practitioners::{
        Closure, ClosureTable, Hours, Practitioner, PractitionerTable, closure, practitioner, week,
    },
    retention::{RetentionTable, retention},
    rooms::{Room, RoomTable, room},
    services::{Known, Service, ServiceTable, service},
};
use crate::values::{EmailAddress, Invalid, PhoneNumber};

#[derive(Deserialize)]
struct File {
    name: Spanned<String>,
    summary: String,
    #[serde(default)]
    slogan: Option<String>,
    #[serde(default)]
    welcome: Option<String>,
    phone: Spanned<String>,
    address: String,
    #[serde(default)]
    location: Option<LocationTable>,
    #[serde(default)]
    directions: Option<String>,
    language: Spanned<String>,
    time_zone: Spanned<String>,
    website: Spanned<String>,
    #[serde(default)]
    embed_origins: Vec<Spanned<String>>,
    #[serde(default)]
    brand: BrandTable,
    currency: Spanned<String>,
    hours: Hours,
    mail: MailTable,
    retention: RetentionTable,
    contact: ContactTable,
    booking: BookingTable,
    #[serde(default = "unspanned")]
    persons: Spanned<PersonLimits>,
    services: Vec<ServiceTable>,
    practitioners: Vec<PractitionerTable>,
    #[serde(default)]
    rooms: Vec<RoomTable>,
    #[serde(default)]
    closures: Vec<ClosureTable>,
    #[serde(default)]
    calendar: CalendarSettings,
    #[serde(default)]
    team: Vec<Spanned<TeamMember>>,
}

#[derive(Deserialize)]
struct MailTable {
    from: Spanned<String>,
    from_name: Spanned<String>,
    staff: Spanned<String>,
}

pub(super) fn parse(text: &str, strictness: Strictness) -> Result<Clinic, Mistakes> {
    let mut reader = Reader::new(text, strictness);
    let file = match read(text, &mut reader) {
        Ok(file) => file,
        Err((span, field, message)) => {
            reader.wrong(&span, field, message);
            return Err(reader.into_mistakes());
        }
    };
    let clinic = clinic(file, &mut reader);
    match clinic {
        Some(clinic) if reader.is_satisfied() => Ok(clinic),
        _ => Err(reader.into_mistakes()),
    }
}

/// The shape. Settings that are not known are noted for a publisher; TOML stops at the first that is missing or of
/// another type.
fn read(
    text: &str,
    reader: &mut Reader<'_>,
) -> Result<File, (std::ops::Range<usize>, String, String)> {
    let place = |error: &toml::de::Error| error.span().unwrap_or(0..0);
    let document = toml::Deserializer::parse(text)
        .map_err(|error| (place(&error), "file".to_owned(), error.message().to_owned()))?;
    let mut unknown = Vec::new();
    let mut track = serde_path_to_error::Track::new();
    let document = serde_path_to_error::Deserializer::new(document, &mut track);
    let read = if reader.is_strict() {
        serde_ignored::deserialize(document, |path| unknown.push(path.to_string()))
    } else {
        File::deserialize(document)
    };
    for path in unknown {
        note_unknown(&path, text, reader);
    }
    read.map_err(|error| {
        let field = counted(&track.path());
        (place(&error), field, error.message().to_owned())
    })
}

/// Notes a setting that is not known, by its path as `serde_ignored` writes it.
fn note_unknown(path: &str, text: &str, reader: &mut Reader<'_>) {
    // `?` is an optional value, and the other is what `Spanned` wraps a value in.
    let is_name = |part: &&str| *part != "?" && !part.starts_with("$__serde");
    let parts: Vec<&str> = path.split('.').filter(is_name).collect();
    let field = parts.iter().map(|part| match part.parse::<usize>() {
        Ok(index) => format!("[{}]", index + 1),
        Err(_) => format!(".{part}"),
    });
    let field: String = field.collect();
    let span = span_of(&parts, text).unwrap_or(0..0);
    let message = "there is no such setting: is it misspelt, or for another version?";
    reader.wrong(&span, field.trim_start_matches('.'), message);
}

/// Where the name of a setting stands.
fn span_of(parts: &[&str], text: &str) -> Option<std::ops::Range<usize>> {
    use toml::de::{DeTable, DeValue};
    let (name, path) = parts.split_last()?;
    let document = DeTable::parse(text).ok()?;
    let mut value = DeValue::Table(document.into_inner());
    for part in path {
        let inner = match value {
            DeValue::Table(table) => table.get(*part)?.get_ref().clone(),
            DeValue::Array(list) => list.get(part.parse::<usize>().ok()?)?.get_ref().clone(),
            _ => return None,
        };
        value = inner;
    }
    let DeValue::Table(table) = value else {
        return None;
    };
    let (key, _) = table.get_key_value(*name)?;
    Some(key.span())
}

/// A path with lists counted from 1, as people count.
fn counted(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let segments = path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(format!("[{}]", index + 1)),
        // What `Spanned` wraps a value in.
        Segment::Map { key } if key.starts_with("$__serde") => None,
        other => Some(format!(".{other}")),
    });
    let field: String = segments.collect();
    match field.trim_start_matches('.') {
        "" => "file".to_owned(),
        field => field.to_owned(),
    }
}

/// The meaning. Every mistake is noted before the answer is `None`.
fn clinic(file: File, reader: &mut Reader<'_>) -> Option<Clinic> {
    let phone = value(&file.phone, "phone", PhoneNumber::parse, reader);
    let time_zone = time_zone(&file.time_zone, reader);
    let website = website(&file.website, reader);
    let currency = currency(&file.currency, reader);
    let hours = week("hours", &file.hours, &Hours::new(), reader);
    let mail = mail(&file.mail, reader);
    let retention = retention(&file.retention, reader);
    let booking = booking_rules(file.booking, file.contact.consent(), reader);
    let contact = file.contact.rules(reader);
    let persons = person_limits(&file.persons, reader);
    let artwork_files = file.brand.artwork();
    let brand = brand(file.brand, reader);
    let location = file.location.map(|table| location(table, reader));
    let embed_origins = origins(file.embed_origins, "embed_origins", reader);
    let offers = offers(
        (file.services, file.practitioners),
        (file.rooms, file.closures),
        reader,
    );
    let name = named(file.name, reader);
    let offers = offers?;
    Some(Clinic {
        name,
        summary: file.summary,
        slogan: file.slogan,
        welcome: file.welcome,
        phone: phone?,
        address: file.address,
        location,
        directions: file.directions,
        language: language(&file.language, reader),
        time_zone: time_zone?,
        time_zone_name: file.time_zone.into_inner(),
        website: website?,
        hours,
        currency: currency?,
        mail: mail?,
        retention: retention?,
        contact: contact?,
        booking: booking?,
        persons,
        services: offers.services,
        practitioners: offers.practitioners,
        rooms: offers.rooms,
        closures: offers.closures,
        calendar: file.calendar,
        team: file.team.into_iter().map(Spanned::into_inner).collect(),
        brand,
        artwork_files,
        artwork: Artwork::default(),
        embed_origins,
    })
}

fn named(name: Spanned<String>, reader: &mut Reader<'_>) -> String {
    if name.get_ref().trim().is_empty() {
        reader.wrong(&name.span(), "name", "give the clinic a name");
    }
    name.into_inner()
}

/// What can be booked, with whom, where, and when not.
struct Offers {
    services: Vec<Service>,
    practitioners: Vec<Practitioner>,
    rooms: Vec<Room>,
    closures: Vec<Closure>,
}

fn offers(
    (services, practitioners): (Vec<ServiceTable>, Vec<PractitionerTable>),
    (rooms, closures): (Vec<RoomTable>, Vec<ClosureTable>),
    reader: &mut Reader<'_>,
) -> Option<Offers> {
    reader.check_ids("practitioners", practitioners.iter().map(|p| &p.id));
    reader.check_ids("services", services.iter().map(|s| &s.id));
    reader.check_ids("rooms", rooms.iter().map(|room| &room.id));
    let known = Known {
        practitioners: practitioners
            .iter()
            .map(|p| p.id.get_ref().clone())
            .collect(),
        rooms: rooms.iter().map(|room| room.id.get_ref().clone()).collect(),
    };
    let services = numbered(
        services,
        |table, at| service(table, &at, &known, reader),
        "services",
    );
    let rooms = numbered(rooms, |table, at| room(table, &at, reader), "rooms");
    let practitioners = numbered(
        practitioners,
        |person, at| practitioner(person, &at, reader),
        "practitioners",
    );
    let closures = numbered(closures, |days, at| closure(days, &at, reader), "closures");
    Some(Offers {
        services: services?,
        practitioners: practitioners?,
        rooms: rooms?,
        closures: closures?,
    })
}

fn numbered<T, U>(
    tables: Vec<T>,
    mut parse: impl FnMut(T, String) -> Option<U>,
    name: &str,
) -> Option<Vec<U>> {
    // All tables are parsed first, so that every mistake is found.
    let parsed: Vec<Option<U>> = tables
        .into_iter()
        .enumerate()
        .map(|(index, table)| parse(table, format!("{name}[{}]", index + 1)))
        .collect();
    parsed.into_iter().collect()
}

fn value<T>(
    text: &Spanned<String>,
    field: &str,
    parse: impl FnOnce(&str) -> Result<T, Invalid>,
    reader: &mut Reader<'_>,
) -> Option<T> {
    parse(text.get_ref())
        .map_err(|invalid| reader.wrong(&text.span(), field, invalid.message))
        .ok()
}

fn time_zone(name: &Spanned<String>, reader: &mut Reader<'_>) -> Option<TimeZone> {
    let zone = TimeZone::get(name.get_ref()).ok();
    if zone.is_none() {
        reader.wrong(
            &name.span(),
            "time_zone",
            "use an IANA name, like \"America/Toronto\"",
        );
    }
    zone
}

/// The words of the pages are English, and so is the tag that says so (BCP 47; WCAG 2.2, success criterion 3.1.1).
fn language(tag: &Spanned<String>, reader: &mut Reader<'_>) -> String {
    let text = tag.get_ref();
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_english = is_plain && text.split('-').next() == Some("en");
    if !is_english && reader.is_strict() {
        let message = "the pages are in English: use a tag like \"en-CA\"";
        reader.wrong(&tag.span(), "language", message);
    }
    text.clone()
}

fn website(url: &Spanned<String>, reader: &mut Reader<'_>) -> Option<String> {
    let uri: Option<axum::http::Uri> = url.get_ref().parse().ok();
    let valid = uri.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("https" | "http"))
            && uri.host().is_some()
            && uri.query().is_none()
    });
    if !valid || url.get_ref().ends_with('/') {
        reader.wrong(
            &url.span(),
            "website",
            "write it like \"https://www.example.com\", without a slash at the end",
        );
        return None;
    }
    Some(url.get_ref().clone())
}

fn currency(code: &Spanned<String>, reader: &mut Reader<'_>) -> Option<String> {
    let valid = code.get_ref().len() == 3 && code.get_ref().bytes().all(|b| b.is_ascii_uppercase());
    if !valid {
        reader.wrong(
            &code.span(),
            "currency",
            "use an ISO 4217 code, like \"CAD\"",
        );
    }
    valid.then(|| code.get_ref().clone())
}

fn mail(table: &MailTable, reader: &mut Reader<'_>) -> Option<MailSettings> {
    let from = value(&table.from, "mail.from", EmailAddress::parse, reader);
    let staff = value(&table.staff, "mail.staff", EmailAddress::parse, reader);
    let name = table.from_name.get_ref();
    let plain = |c: char| c == ' ' || c.is_ascii_alphanumeric() || "'.-&".contains(c);
    let named = !name.trim().is_empty() && name.chars().all(plain);
    if !named {
        reader.wrong(
            &table.from_name.span(),
            "mail.from_name",
            "use ASCII letters, digits, spaces and . ' - &",
        );
    }
    Some(MailSettings {
        from: from?,
        staff: staff?,
        from_name: named.then(|| name.clone())?,
    })
}
