//! What a month costs: the tables of OPERATIONS.md, with the counts that the template has.

use std::{collections::BTreeMap, fs};

use frontdesk_tests::infra;
use serde_json::Value;

use super::template::{of_type, template};

/// A row of the first table: how many one stage needs, how many more a second one with `Watch=false`, how many are free,
/// and what each costs beyond; and what that comes to for one and for two stages.
#[derive(Debug)]
struct Item {
    counts: [f64; 2],
    free: f64,
    price: f64,
    costs: [f64; 2],
}

/// The rows of the table that begins with this header, by their first cell, without its marks.
fn table(header: &str) -> BTreeMap<String, Vec<f64>> {
    let text = fs::read_to_string(infra().join("OPERATIONS.md")).unwrap();
    let (_, table) = text.split_once(header).expect(header);
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let row = |line: &str| {
        let line = line.replace(['*', '`'], "");
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let numbers = cells[2..cells.len() - 1].iter();
        let numbers = numbers.map(|cell| cell.replace(',', "").parse().unwrap_or(f64::NAN));
        (cells[1].to_owned(), numbers.collect())
    };
    rows.map(row).collect()
}

fn items() -> BTreeMap<String, Item> {
    let rows = table("| item | one stage | a second | free | each | one stage, $ | two, $ |");
    let item = |row: Vec<f64>| Item {
        counts: [row[0], row[1]],
        free: row[2],
        price: row[3],
        costs: [row[4], row[5]],
    };
    let items = rows.into_iter();
    items.map(|(name, row)| (name, item(row))).collect()
}

fn same(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.005
}

/// How many resources of a kind a stage has, with this condition and without one.
fn count(template: &Value, kind: &str, condition: Option<&str>) -> f64 {
    let all = of_type(template, kind);
    let of = |resource: &&Value| resource["Condition"].as_str() == condition;
    let found = all
        .iter()
        .map(|(_, resource)| resource)
        .filter(|one| of(one));
    u32::try_from(found.count()).unwrap().into()
}

#[test]
fn each_count_is_the_templates() {
    let template = template();
    let items = items();
    let alarms = |condition| count(&template, "AWS::CloudWatch::Alarm", condition);
    let own = "frontdesk/${AWS::StackName}";
    let widgets = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"].to_string();
    let mut metrics: Vec<&str> = widgets
        .split(&format!(r#"[\"{own}\", \""#))
        .skip(1)
        .map(|rest| rest.split('\\').next().unwrap())
        .collect();
    for (_, alarm) in of_type(&template, "AWS::CloudWatch::Alarm") {
        if alarm["Properties"]["Namespace"] == own {
            metrics.push(alarm["Properties"]["MetricName"].as_str().unwrap());
        }
    }
    metrics.sort_unstable();
    metrics.dedup();
    let metrics = u32::try_from(metrics.len()).unwrap().into();
    let dashboards = count(&template, "AWS::CloudWatch::Dashboard", None);
    let secrets = count(&template, "AWS::SecretsManager::Secret", None);

    for (name, counts) in [
        ("secret with the keys of the links", [secrets, secrets]),
        (
            "alarms",
            [alarms(None) + alarms(Some("IsWatched")), alarms(None)],
        ),
        ("custom metrics", [metrics, 0.0]),
        ("dashboard", [dashboards, dashboards]),
    ] {
        let told = items[name].counts;
        assert!(
            same(told[0], counts[0]) && same(told[1], counts[1]),
            "{name}: {counts:?}"
        );
    }
    // Nothing else that costs by being there.
    for free in [
        "AWS::KMS::Key",
        "AWS::EC2::NatGateway",
        "AWS::WAFv2::WebACL",
    ] {
        assert!(same(count(&template, free, None), 0.0), "{free}");
    }
    assert_eq!(template["Parameters"]["EncryptionKey"]["Default"], "aws");
}

#[test]
fn a_small_clinic_pays_at_most_two_dollars_a_month() {
    let items = items();
    let (mut one, mut two) = (0.0, 0.0);
    for (name, item) in &items {
        let beyond =
            |count: f64| ((count - item.free).max(0.0) * item.price * 100.0).round() / 100.0;
        let costs = [beyond(item.counts[0]), beyond(item.counts.iter().sum())];
        let agrees = same(costs[0], item.costs[0]) && same(costs[1], item.costs[1]);
        assert!(agrees, "{name}: {costs:?}");
        (one, two) = (one + costs[0], two + costs[1]);
    }

    let sums = table("| in a month | one stage, $ | two, $ |");
    let sum = |name: &str| <[f64; 2]>::try_from(sums[name].clone()).unwrap();
    let [first, third] = [sum("in the first year"), sum("in the third year")];
    let [domain, key] = [
        sum("a domain of its own adds"),
        sum("EncryptionKey=own adds"),
    ];
    let rotated = sum("EncryptionKey=own-rotated adds, in the third year");
    assert!(
        same(first[0], one) && same(first[1], two),
        "{one:.2} {two:.2}"
    );
    let more_backups = items["gigabytes of backups"].costs;
    assert!(same(third[0], first[0] + more_backups[0]), "twice the data");
    assert!(same(third[1], first[1] + more_backups[1]), "twice the data");
    assert!(first[0] <= 2.0 && first[0] + domain[0] <= 2.0, "{first:?}");
    // CloudFront's key is a secret of each stage that has a domain. A key in KMS is a dollar, and one for each of the first
    // two renewals.
    let template = template();
    let secrets = count(&template, "AWS::SecretsManager::Secret", Some("HasSite"));
    let price = items["secret with the keys of the links"].price;
    assert!(same(domain[0], secrets * price) && same(domain[1], 2.0 * secrets * price));
    let keys = count(&template, "AWS::KMS::Key", Some("HasOwnKey"));
    assert!(
        key[0] >= keys && rotated[0] >= 3.0 * keys,
        "{key:?} {rotated:?}"
    );
}
