//! Rooms that services need.

use serde::Deserialize;
use toml::Spanned;

use super::mistake::Reader;
use crate::values::RoomId;

/// A room that some services need, and that holds one visit at a time.
#[derive(Clone, Debug)]
pub struct Room {
    pub id: RoomId,
    pub name: String,
}

#[derive(Deserialize)]
pub(super) struct RoomTable {
    pub(super) id: Spanned<String>,
    name: Spanned<String>,
}

pub(super) fn room(table: RoomTable, at: &str, reader: &mut Reader<'_>) -> Option<Room> {
    if table.name.get_ref().trim().is_empty() {
        let message = "give the room a name, as staff say it";
        reader.wrong(&table.name.span(), format!("{at}.name"), message);
    }
    Some(Room {
        id: RoomId::parse(table.id.get_ref()).ok()?,
        name: table.name.into_inner(),
    })
}
