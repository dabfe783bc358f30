//! The frame around every page, its stylesheet, and the headers of every answer.

use frontdesk_tests::{
    Desk,
    booked::{Booked, assessment},
    html::tags,
    snapshots::{frame, stable},
};
use insta::assert_snapshot;
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_the_clinics_name_number_address_and_hours() {
    let desk = Desk::start().await;

    let page = desk.page("/privacy").await;

    let _stable = stable();
    assert_snapshot!("frame", frame(&page.text));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_is_made_with_may_be_kept_for_good() {
    let desk = Desk::start().await;
    let page = desk.page("/articles/gut-health-and-foot-pain").await.text;
    let tags = tags(&page);
    let files: Vec<&str> = tags
        .iter()
        // Other addresses and forms of the page are no parts of it.
        .filter(|tag| !["canonical", "alternate"].contains(&tag.get("rel")))
        .map(|tag| match tag.name.as_str() {
            "link" => tag.get("href"),
            _ => tag.get("src"),
        })
        .filter(|file| !file.is_empty())
        .collect();

    assert!(files.len() >= 6, "{files:?}");
    for file in files {
        let answer = desk.get(file).await;
        assert_eq!(answer.status, 200, "{file}");
        let control = answer.header("cache-control");
        assert_eq!(control, "public, max-age=31536000, immutable", "{file}");
        assert!(
            answer.header("content-type") != "application/json",
            "{file}"
        );
    }
    // A page of another version names another sheet: it gets the present one, which nobody may keep for long.
    let other = desk.get("/assets/style-AAAAAAAA.css").await;
    assert_eq!(other.status, 200);
    assert_eq!(other.header("cache-control"), "public, max-age=60");
    assert_eq!(desk.get("/assets/nothing.css").await.status, 404);
    assert_eq!(desk.get("/images/nothing.svg").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_the_same_headers() {
    let desk = Desk::start().await;

    for path in ["/", "/clinic", "/services", "/nothing", "/book", "/contact"] {
        for accept in ["text/html", "application/json"] {
            let request = desk.request(Method::GET, path).header("accept", accept);
            let answer = frontdesk_tests::Answer::to(request).await;

            for (name, value) in [
                ("strict-transport-security", "max-age=31536000"),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "same-origin"),
            ] {
                assert_eq!(answer.header(name), value, "{path}");
            }
            assert!(answer.header("permissions-policy").contains("camera=()"));
            let policy = answer.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
            assert!(
                policy.contains("frame-ancestors 'none'"),
                "{path}: {policy}"
            );
            assert!(!policy.contains("unsafe"), "{path}: {policy}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_websites_that_the_clinic_names_may_frame_its_pages_and_nobody_staffs() {
    let desk = Desk::with_clinic(|toml| {
        toml.replace(
            "embed_origins = []",
            "embed_origins = [\"https://www.feetfirst.example\"]",
        )
    })
    .await;

    let page = desk.page("/book").await;

    let policy = page.header("content-security-policy");
    let framed = "frame-ancestors 'self' https://www.feetfirst.example;";
    assert!(policy.contains(framed), "{policy}");
    let booked = Booked::of(&desk, &assessment()).await;
    let staffs = desk.page(&booked.address("decision")).await;
    let policy = staffs.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_has_not_changed_is_not_sent_again_and_has_a_head() {
    let desk = Desk::start().await;
    let page = desk.page("/articles/gut-health-and-foot-pain").await;
    let ask = |method: Method| {
        let request = desk.request(method, "/articles/gut-health-and-foot-pain");
        request.header("accept", "text/html")
    };

    let same = ask(Method::GET).header("if-none-match", page.header("etag"));
    let same = frontdesk_tests::Answer::to(same).await;
    let head = frontdesk_tests::Answer::to(ask(Method::HEAD)).await;

    assert_eq!((same.status.as_u16(), same.text.as_str()), (304, ""));
    assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), page.text.len().to_string());
    assert_eq!(page.header("vary"), "accept, accept-encoding");
    assert!(!page.header("last-modified").is_empty());
    let since = ask(Method::GET).header("if-modified-since", page.header("last-modified"));
    assert_eq!(frontdesk_tests::Answer::to(since).await.status, 304);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_long_to_load_is_compressed() {
    let desk = Desk::start().await;
    let sheet = desk.page("/").await;
    let sheet = tags(&sheet.text);
    let sheet = sheet.iter().find(|tag| tag.get("rel") == "stylesheet");
    let sheet = sheet.unwrap().get("href").to_owned();

    for path in [
        "/articles/gut-health-and-foot-pain",
        "/articles",
        "/feed.atom",
        &sheet,
    ] {
        let ask = || {
            desk.request(Method::GET, path)
                .header("accept", "text/html")
        };
        let plain = frontdesk_tests::Answer::to(ask()).await;
        let small = frontdesk_tests::Answer::to(ask().header("accept-encoding", "gzip")).await;

        assert_eq!(small.header("content-encoding"), "gzip", "{path}");
        assert_ne!(small.header("etag"), plain.header("etag"), "{path}");
        let length = |answer: &frontdesk_tests::Answer| -> usize {
            answer.header("content-length").parse().unwrap()
        };
        assert!(2 * length(&small) < length(&plain), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_is_a_page_of_the_clinic_with_a_way_on() {
    let desk = Desk::start().await;

    let nowhere = desk.page("/does/not/exist").await;

    assert_eq!(nowhere.status, 404);
    for words in [
        "Feet First Clinic",
        "416-769-3338",
        "href=\"/\"",
        "There is nothing here",
    ] {
        assert!(nowhere.text.contains(words), "{words}");
    }
}
