//! The template, and the tables that come of it.

use std::{collections::BTreeSet, fs};

use frontdesk_tests::{Desk, TABLES, infra};
use serde_json::{Value, json};

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
            "BookingTable" => &["agenda", "due"],
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

/// The template's text, without its tags.
pub(super) fn template() -> Value {
    let text = fs::read_to_string(infra().join("template.yaml")).unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

pub(super) fn of_type<'a>(template: &'a Value, kind: &str) -> Vec<(&'a str, &'a Value)> {
    let resources = template["Resources"].as_object().unwrap().iter();
    let of_type = resources.filter(|(_, resource)| resource["Type"] == kind);
    of_type
        .map(|(name, resource)| (name.as_str(), resource))
        .collect()
}

#[test]
fn the_gateways_routes_are_those_that_the_functions_answer() {
    let template = template();
    let routes = of_type(&template, "AWS::ApiGatewayV2::Route");
    let keys = routes
        .iter()
        .map(|(_, route)| route["Properties"]["RouteKey"].as_str().unwrap());
    let (heads, mut keys): (BTreeSet<String>, BTreeSet<String>) = keys
        .map(str::to_owned)
        .partition(|key| key.starts_with("HEAD "));

    // What is no route is a page of the clinic, too.
    assert!(keys.remove("$default"));
    assert_eq!(keys, crate::http::openapi::operations());
    // Whatever answers GET answers HEAD (axum); the gateway wants to be told.
    for head in heads {
        assert!(keys.contains(&head.replacen("HEAD", "GET", 1)), "{head}");
    }
    assert!(
        !keys
            .iter()
            .any(|key| key.contains('$') || key.contains('+'))
    );
}

/// How many units a request takes at most of each table or index, of writes or reads. A message has 5,000
/// characters of at most four bytes, and 3 KiB of other fields; a transaction takes two units for each KiB of each item. A read takes half a unit for each 4 KiB of an item of at most
/// 400 KiB, or a whole one if it is consistent.
const UNITS: [(&str, &str, &str, u64); 16] = [
    // The message, its record, two counts, and what is used once.
    (
        "POST /contact",
        "ContactTable",
        "Write",
        2 * (23 + 1 + 2 + 1),
    ),
    ("POST /contact", "ContactTable/inbox", "Write", 23),
    // Two mails, the longer with the message, and two counts; the mailer leases and settles both.
    (
        "POST /contact",
        "MailTable",
        "Write",
        2 * (24 + 1 + 2) + 3 * (24 + 1),
    ),
    // The booking, its record, the day, its pointer, four counts, and what is used once.
    (
        "POST /bookings",
        "BookingTable",
        "Write",
        2 * (6 + 2 + 2 + 1 + 4 + 1),
    ),
    // The record and three counts; a mail that lists a few bookings.
    ("POST /bookings/links", "BookingTable", "Write", 2 * (1 + 3)),
    ("POST /bookings/links", "MailTable", "Write", 2 * 5 + 3 * 5),
    // The entry, its record, four counts, and what is used once; its mail. An offer may follow.
    (
        "POST /waitlist",
        "BookingTable",
        "Write",
        2 * (2 + 2 + 4 + 1) + 2 * (6 + 2 + 2 + 1),
    ),
    (
        "POST /waitlist",
        "MailTable",
        "Write",
        2 * (2 + 3 + 2) + 6 * 3,
    ),
    ("POST /bookings", "BookingTable/agenda", "Write", 6),
    (
        "POST /bookings",
        "MailTable",
        "Write",
        2 * (5 + 2 + 2) + 3 * (5 + 2),
    ),
    (
        "POST /contact/{reference}/review",
        "ContactTable",
        "Write",
        2 * (23 + 1),
    ),
    (
        "POST /contact/{reference}/review",
        "MailTable",
        "Write",
        2 * (24 + 1),
    ),
    ("GET /articles", "ArticlesTable", "Read", 50),
    ("GET /articles/{slug}", "ArticlesTable", "Read", 50),
    ("GET /", "ArticlesTable", "Read", 50),
    ("GET /images/{name}", "ArticlesTable", "Read", 48),
];

fn burst(stage: &Value, route: &str) -> u64 {
    let ceiling = &stage["Properties"]["RouteSettings"][route];
    ceiling["ThrottlingBurstLimit"].as_u64().expect(route)
}

fn cap(template: &Value, place: &str, of: &str) -> u64 {
    let (table, index) = place.split_once('/').unwrap_or((place, ""));
    let table = &template["Resources"][table]["Properties"];
    let indexes = table["GlobalSecondaryIndexes"]
        .as_array()
        .into_iter()
        .flatten();
    let mut indexes = indexes.filter(|one| one["IndexName"] == index);
    let capped = indexes.next().unwrap_or(table);
    capped["OnDemandThroughput"][format!("Max{of}RequestUnits")]
        .as_u64()
        .unwrap()
}

#[test]
fn each_route_has_a_ceiling_of_its_own() {
    let template = template();
    let stage = &template["Resources"]["ApiStage"];
    let ceilings = stage["Properties"]["RouteSettings"].as_object().unwrap();
    let routes = of_type(&template, "AWS::ApiGatewayV2::Route");

    for (name, route) in &routes {
        let key = route["Properties"]["RouteKey"].as_str().unwrap();
        let rate = ceilings[key]["ThrottlingRateLimit"].as_u64().unwrap();
        assert!(
            (1..=20).contains(&rate) && rate <= burst(stage, key).max(20),
            "{key}"
        );
        let before = stage["DependsOn"].as_array().unwrap();
        assert!(before.contains(&json!(name)), "{name}");
    }
    assert_eq!(
        ceilings.len(),
        routes.len(),
        "a ceiling for what is no route"
    );
}

