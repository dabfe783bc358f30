//! Articles, team, clinic.

use frontdesk_tests::{Answer, Desk};
use reqwest::Method;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_article_comes_with_everything_around_it() {
    let desk = Desk::start().await;

    let article = desk.get("/articles/gut-health-and-foot-pain").await.json();

    assert_eq!(article["contents"].as_array().unwrap().len(), 7);
    assert_eq!(article["related"].as_array().unwrap().len(), 3);
    assert_eq!(article["image"]["credit"]["name"], "Sora Shimazaki");
    assert_eq!(article["image"]["width"], 960);
    assert_eq!(article["call_to_action"]["phone"], "416-769-3338");
    assert_eq!(article["json_ld"]["@graph"][0]["@type"], "MedicalWebPage");
    assert_eq!(article["author"]["name"], "Chiropodist 1");
    assert!(article["reading_minutes"].as_u64().unwrap() >= 2);
    let html = article["html"].as_str().unwrap();
    for part in [
        "<ul>",
        "<ol>",
        "<figure>",
        "<figcaption>Inflammation as it looks from inside a joint",
        "id=\"final-thoughts\"",
    ] {
        assert!(html.contains(part), "{part}");
    }
    for network in ["facebook", "x", "linkedin", "email"] {
        let link = article["share"][network].as_str().unwrap();
        assert!(
            link.contains("feetfirst.example%2Farticles%2Fgut-health-and-foot-pain"),
            "{link}"
        );
    }
    for picture in [&article["image"], &article["related"][0]["image"]] {
        let picture = desk.get(picture["src"].as_str().unwrap()).await;
        assert_eq!(
            (picture.status.as_u16(), picture.header("content-type")),
            (200, "image/svg+xml")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_still_good_is_not_sent_again() {
    let desk = Desk::start().await;

    for path in [
        "/articles/gut-health-and-foot-pain",
        "/articles",
        "/clinic",
        "/team",
        "/services",
    ] {
        let first = desk.get(path).await;
        assert_eq!(first.status, 200, "{path}");
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"'), "a strong tag: {tag}");
        let again = Answer::to(
            desk.request(Method::GET, path)
                .header("if-none-match", &tag),
        )
        .await;
        assert_eq!(
            (again.status.as_u16(), again.text.as_str()),
            (304, ""),
            "{path}"
        );
        assert_eq!(again.header("etag"), tag);
        let head = Answer::to(desk.request(Method::HEAD, path)).await;
        assert_eq!(
            (
                head.status.as_u16(),
                head.text.as_str(),
                head.header("etag")
            ),
            (200, "", tag.as_str())
        );
    }
    let article = desk.get("/articles/gut-health-and-foot-pain").await;
    // Since then the other articles, which it names, are what they are.
    assert_eq!(
        article.header("last-modified"),
        "Mon, 30 Nov 2026 14:00:00 GMT"
    );
}

fn slugs(list: &Value) -> Vec<String> {
    let articles = list["articles"].as_array().unwrap().iter();
    articles
        .map(|article| article["slug"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_cut_into_pages_and_filtered() {
    let desk = Desk::start().await;
    let all = slugs(&desk.get("/articles").await.json());

    let mut paged = Vec::new();
    let mut path = "/articles?limit=3".to_owned();
    loop {
        let answer = desk.get(&path).await;
        paged.extend(slugs(&answer.json()));
        let Some(rest) = answer.header("link").strip_prefix('<') else {
            assert_eq!(answer.json()["next"], Value::Null);
            break;
        };
        // Relative to the address of the list.
        path = format!("/articles{}", rest.strip_suffix(">; rel=\"next\"").unwrap());
    }

    assert_eq!(paged, all);
    assert!(all.len() >= 6);
    assert_eq!(all[0], "gut-health-and-foot-pain", "the newest first");
    let of = |path: &'static str| async { slugs(&desk.get(path).await.json()) };
    assert_eq!(
        of("/articles?tag=diabetes").await,
        ["diabetes-and-daily-foot-checks"]
    );
    assert_eq!(of("/articles?q=GUT%20inflammation").await.len(), 2);
    assert_eq!(of("/articles?author=chiropodist-3").await.len(), 2);
    assert!(of("/articles?tag=nothing").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_of_tomorrow_is_not_there_today() {
    let desk = Desk::start().await;
    desk.set_now("2026-10-19T08:59:00-04:00".parse().unwrap())
        .await;

    let before = (
        desk.get("/articles/gut-health-and-foot-pain").await,
        desk.get("/articles").await,
    );
    desk.set_now("2026-10-19T09:00:00-04:00".parse().unwrap())
        .await;
    let after = (
        desk.get("/articles/gut-health-and-foot-pain").await,
        desk.get("/articles").await,
    );

    assert_eq!(
        (before.0.status.as_u16(), after.0.status.as_u16()),
        (404, 200)
    );
    assert_eq!(
        slugs(&before.1.json()).len() + 1,
        slugs(&after.1.json()).len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clinic_and_its_team_are_shown() {
    let desk = Desk::start().await;

    let clinic = desk.get("/clinic").await.json();
    let team = desk.get("/team").await.json();

    assert_eq!(clinic["phone"], "416-769-3338");
    assert_eq!(clinic["hours"]["monday"][0], "09:00-18:00");
    assert_eq!(clinic["hours"]["sunday"], serde_json::json!([]));
    assert_eq!(clinic["contact"]["topics"][1]["id"], "foot-pain");
    assert_eq!(team["team"][0]["name"], "Carolina Charles");
    assert_eq!(team["team"][0]["pronouns"], "she/her");
}
