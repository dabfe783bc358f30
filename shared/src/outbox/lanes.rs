//! The lanes of the queue: each is a partition of the index `due`.
//!
//! A partition takes 1,000 writes a second, and an index that is behind holds up its whole table
//! (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html>). So the mails of a
//! flood are spread.

/// The first lane, and until December 2026 the only one. It holds the mails that are for later and so wait for days, since a
/// mailer of that time, after a rollback, looks into no other (`infra/OPERATIONS.md` says what to do).
const FIRST: &str = "due";
const LANES: u32 = 8;

/// The lane of a new mail.
pub(super) fn lane(id: &str, is_for_later: bool) -> String {
    // FNV-1a: any hash that spreads.
    let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    name(if is_for_later { 0 } else { hash % LANES })
}

/// The names of all lanes.
pub(super) fn all() -> impl Iterator<Item = String> {
    (0..LANES).map(name)
}

fn name(number: u32) -> String {
    match number {
        0 => FIRST.to_owned(),
        number => format!("{FIRST}-{number}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_flood_is_spread_and_what_is_for_later_is_in_the_first_lane() {
        let mut lanes = BTreeMap::new();
        for number in 0..8_000 {
            let id = format!("C-{number:05}-00000/message_receipt/0");
            *lanes.entry(lane(&id, false)).or_insert(0) += 1;
            assert_eq!(lane(&id, true), "due");
        }

        assert!(
            lanes
                .keys()
                .cloned()
                .eq(all().collect::<std::collections::BTreeSet<_>>())
        );
        assert!(
            lanes.values().all(|count| (800..1_200).contains(count)),
            "{lanes:?}"
        );
    }
}