#[test]
fn what_the_ceilings_let_through_stays_below_the_functions_shares_and_the_tables_caps() {
    let template = template();
    let stage = &template["Resources"]["ApiStage"];
    let mut at_once = std::collections::BTreeMap::new();
    for (_, route) in of_type(&template, "AWS::ApiGatewayV2::Route") {
        let key = route["Properties"]["RouteKey"].as_str().unwrap();
        let function = route["Properties"]["Target"].as_str().unwrap();
        *at_once.entry(function.to_owned()).or_insert(0) += burst(stage, key);
    }
    for function in ["Contact", "Booking", "Articles"] {
        let share = &template["Resources"][format!("{function}Function")]["Properties"];
        let share = share["ReservedConcurrentExecutions"][1].as_u64().unwrap();
        let most = at_once[&format!("integrations/${{{function}Integration}}")];
        assert!(most <= share, "{function}: {most} at once of {share}");
    }
    let places: BTreeSet<(&str, &str)> = UNITS
        .iter()
        .map(|(_, place, of, _)| (*place, *of))
        .collect();
    for (place, of) in places {
        let here = UNITS.iter().filter(|unit| (unit.1, unit.2) == (place, of));
        // What only the store knows to be suspicious is written twice.
        let most: u64 = here
            .map(|(route, _, _, units)| 2 * units * burst(stage, route))
            .sum();
        assert!(
            most <= cap(&template, place, of),
            "{of}s of {place}: {most}"
        );
    }
}

#[test]
fn the_website_keeps_no_error() {
    let template = template();
    let config = &template["Resources"]["Site"]["Properties"]["DistributionConfig"];

    let errors = config["CustomErrorResponses"].as_array().unwrap();
    // All that CloudFront can be told about.
    let codes: Vec<u64> = errors
        .iter()
        .map(|error| error["ErrorCode"].as_u64().unwrap())
        .collect();
    assert_eq!(
        codes,
        [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]
    );
    assert!(errors.iter().all(|error| error["ErrorCachingMinTTL"] == 0));
}

#[test]
fn the_store_gives_up_before_the_function_and_the_function_before_the_gateway() {
    let template = template();
    let store = shared::aws::OPERATION.as_secs();
    let function = template["Globals"]["Function"]["Timeout"].as_u64().unwrap();

    assert!(store < function);
    for (name, integration) in of_type(&template, "AWS::ApiGatewayV2::Integration") {
        let gateway = integration["Properties"]["TimeoutInMillis"]
            .as_u64()
            .unwrap();
        assert!(function * 1000 < gateway && gateway <= 30_000, "{name}");
    }
    for name in ["ContactFunction", "BookingFunction", "ArticlesFunction"] {
        assert!(
            template["Resources"][name]["Properties"]["Timeout"].is_null(),
            "{name}"
        );
    }
}

/// What emulators take no notice of, and AWS does.
#[test]
fn tables_are_backed_up_encrypted_capped_and_stay() {
    let template = template();
    let tables = of_type(&template, "AWS::DynamoDB::Table");

    assert_eq!(tables.len(), TABLES.len());
    for (name, table) in tables {
        assert_eq!(table["DeletionPolicy"], "Retain", "{name}");
        assert_eq!(table["UpdateReplacePolicy"], "Retain", "{name}");
        let properties = &table["Properties"];
        assert_eq!(properties["BillingMode"], "PAY_PER_REQUEST", "{name}");
        assert_eq!(properties["DeletionProtectionEnabled"], true, "{name}");
        let recovery = &properties["PointInTimeRecoverySpecification"];
        assert_eq!(recovery["PointInTimeRecoveryEnabled"], true, "{name}");
        // Without a key of the stack's own, DynamoDB encrypts with one of its own.
        let own = json!({ "SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": "Key" });
        let encryption = json!(["HasOwnKey", own, "AWS::NoValue"]);
        assert_eq!(properties["SSESpecification"], encryption, "{name}");
        let indexes = properties["GlobalSecondaryIndexes"].as_array();
        let indexes = indexes.into_iter().flatten();
        for capped in indexes.chain([properties]) {
            let most = &capped["OnDemandThroughput"];
            assert!(most["MaxReadRequestUnits"].is_u64(), "{name}");
            assert!(most["MaxWriteRequestUnits"].is_u64(), "{name}");
        }
    }
}

#[test]
fn the_gateways_log_holds_no_query_string_no_path_and_no_address() {
    let template = template();
    let stage = &template["Resources"]["ApiStage"]["Properties"];
    let format = stage["AccessLogSettings"]["Format"].as_str().unwrap();

    let fields: Value = serde_json::from_str(format).unwrap();
    assert!(fields["requestId"].is_string() && fields["route"].is_string());
    for telling in ["path", "query", "identity", "sourceIp", "header", "domain"] {
        assert!(!format.contains(telling), "{telling}");
    }
}

#[test]
fn only_the_websites_that_a_parameter_names_may_call_by_script() {
    let template = template();
    let cors = &template["Resources"]["Api"]["Properties"]["CorsConfiguration"];

    assert_eq!(cors["AllowOrigins"], "AllowedOrigins");
    assert_eq!(cors["AllowMethods"], json!(["GET", "HEAD", "POST"]));
    assert!(cors["AllowCredentials"].is_null());
    let pattern = &template["Parameters"]["AllowedOrigins"]["AllowedPattern"];
    assert!(!pattern.as_str().unwrap().contains("\\*"));
    for (name, parameter) in template["Parameters"].as_object().unwrap() {
        let bounded = ["AllowedPattern", "AllowedValues"]
            .iter()
            .any(|bound| !parameter[*bound].is_null());
        assert!(bounded, "{name} may be anything");
        assert!(parameter["Description"].is_string(), "{name}");
    }
}
