//! The contact form without script: where a browser is sent, and what it is shown again.

use frontdesk_tests::{
    Desk, MESSAGE_MAILS,
    html::{field, links, tags, unescaped},
    text,
};
use serde_json::json;

const FILLED: [(&str, &str); 4] = [
    ("name", "Zoë"),
    ("email", "zoe@example.com"),
    ("message", "Hello"),
    ("consent", "on"),
];

fn filled<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&FILLED, more].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_goes_on_to_an_address_of_an_allowed_origin() {
    let desk = Desk::with_clinic(|toml| {
        toml.replace(
            "next_origins = []",
            "next_origins = [\"https://booking.example\"]",
        )
    })
    .await;

    let own = format!("{}/thanks.html", desk.url);
    for next in [
        "https://feetfirst.example",
        "https://feetfirst.example/thanks?from=form#top",
        "https://booking.example/",
        &own,
    ] {
        let answer = desk
            .post_form("/contact", &filled(&[("_next", next)]))
            .await;

        assert_eq!(answer.status, 303, "{answer:?}");
        assert_eq!(answer.header("location"), next);
    }
    assert_eq!(desk.items_of("ContactTable", "message#").await.len(), 1);
    let program = desk.post_raw(
        "/contact",
        "application/x-www-form-urlencoded",
        "name=Zoe&email=zoe%40example.com&message=Hi&consent=on&_next=https%3A%2F%2Ffeetfirst.example",
    );
    assert_eq!(program.await.status, 201, "a program is not sent on");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_other_address_is_ignored() {
    let desk = Desk::start().await;

    for next in [
        "https://evil.example/",
        "https://feetfirst.example.evil.example/",
        "https://feetfirst.example@evil.example/",
        "https://feetfirst.example:8443/",
        "https://feetfirst.example\\@evil.example/",
        "https://feetfirst.example\t.evil.example/",
        "http://feetfirst.example/",
        "//evil.example/",
        "/\\evil.example",
        "/thanks",
        "javascript:alert(1)//https://feetfirst.example/",
        "https://feetfirst.example/\r\nset-cookie: a=b",
        " https://feetfirst.example/",
        "",
    ] {
        let answer = desk
            .post_form("/contact", &filled(&[("_next", next)]))
            .await;

        assert_eq!(answer.status, 303, "{next:?}: {answer:?}");
        let thanks = answer.header("location");
        assert!(
            thanks.starts_with("/contact/thanks?reference=C-"),
            "{next:?}: {thanks}"
        );
        let thanks = desk.page(thanks).await;
        assert!(thanks.text.contains("Thank you: your message has arrived"));
        assert!(!thanks.text.contains("evil"));
    }
}

/// The summary has the focus and links to each bad field, and each of these names its message.
fn errors_are_tied_to_their_fields(html: &str, bad: &[&str]) {
    let (_, main) = html.split_once("<main").unwrap();
    let all = tags(main);
    let mut summaries = all.iter().filter(|tag| tag.get("class") == "summary");
    let summary = summaries.next().unwrap();
    assert!(summary.has("autofocus") && summary.get("tabindex") == "-1");
    let expected: Vec<String> = bad.iter().map(|name| format!("#{name}")).collect();
    assert_eq!(links(main)[..bad.len()], expected);
    for name in bad {
        let wrong = field(html, name);
        assert_eq!(wrong.get("aria-invalid"), "true");
        let describers = wrong.get("aria-describedby").split(' ');
        for describer in describers {
            let found = all.iter().any(|tag| tag.get("id") == describer);
            assert!(found, "{describer}");
        }
        let error = format!("{name}-error");
        assert!(wrong.get("aria-describedby").contains(&error), "{error}");
        assert_eq!(wrong.get("id"), *name, "the summary's link leads there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_comes_back_as_the_same_form_with_what_was_typed() {
    let desk = Desk::start().await;
    let typed = [
        ("name", "Zoë \"<b>Ł</b>\" & co"),
        ("email", "zoe"),
        ("phone", "call me"),
        ("topic", "foot-pain"),
        ("message", "\nFirst line is empty.\n</textarea><script>"),
        ("consent", "on"),
        ("page", "https://feetfirst.example/articles/gut"),
        ("_next", "https://feetfirst.example/thanks"),
        ("shoe_size", "42"),
    ];

    let answer = desk.post_form("/contact", &typed).await;

    assert_eq!(answer.status, 422);
    let html = &answer.text;
    let scripts = tags(html).into_iter().filter(|tag| tag.name == "script");
    for script in scripts {
        assert!(script.get("src").starts_with("/assets/"), "{script:?}");
    }
    assert!(html.contains("<title>Error: Write to us – Feet First Clinic</title>"));
    for name in ["name", "email", "phone", "page", "_next"] {
        let (_, value) = typed.iter().find(|(field, _)| *field == name).unwrap();
        assert_eq!(field(html, name).get("value"), *value);
    }
    let area = html.split("<textarea").nth(1).unwrap();
    let area = area
        .split_once('>')
        .unwrap()
        .1
        .split("</textarea>")
        .next()
        .unwrap();
    assert_eq!(
        unescaped(area),
        "\n\nFirst line is empty.\n</textarea><script>"
    );
    assert!(field(html, "consent").has("checked"));
    let chosen: Vec<String> = tags(html)
        .iter()
        .filter(|tag| tag.name == "option" && tag.has("selected"))
        .map(|tag| tag.get("value").to_owned())
        .collect();
    assert_eq!(chosen, ["foot-pain"]);

    assert!(html.contains("Something went wrong with the form"));
    assert!(!html.contains("shoe_size"));
    errors_are_tied_to_their_fields(html, &["email", "phone"]);
    assert!(!field(html, "name").has("aria-invalid"));
    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("form-action 'self' https://feetfirst.example "),
        "the browser may go on from here: {policy}"
    );
    assert!(desk.items("ContactTable").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_a_browser_comes_back_to_leads_to_the_form() {
    let desk = Desk::start().await;

    let browser = desk.page("/contact").await;
    let program = desk.get("/contact").await;

    assert_eq!(browser.status, 200);
    assert!(browser.text.contains("name=\"_token\""), "{}", browser.text);
    assert_eq!(
        (program.status.as_u16(), program.header("allow")),
        (405, "POST")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_mends_a_mistake_quickly_is_no_machine() {
    let desk = Desk::start().await;
    let again = desk.post_form("/contact", &FILLED[..3]).await;
    assert_eq!(again.status, 422);

    let token = field(&again.text, "_token").get("value").to_owned();
    let corrected = desk
        .post_form("/contact", &filled(&[("_token", &token)]))
        .await;

    assert_eq!(corrected.status, 303);
    let stored = desk.items_of("ContactTable", "message#").await;
    assert_eq!(text(&stored[0], "inbox"), "received");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_that_comes_back_can_be_sent() {
    let desk = Desk::start().await;
    let wrong = [
        ("name", "Zoë"),
        ("email", "zoe"),
        ("message", "Hello"),
        ("consent", "on"),
        ("_next", "https://feetfirst.example/thanks"),
        ("_idempotency_key", "key-of-the-form"),
    ];
    let again = desk.post_form("/contact", &wrong).await.text;
    desk.clock(json!({ "advance": "PT10S" })).await;

    let hidden: Vec<(String, String)> = tags(&again)
        .iter()
        .filter(|tag| tag.get("type") == "hidden")
        .map(|tag| (tag.get("name").to_owned(), tag.get("value").to_owned()))
        .collect();
    let hidden = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let corrected: Vec<(&str, &str)> = FILLED.into_iter().chain(hidden).collect();
    let answer = desk.post_form("/contact", &corrected).await;

    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(
        answer.header("location"),
        "https://feetfirst.example/thanks"
    );
    let stored = desk.items_of("ContactTable", "message#").await;
    assert_eq!(text(&stored[0], "inbox"), "received");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blank_form_needs_no_script_and_takes_long_messages_of_every_script() {
    let desk = Desk::start().await;
    let blank = desk.page("/contact/form").await;
    assert_eq!(blank.status, 200);
    assert!(!blank.text.contains("class=\"summary\""));
    let form = tags(&blank.text)
        .into_iter()
        .find(|tag| tag.name == "form")
        .unwrap();
    assert_eq!(form.get("action"), "/contact");
    assert_eq!(form.get("enctype"), "multipart/form-data");
    let token = field(&blank.text, "_token").get("value").to_owned();
    desk.clock(json!({ "advance": "PT1M" })).await;

    for letter in ["ع", "足", "👣"] {
        let long = letter.repeat(5_000);
        let part = |name: &str, value: &str| {
            format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body: String = [
            part("name", "زوي 👩🏽‍⚕️"),
            part("email", "zoe@example.com"),
            part("phone", ""),
            part("topic", ""),
            part("message", &long),
            part("consent", "on"),
            part("_gotcha", ""),
            part("_token", &token),
            "--b--\r\n".to_owned(),
        ]
        .concat();
        let answer = desk
            .post_raw("/contact", "multipart/form-data; boundary=b", body)
            .await;
        assert_eq!(answer.status, 201, "{letter}: {answer:?}");
        let reference = answer.json()["reference"].as_str().unwrap().to_owned();
        let stored = desk.stored(&reference).await;
        assert_eq!(text(&stored, "message"), long);
        assert_eq!(text(&stored, "name"), "زوي 👩🏽‍⚕️");
        assert_eq!(text(&stored, "inbox"), "received");
    }
    let mails = desk.mails_of(&MESSAGE_MAILS, 6).await;
    let staffs = mails
        .iter()
        .find(|mail| mail["kind"] == "message_to_staff")
        .unwrap();
    assert!(staffs["subject"].as_str().unwrap().contains("زوي 👩🏽‍⚕️"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_back_button_and_send_again_stores_one_message_and_a_changed_one_two() {
    let desk = Desk::start().await;
    let page = desk.page("/contact/form").await.text;
    let token = field(&page, "_token").get("value").to_owned();
    desk.clock(json!({ "advance": "PT1M" })).await;
    let first = filled(&[("_token", &token)]);

    let sent = desk.post_form("/contact", &first).await;
    let double_click = desk.post_form("/contact", &first).await;
    // Some browsers load the form again on the way back: its token is another one.
    let page = desk.page("/contact/form").await.text;
    let other_token = field(&page, "_token").get("value").to_owned();
    desk.clock(json!({ "advance": "PT10S" })).await;
    let back = desk
        .post_form("/contact", &filled(&[("_token", &other_token)]))
        .await;

    assert_eq!([sent.status, double_click.status, back.status], [303; 3]);
    let thanks = sent.header("location");
    assert_eq!(
        [double_click.header("location"), back.header("location")],
        [thanks; 2]
    );
    assert_eq!(desk.items_of("ContactTable", "message#").await.len(), 1);
    let changed = [
        &first[..2],
        &[("message", "Hello again"), ("consent", "on")],
    ]
    .concat();
    assert_eq!(desk.post_form("/contact", &changed).await.status, 303);
    assert_eq!(desk.items_of("ContactTable", "message#").await.len(), 2);
    desk.mails_of(&MESSAGE_MAILS, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_whose_key_was_used_gets_a_form_that_it_can_send() {
    let desk = Desk::start().await;
    let keyed = |message| {
        vec![
            ("name", "Zoë"),
            ("email", "zoe@example.com"),
            ("message", message),
            ("consent", "on"),
            ("_idempotency_key", "key"),
        ]
    };
    assert_eq!(desk.post_form("/contact", &keyed("One")).await.status, 303);

    let again = desk.post_form("/contact", &keyed("Two")).await;

    assert_eq!(again.status, 422);
    assert!(
        again
            .text
            .contains("An earlier version of this message was already sent")
    );
    assert!(
        !again.text.contains("_idempotency_key"),
        "the used key is gone"
    );
    assert!(again.text.contains("Two"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_is_kept_when_the_store_is_down() {
    let desk = Desk::start().await;
    desk.faults(json!({ "dynamodb": "down" })).await;

    let down = desk.post_form("/contact", &FILLED).await;
    desk.faults(json!({ "dynamodb": "ok" })).await;
    let up = desk.post_form("/contact", &FILLED).await;

    assert_eq!(
        (down.status.as_u16(), down.header("retry-after")),
        (503, "2")
    );
    assert_eq!(field(&down.text, "name").get("value"), "Zoë");
    assert!(down.text.contains("What you typed is still here"));
    assert_eq!(up.status, 303);
    assert_eq!(desk.items_of("ContactTable", "message#").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_below_an_article_says_where_it_is_and_has_no_token() {
    let desk = Desk::start().await;
    let fields = |html: &str| -> Vec<String> {
        let tags = tags(html).into_iter();
        let fields =
            tags.filter(|tag| ["input", "select", "textarea"].contains(&tag.name.as_str()));
        fields.map(|tag| tag.get("name").to_owned()).collect()
    };

    let own = desk.page("/contact").await.text;
    let article = desk.page("/articles/gut-health-and-foot-pain").await.text;

    let mut expected = fields(&own);
    expected.retain(|name| name != "_token");
    // So that staff know what somebody has read.
    expected.push("page".to_owned());
    assert_eq!(fields(&article), expected);
    let sent = desk.post_form("/contact", &filled(&[])).await;
    assert_eq!(sent.status, 303, "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_agreed_to_an_older_text_reads_the_new_one() {
    let desk = Desk::start().await;

    let older = filled(&[("_consent_version", "2025-01")]);
    let refused = desk.post_form("/contact", &older).await;
    let current = filled(&[("_consent_version", "2026-11")]);
    let taken = desk.post_form("/contact", &current).await;

    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("The text has changed."));
    assert!(!field(&refused.text, "consent").has("checked"));
    assert_eq!(
        field(&refused.text, "_consent_version").get("value"),
        "2026-11"
    );
    assert_eq!(taken.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_mend_in_the_form_is_not_in_it_again() {
    let desk = Desk::start().await;
    for (name, value) in [
        ("page", "not an address"),
        ("_idempotency_key", "two words"),
    ] {
        let again = desk.post_form("/contact", &filled(&[(name, value)])).await;

        assert_eq!(again.status, 422);
        let advice = "Something went wrong with the form";
        assert!(again.text.contains(advice), "{}", again.text);
        let mut hidden = tags(&again.text)
            .into_iter()
            .filter(|tag| tag.get("type") == "hidden");
        assert!(hidden.all(|tag| tag.get("name") != name), "{name}");
    }
}
