//! An article in its forms: what readers, search engines, feed readers and link previews get.

use std::{env, fs, path::PathBuf};

use frontdesk_tests::{
    Answer, Desk,
    snapshots::{page, stable},
};
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::Value;

const ARTICLE: &str = "/articles/gut-health-and-foot-pain";

async fn form(desk: &Desk, path: &str, accept: &str) -> Answer {
    Answer::to(desk.request(Method::GET, path).header("accept", accept)).await
}

fn pretty(json: &Value) -> String {
    serde_json::to_string_pretty(json).unwrap()
}

/// What programs that are not ours should read back, if they are to.
fn keep(name: &str, text: &str) {
    if let Some(folder) = env::var_os("FRONTDESK_FEEDS").map(PathBuf::from) {
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), text).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_article_has_five_forms() {
    let desk = Desk::start().await;
    let _stable = stable();

    let json = form(&desk, ARTICLE, "application/json").await;
    let html = form(&desk, ARTICLE, "text/html").await;
    let markdown = form(&desk, ARTICLE, "text/markdown").await;
    let atom = desk.get("/feed.atom").await;
    let feed = desk.get("/feed.json").await;

    assert_snapshot!("article", pretty(&json.json()));
    let (head, _) = html.text.split_once("<link rel=\"icon\"").unwrap();
    assert_snapshot!("article_head", head.replace("><", ">\n<"));
    assert_snapshot!("article_page", page(&html.text));
    let json_ld = html.text.split_once("application/ld+json\">").unwrap().1;
    let json_ld = json_ld.split_once("</script>").unwrap().0;
    let json_ld: Value = serde_json::from_str(json_ld).unwrap();
    assert_eq!(json_ld, json.json()["json_ld"]);
    assert_eq!(
        markdown.header("content-type"),
        "text/markdown; charset=utf-8"
    );
    assert_snapshot!("article_markdown", markdown.text);
    assert_eq!(
        atom.header("content-type"),
        "application/atom+xml; charset=utf-8"
    );
    let newest: Vec<&str> = atom.text.splitn(3, "<entry>").take(2).collect();
    assert_snapshot!("article_atom", newest.join("<entry>").replace("><", ">\n<"));
    assert_eq!(feed.header("content-type"), "application/feed+json");
    let mut newest = feed.json();
    newest["items"].as_array_mut().unwrap().truncate(1);
    assert_snapshot!("article_json_feed", pretty(&newest));
    keep("article.html", &html.text);
    keep("feed.atom", &atom.text);
    keep("feed.json", &feed.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_the_one_that_is_asked_for() {
    let desk = Desk::start().await;

    for (accept, media_type) in [
        (
            "text/html,application/xhtml+xml,*/*;q=0.8",
            "text/html; charset=utf-8",
        ),
        ("text/markdown", "text/markdown; charset=utf-8"),
        (
            "text/markdown, text/html;q=0.9",
            "text/markdown; charset=utf-8",
        ),
        ("text/html;q=0, text/*", "text/markdown; charset=utf-8"),
        ("text/markdownish", "application/json"),
        ("image/png", "application/json"),
        ("*/*", "application/json"),
        (
            "application/json;q=0.1, text/markdown;q=0",
            "application/json",
        ),
    ] {
        let answer = form(&desk, ARTICLE, accept).await;

        assert_eq!(answer.header("content-type"), media_type, "{accept}");
        assert_eq!(answer.header("vary"), "accept, accept-encoding");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn crawlers_find_every_page_and_leave_peoples_own_alone() {
    let desk = Desk::start().await;

    let sitemap = desk.get("/sitemap.xml").await;
    let robots = desk.get("/robots.txt").await;

    let _stable = stable();
    assert_snapshot!("sitemap", sitemap.text.replace("><", ">\n<"));
    assert_snapshot!("robots", robots.text);
    for address in sitemap.text.split("<loc>").skip(1) {
        let address = address.split_once("</loc>").unwrap().0;
        let path = address.strip_prefix("https://feetfirst.example").unwrap();
        assert_eq!(desk.page(path).await.status, 200, "{path}");
    }
}
