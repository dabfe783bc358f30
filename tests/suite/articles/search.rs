//! Search: words in titles, tags and texts, the part that answers, and pages that stay right.

use frontdesk_tests::{Desk, counter::counted};
use serde_json::Value;

fn slugs(list: &Value) -> Vec<&str> {
    let articles = list["articles"].as_array().unwrap().iter();
    articles.map(|one| one["slug"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_is_found_by_any_of_its_words_and_the_best_comes_first() {
    let desk = Desk::start().await;

    for (query, first) in [
        ("INFLAMMATION", "gut-health-and-foot-pain"),
        ("guts", "gut-health-and-foot-pain"),
        ("permeab", "gut-health-and-foot-pain"),
        ("diab%C3%A9te", "diabetes-and-daily-foot-checks"),
        ("daily+diabetes", "diabetes-and-daily-foot-checks"),
    ] {
        let found = desk.get(&format!("/articles?q={query}")).await.json();
        assert_eq!(slugs(&found).first(), Some(&first), "{query}");
    }
    for nothing in ["zebra", "!!!", "%22"] {
        let found = desk.get(&format!("/articles?q={nothing}")).await.json();
        assert!(slugs(&found).is_empty(), "{nothing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_part_that_answers_is_safe_html_with_each_word_marked() {
    let file = "content/articles/gut-health-and-foot-pain.md";
    let desk = Desk::with_infra(|infra| {
        let text = std::fs::read_to_string(infra.join(file)).unwrap();
        let hostile = "The word zebra stands beside <script>alert(1)</script> & \"quotes\".";
        std::fs::write(infra.join(file), format!("{text}\n{hostile}\n")).unwrap();
    })
    .await;

    let found = desk.get("/articles?q=zebra").await.json();
    let page = desk.page("/articles?q=zebra").await;

    let snippet = found["articles"][0]["snippet"].as_str().unwrap();
    assert!(
        snippet.contains("The word <mark>zebra</mark> stands"),
        "{snippet}"
    );
    assert!(
        snippet.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; "),
        "{snippet}"
    );
    assert!(page.text.contains("<mark>zebra</mark>"));
    assert!(!page.text.contains("<script>alert"));
    assert_eq!(page.header("x-robots-tag"), "noindex");
    assert_eq!(
        desk.get("/articles").await.json()["articles"][0]["snippet"],
        Value::Null
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_tags_and_searches_make_no_call_and_an_article_at_most_one() {
    let desk = Desk::start().await;
    let (counter, url) = counted(&desk).await;
    let functions = Desk::at(&url);
    functions.get("/articles?q=heel").await;
    functions.get("/clinic").await;
    let _ = counter.take();

    for path in [
        "/articles",
        "/articles?tag=diabetes",
        "/articles?q=foot",
        "/articles?author=chiropodist-3",
        "/sitemap.xml",
        "/",
    ] {
        functions.get(path).await;
        functions.page(path).await;
        assert!(counter.take().is_empty(), "{path}");
    }
    functions.get("/articles/gut-health-and-foot-pain").await;
    assert_eq!(counter.take()["GetItem"], 1);
    functions.page("/articles/gut-health-and-foot-pain").await;
    assert!(counter.take().is_empty());
}
