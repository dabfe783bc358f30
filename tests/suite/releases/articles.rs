//! Articles that two versions publish and read side by side.

use aws_sdk_dynamodb::types::AttributeValue;
use frontdesk_tests::{Desk, Item, text};
use serde_json::{Value, json};

async fn item(desk: &Desk, slug: &str) -> Option<Item> {
    let key = AttributeValue::S(slug.to_owned());
    let get = desk.dynamodb().await.get_item();
    let get = get.table_name("ArticlesTable").key("slug", key);
    get.send().await.unwrap().item
}

#[tokio::test(flavor = "multi_thread")]
async fn the_version_before_finds_every_article_as_it_reads_them() {
    let desk = Desk::start().await;
    let list = desk.get("/articles?limit=100").await.json();
    let index = item(&desk, "#index").await.unwrap();
    let index: Value = serde_dynamo::from_item(index).unwrap();

    assert_eq!(index["articles"], list["articles"]);
    for summary in list["articles"].as_array().unwrap() {
        let slug = summary["slug"].as_str().unwrap();
        let stored = item(&desk, slug).await.unwrap();

        let answer: Value = serde_json::from_str(text(&stored, "json")).unwrap();
        assert_eq!(answer, desk.get(&format!("/articles/{slug}")).await.json());
        for moment in ["published_at", "modified_at"] {
            let moment = text(&stored, moment);
            assert!(moment.parse::<jiff::Timestamp>().is_ok(), "{moment}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_newer_version_keeps_beside_the_articles_stays() {
    let desk = Desk::start().await;
    let newer = json!({ "slug": "#newer/shape", "digest": 7 });
    let put = desk.dynamodb().await.put_item();
    let put = put.table_name("ArticlesTable");
    let put = put.set_item(Some(serde_dynamo::to_item(newer).unwrap()));
    put.send().await.unwrap();

    let desk = Desk::on(desk.close().await).await;

    assert!(item(&desk, "#newer/shape").await.is_some());
    assert_eq!(desk.get("/articles").await.status, 200);
}
