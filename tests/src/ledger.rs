//! Whose time is taken: as bookings say it, and as the days of practitioners and rooms do. Both have to agree.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::Desk;

/// The cells of each owner's days, by the day's partition (`practitioner#…` or `room#…`) and date.
pub type Cells = BTreeMap<(String, String), BTreeSet<u64>>;

/// The states in which a booking holds its time.
const LIVE: [&str; 4] = ["requested", "offered", "confirmed", "no_show"];

/// The cells of all live bookings.
///
/// # Panics
/// When two of them have the same cell of the same owner.
#[must_use]
pub fn claimed(items: &[Value]) -> Cells {
    let mut cells = Cells::new();
    for item in of_kind(items, "booking#") {
        if !LIVE.contains(&item["status"].as_str().unwrap()) {
            continue;
        }
        let number = |name: &str| item[name].as_u64().unwrap();
        let owners = ["practitioner", "room"].map(|kind| Some((kind, item[kind].as_str()?)));
        for (kind, id) in owners.into_iter().flatten() {
            let date = item["day"].as_str().unwrap().to_owned();
            let day = cells.entry((format!("{kind}#{id}"), date)).or_default();
            for cell in number("first_cell")..number("end_cell") {
                let reference = &item["reference"];
                assert!(
                    day.insert(cell),
                    "{reference}: cell {cell} of {kind} {id} is given twice"
                );
            }
        }
    }
    cells
}

/// The busy cells of all days.
#[must_use]
pub fn busy(items: &[Value]) -> Cells {
    let days = ["practitioner#", "room#"].map(|owner| of_kind(items, owner));
    let busy = days.into_iter().flatten().filter_map(|day| {
        let cells = day.get("busy")?;
        let date = day["sk"].as_str().unwrap().strip_prefix("day#")?;
        let owner = day["pk"].as_str().unwrap().to_owned();
        let cells = serde_json::from_value(cells.clone()).unwrap();
        Some(((owner, date.to_owned()), cells))
    });
    busy.collect()
}

/// The items whose partition starts so.
#[must_use]
pub fn of_kind<'a>(items: &'a [Value], prefix: &str) -> Vec<&'a Value> {
    let is = |item: &&Value| item["pk"].as_str().unwrap().starts_with(prefix);
    items.iter().filter(is).collect()
}

/// All items of a table, as JSON.
pub async fn items(desk: &Desk, table: &str) -> Vec<Value> {
    let items = desk.items(table).await.into_iter();
    items
        .map(|item| serde_dynamo::from_item(item).unwrap())
        .collect()
}

/// Whether each busy cell belongs to exactly one live booking, and the other way round.
///
/// # Panics
/// When not.
pub async fn check(desk: &Desk) {
    let items = items(desk, "BookingTable").await;
    assert_eq!(
        busy(&items),
        claimed(&items),
        "the busy cells are those of live bookings"
    );
}
