//! Booking as steps, as a browser without script goes through them.

use frontdesk_tests::{
    Answer, Desk, booked, booking,
    html::{Tag, field, links, tags},
    with,
};
use serde_json::json;

/// The fields that a page's form sends with that button, besides those that are typed.
fn sent_by(html: &str, action: &str) -> Vec<(String, String)> {
    let (_, main) = html.split_once("<main").unwrap();
    let hidden = |tag: &Tag| tag.name == "input" && tag.get("type") == "hidden";
    let form = format!("action=\"{action}\"");
    let (_, form) = main.split_once(&form).expect(action);
    let form = form.split("</form>").next().unwrap();
    let tags = tags(form).into_iter().filter(hidden);
    tags.map(|tag| (tag.get("name").to_owned(), tag.get("value").to_owned()))
        .collect()
}

fn as_form(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// The first link of the page that leads to the next step.
async fn follow(desk: &Desk, page: &Answer, part: &str) -> Answer {
    let found = links(&page.text)
        .into_iter()
        .find(|link| link.contains(part));
    let found = found.unwrap_or_else(|| panic!("no link with {part}: {}", page.text));
    desk.page(found.split('#').next().unwrap()).await
}

const TYPED: [(&str, &str); 6] = [
    ("patient.name", "Zoë Łukasz"),
    ("patient.email", "zoe@example.com"),
    ("patient.phone", ""),
    ("patient.returning", "no"),
    ("reason", "My heel hurts\nin the morning."),
    ("consent", "on"),
];

/// The details page of the first free time of foot care with the first chiropodist.
async fn details(desk: &Desk) -> Answer {
    let services = desk.page("/book").await;
    let who = follow(desk, &services, "service=foot-care").await;
    let times = follow(desk, &who, "practitioner=chiropodist").await;
    let times = follow(desk, &times, "day=2026").await;
    follow(desk, &times, "start=").await
}

/// What the details page sends with what is typed into it.
fn filled(page: &Answer, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = sent_by(&page.text, "/book");
    let typed = typed.iter();
    fields.extend(typed.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}

#[tokio::test(flavor = "multi_thread")]
async fn seven_presses_lead_from_the_services_to_an_appointment() {
    let desk = Desk::start().await;
    let page = details(&desk).await;
    assert!(
        page.text.contains("Routine foot care, 30 minutes, $70"),
        "what was chosen stays visible"
    );

    let check = desk
        .post_form("/book", &as_form(&filled(&page, &TYPED)))
        .await;
    let fields = sent_by(&check.text, "/book");
    let booked = desk.post_form("/bookings", &as_form(&fields)).await;
    let done = desk.followed(&booked).await;

    assert_eq!(check.status, 200, "{check:?}");
    for words in [
        "Zoë Łukasz",
        "zoe@example.com",
        "My heel hurts",
        "Book this appointment",
    ] {
        assert!(check.text.contains(words), "{words}: {}", check.text);
    }
    assert_eq!(desk.items_of("BookingTable", "booking#").await.len(), 1);
    for words in ["Thank you", "Add to your calendar", "Before you come"] {
        assert!(done.text.contains(words), "{words}: {}", done.text);
    }
    // By whatever name the browser knows the site.
    assert!(
        booked.header("location").starts_with("/bookings/B-"),
        "{booked:?}"
    );
    // Pressed twice, or again after Back: the same appointment.
    let again = desk.post_form("/bookings", &as_form(&fields)).await;
    assert_eq!(again.header("location"), booked.header("location"));
    assert_eq!(desk.items_of("BookingTable", "booking#").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_chosen_and_typed_survives_a_mistake() {
    let desk = Desk::start().await;
    let page = details(&desk).await;
    let mut wrong = TYPED;
    wrong[1].1 = "zoe";
    wrong[5].1 = "";

    let again = desk
        .post_form("/book", &as_form(&filled(&page, &wrong)))
        .await;

    assert_eq!(again.status, 422);
    assert!(
        again
            .text
            .contains("<title>Error: Your details – Feet First Clinic</title>")
    );
    for words in [
        "Zoë Łukasz",
        "My heel hurts",
        "Enter an email address",
        "Routine foot care",
        "href=\"#patient.email\"",
    ] {
        assert!(again.text.contains(words), "{words}: {}", again.text);
    }
    assert_eq!(sent_by(&again.text, "/book"), sent_by(&page.text, "/book"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_survives_another_time_and_a_lost_race() {
    let desk = Desk::start().await;
    let page = details(&desk).await;
    let check = desk
        .post_form("/book", &as_form(&filled(&page, &TYPED)))
        .await;
    let fields = sent_by(&check.text, "/book");
    let start = &fields.iter().find(|(name, _)| name == "start").unwrap().1;
    let other = with(booked::of_person(booking(), 7), "start", json!(start));
    let other = with(other, "practitioner", json!("chiropodist-1"));
    let practitioner = &fields
        .iter()
        .find(|(name, _)| name == "practitioner")
        .unwrap()
        .1;
    let other = with(other, "practitioner", json!(practitioner));
    assert_eq!(desk.post("/bookings", &other).await.status, 201);

    let lost = desk.post_form("/bookings", &as_form(&fields)).await;

    assert_eq!(lost.status, 409);
    assert!(
        lost.text.contains("This time has just been taken"),
        "{}",
        lost.text
    );
    let kept = sent_by(&lost.text, "/bookings");
    let value = |name: &str| {
        kept.iter()
            .find(|(one, _)| one == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(value("patient.name"), Some("Zoë Łukasz"));
    let buttons = tags(&lost.text)
        .into_iter()
        .filter(|tag| tag.name == "button" && tag.get("name") == "start");
    let starts: Vec<String> = buttons.map(|tag| tag.get("value").to_owned()).collect();
    assert_eq!(starts.len(), 5);
    // Another month, another day, and a time of it: what was typed goes along.
    let mut change = kept.clone();
    change.push(("change".to_owned(), "month:2026-12".to_owned()));
    let month = desk.post_form("/book", &as_form(&change)).await;
    assert!(month.text.contains("December 2026"), "{}", month.text);
    assert_eq!(
        sent_by(&month.text, "/book")
            .iter()
            .filter(|(name, _)| name == "patient.name")
            .count(),
        1
    );
    // And one press books the first of the others.
    let mut chosen = kept.clone();
    chosen.push(("start".to_owned(), starts[0].clone()));
    let booked = desk.post_form("/bookings", &as_form(&chosen)).await;
    let done = desk.followed(&booked).await;
    assert!(done.text.contains("Thank you"), "{}", done.text);
}

/// Presses the button of that name, with what its form sends besides. `value` is how its value begins.
async fn press(desk: &Desk, page: &Answer, name: &str, value: &str) -> Answer {
    let mut buttons = tags(&page.text).into_iter();
    let is_it = |tag: &Tag| {
        tag.name == "button" && tag.get("name") == name && tag.get("value").starts_with(value)
    };
    let button = buttons.find(is_it);
    let button = button.unwrap_or_else(|| panic!("{name}={value}: {}", page.text));
    let mut fields = sent_by(&page.text, "/book");
    fields.push((name.to_owned(), button.get("value").to_owned()));
    let answer = desk.post_form("/book", &as_form(&fields)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_survives_every_change_and_nothing_is_called_wrong_too_early() {
    let desk = Desk::start().await;
    let page = details(&desk).await;
    let half = [("patient.name", "Zoë Łukasz"), ("reason", "My left\nheel")];
    let mut fields = filled(&page, &half);
    fields.push(("change".to_owned(), "service".to_owned()));

    let services = desk.post_form("/book", &as_form(&fields)).await;
    // The same person offers it.
    let times = press(&desk, &services, "service", "initial-assessment").await;
    let who = press(&desk, &times, "change", "who").await;
    let times = press(&desk, &who, "practitioner", "chiropodist-2").await;
    let nothing = press(&desk, &times, "change", "month:2026-11").await;
    let list = press(&desk, &nothing, "change", "wait").await;
    let later = press(&desk, &times, "change", "month:2027-01").await;
    let day = press(&desk, &later, "change", "day:2027-01-05").await;
    let again = press(&desk, &day, "start", "2027-01-05").await;

    assert!(list.text.contains("action=\"/waitlist\""), "{list:?}");
    assert!(list.text.contains("value=\"Zoë Łukasz\""), "{list:?}");
    assert!(list.text.contains("value=\"2026-11-30\""), "{list:?}");

    for words in [
        "Your details",
        "Initial assessment, ",
        "Chiropodist 2",
        "value=\"Zoë Łukasz\"",
        "My left\nheel",
    ] {
        assert!(again.text.contains(words), "{words}: {}", again.text);
    }
    assert!(!again.text.contains("There is a problem"), "{}", again.text);
    let typed = filled(&again, &TYPED);
    let check = desk.post_form("/book", &as_form(&typed)).await;
    assert!(check.text.contains("Check your appointment"), "{check:?}");
    let who = press(&desk, &check, "change", "who").await;
    let times = press(&desk, &who, "practitioner", "").await;
    let check = press(&desk, &times, "start", "").await;
    assert!(check.text.contains("Check your appointment"), "{check:?}");
}

/// A filled details page that was opened before the text changed.
async fn agreed_to_an_older_text(desk: &Desk) -> Vec<(String, String)> {
    let mut fields = filled(&details(desk).await, &TYPED);
    for (name, value) in &mut fields {
        if name == "_consent_version" {
            "2025-01".clone_into(value);
        }
    }
    fields
}

#[tokio::test(flavor = "multi_thread")]
async fn who_agreed_to_an_older_text_reads_the_new_one_and_types_nothing_again() {
    let desk = Desk::start().await;
    let fields = agreed_to_an_older_text(&desk).await;

    let again = desk.post_form("/book", &as_form(&fields)).await;

    assert_eq!(again.status, 422);
    assert!(
        again.text.contains("The text has changed."),
        "{}",
        again.text
    );
    assert!(
        again.text.contains("value=\"Zoë Łukasz\""),
        "{}",
        again.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_agrees_to_a_text_that_they_have_not_read() {
    let desk = Desk::start().await;
    let fields = agreed_to_an_older_text(&desk).await;

    for step in [
        ("change", "details"),
        ("change", "wait"),
        ("step", "chosen"),
    ] {
        let sent = [&as_form(&fields)[..], &[step]].concat();
        let again = desk.post_form("/book", &sent).await;
        assert_eq!(again.status, 200, "{again:?}");
        assert!(again.text.contains("value=\"Zoë Łukasz\""), "{again:?}");
        assert!(!field(&again.text, "consent").has("checked"), "{step:?}");
    }
    let link = "/waitlist?service=foot-care&consent=on&patient.name=Victim";
    let by_link = desk.page(link).await.text;
    assert!(!field(&by_link, "consent").has("checked"), "{by_link}");
    assert!(!by_link.contains("Victim"), "{by_link}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_for_those_who_were_here_before_is_no_dead_end() {
    let desk = Desk::start().await;
    let page = details(&desk).await;
    let check = desk
        .post_form("/book", &as_form(&filled(&page, &TYPED)))
        .await;

    let services = press(&desk, &check, "change", "service").await;
    let times = press(&desk, &services, "service", "follow-up").await;
    let check = press(&desk, &times, "start", "").await;

    assert!(check.text.contains("Check your appointment"), "{check:?}");
    assert!(
        check.text.contains("<dt>Here before</dt><dd>Yes</dd>"),
        "{check:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_need_not_wait_books_one_of_the_free_times() {
    let desk = Desk::start().await;
    let page = desk
        .page(
            "/waitlist?service=foot-care&practitioner=chiropodist-1&from=2026-12-01&to=2026-12-02",
        )
        .await;
    let hidden = sent_by(&page.text, "/waitlist");
    let days = [("from", "2026-12-01"), ("to", "2026-12-02")];
    let fields = [&as_form(&hidden)[..], &days, &TYPED[..4], &TYPED[5..]].concat();

    let free = desk.post_form("/waitlist", &fields).await;
    assert_eq!(free.status, 409);
    let buttons = tags(&free.text).into_iter();
    let mut buttons = buttons.filter(|tag| tag.name == "button" && tag.get("name") == "start");
    let start = buttons.next().unwrap().get("value").to_owned();
    let mut fields = sent_by(&free.text, "/bookings");
    fields.push(("start".to_owned(), start));
    let booked = desk.post_form("/bookings", &as_form(&fields)).await;

    let done = desk.followed(&booked).await;
    assert!(done.text.contains("Your appointment is booked"), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_is_gone_leads_to_the_others_of_that_day() {
    let desk = Desk::start().await;
    desk.post("/bookings", &booking()).await;

    let gone = desk
        .page("/book?service=foot-care&practitioner=chiropodist-1&start=2026-12-01T10:00:00-05:00")
        .await;

    assert_eq!(gone.status, 200);
    assert!(
        gone.text.contains("cannot be booked any more"),
        "{}",
        gone.text
    );
    assert!(
        gone.text
            .contains("id=\"times-title\">Tuesday, December 1<"),
        "{}",
        gone.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_asked_for_times_before_the_first_one_online_alone() {
    let desk = Desk::start().await;
    let today = "/book?service=foot-care&practitioner=any&month=2026-11&day=2026-11-30";

    // Four hours of notice: what is left of the morning is for those who call.
    let page = desk.page(today).await;
    let (_, times) = page.text.split_once("id=\"times\"").unwrap();
    assert!(
        times.contains("For a time before 1:15\u{a0}p.m., please call"),
        "{times}"
    );
    assert!(times.contains("start=2026-11-30T13%3A15"), "{times}");
    assert!(!times.contains("start=2026-11-30T12%3A"), "{times}");

    desk.set_now("2026-11-30T15:00:00-05:00".parse().unwrap())
        .await;
    let page = desk.page(today).await;
    assert!(
        page.text.contains("For a time on this day, please call"),
        "{}",
        page.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_in_the_address_is_not_chosen() {
    let desk = Desk::start().await;
    for (query, heading) in [
        ("", "Book online"),
        ("?service=nothing", "Book online"),
        ("?service=foot-care", "Who would you like to see?"),
        (
            "?service=foot-care&practitioner=nobody",
            "Who would you like to see?",
        ),
        // Only one person offers it.
        ("?service=orthotics-fitting", "When would suit you?"),
        (
            "?service=foot-care&practitioner=any&month=x&day=y&start=z",
            "When would suit you?",
        ),
        (
            "?service=foot-care&practitioner=any&month=9999-12",
            "When would suit you?",
        ),
        (
            "?service=foot-care&practitioner=any&month=1900-01",
            "When would suit you?",
        ),
        (
            "?service=foot-care&practitioner=any&day=2027-12-01",
            "When would suit you?",
        ),
        (
            "?service=foot-care&practitioner=any&start=2020-01-01T10:00:00Z",
            "When would suit you?",
        ),
    ] {
        let page = desk.page(&format!("/book{query}")).await;

        assert_eq!(page.status, 200, "{query}");
        assert!(
            page.text.contains(&format!("<h1>{heading}</h1>")),
            "{query}: {}",
            page.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_free_one_can_wait() {
    let desk = Desk::start().await;
    let page = desk
        .page("/book?service=orthotics-fitting&month=2027-02")
        .await;
    assert!(page.text.contains("February 2027"), "{}", page.text);
    let full = desk
        .page(
            "/waitlist?service=foot-care&practitioner=chiropodist-1&from=2026-12-06&to=2026-12-06",
        )
        .await;
    assert_eq!(full.status, 200);
    let mut fields = sent_by(&full.text, "/waitlist");
    for (name, value) in [("from", "2026-12-06"), ("to", "2026-12-06")]
        .iter()
        .chain(&TYPED[..4])
        .chain(&TYPED[5..])
    {
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }

    let joined = desk.post_form("/waitlist", &as_form(&fields)).await;
    let page = desk.followed(&joined).await;
    let mut wrong = fields.clone();
    for (name, value) in &mut wrong {
        if name == "patient.email" {
            "zoe".clone_into(value);
        }
    }
    let again = desk.post_form("/waitlist", &as_form(&wrong)).await;

    assert!(
        page.text.contains("You are on our waiting list"),
        "{}",
        page.text
    );
    assert_eq!(again.status, 422);
    assert!(
        again.text.contains("value=\"Zoë Łukasz\""),
        "{}",
        again.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_finds_nothing_free_at_all_stays_at_the_first_month_and_waits_for_the_whole_time() {
    let desk = Desk::with_clinic(|toml| {
        toml + "\n[[closures]]\nfrom = \"2026-11-01\"\nto = \"2027-03-31\"\nreason = \"We move.\"\n"
    })
    .await;

    let page = desk.page("/book?service=foot-care&practitioner=any").await;

    for words in [
        "November 2026",
        "Nothing is free from November 30 to February 28",
        "from=2026-11-30&amp;to=2027-02-28",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_back_to_the_details_and_books_again_has_one_appointment() {
    let desk = Desk::start().await;
    let page = details(&desk).await;
    let typed = filled(&page, &TYPED);
    let mut booked = Vec::new();
    for _ in 0..2 {
        let check = desk.post_form("/book", &as_form(&typed)).await;
        let fields = sent_by(&check.text, "/book");
        let answer = desk.post_form("/bookings", &as_form(&fields)).await;
        booked.push(answer.header("location").to_owned());
    }

    assert!(booked[0].starts_with("/bookings/B-"), "{booked:?}");
    assert_eq!(booked[0], booked[1]);
}
