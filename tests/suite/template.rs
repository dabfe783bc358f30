//! The template, and the tables that come of it.

use frontdesk_tests::{Desk, TABLES};

#[tokio::test(flavor = "multi_thread")]
async fn the_local_tables_are_those_of_the_template() {
    let desk = Desk::start().await;
    let client = desk.dynamodb().await;

    for name in TABLES {
        let table = client
            .describe_table()
            .table_name(name)
            .send()
            .await
            .unwrap()
            .table
            .unwrap();
        let indexes: Vec<&str> = table
            .global_secondary_indexes()
            .iter()
            .filter_map(|index| index.index_name())
            .collect();
        let expected: &[&str] = match name {
            "ContactTable" => &["inbox"],
            "BookingTable" => &["agenda"],
            "MailTable" => &["due"],
            _ => &[],
        };
        assert_eq!(indexes, expected, "{name}");
        assert_eq!(
            table.latest_stream_arn().is_some(),
            name == "MailTable",
            "{name}"
        );
        let expiry = client
            .describe_time_to_live()
            .table_name(name)
            .send()
            .await
            .unwrap();
        let attribute = expiry
            .time_to_live_description
            .and_then(|expiry| expiry.attribute_name);
        let about_people = ["ContactTable", "BookingTable", "MailTable"].contains(&name);
        assert_eq!(
            attribute.as_deref(),
            about_people.then_some("expires_at"),
            "{name}"
        );
    }
}
