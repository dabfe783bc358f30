//! The deployment, for real and offline: the README's own steps on a fresh clone, against an emulator of
//! AWS that runs the functions' binaries and enforces their roles.
//!
//! `cargo test -p frontdesk-tests --test rehearsal`, with `FRONTDESK_EMULATOR` naming the `ministack` of a
//! virtual environment (`.ci/run` makes one). One story, in this order; the first thing that is not so ends
//! it. With `-- template` only what is read off the template.

mod alarms;
mod checkout;
mod emulator;
mod github;
mod rollout;
mod stack;
mod stages;
mod transformed;

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use frontdesk_tests::{html, message};
use serde_json::{Value, json};
use shared::clock::Clock;

use crate::{checkout::Checkout, emulator::Emulator, stack::Deployed, transformed::Transformed};

#[tokio::main]
#[expect(
    clippy::print_stdout,
    reason = "who waits for minutes wants to see where it is"
)]
async fn main() {
    chapter("the template says who may do what, and which failures raise an alarm");
    let python = Emulator::beside("python");
    let template = Transformed::of_the_template(&python);
    template.each_function_may_do_what_it_does_and_nothing_else();
    template.few_alarms_watch_everything();
    template.the_dashboard_tells_apart_what_the_alarms_cannot();
    template.its_custom_metrics_are_free();
    template.what_ses_says_about_a_mail_reaches_the_mailer();
    template.nothing_is_lost_without_a_trace();
    template.a_change_is_rolled_out_step_by_step_and_taken_back_by_an_alarm();
    template.a_new_version_gets_requests_only_if_it_is_well(&python);
    template.no_change_replaces_or_deletes_what_holds_data();

    if std::env::args().any(|argument| argument == "template") {
        return;
    }
    let emulator = Emulator::start().await;
    let checkout = Checkout::clone_to_a_new_folder(&emulator);
    let stack = deployed(&checkout, &emulator);
    chapter("GitHub's role trusts one environment of one repository, and can take a change back");
    github::it_trusts_one_environment_of_one_repository(&checkout);
    github::it_can_change_roles_and_take_them_back(&checkout);
    answers(&stack).await;
    let manage_url = mails(&stack, &emulator).await;
    came_back(&stack, &emulator).await;
    told_of_the_day(&stack).await;
    answered_by_mail(&stack, &emulator).await;
    not_answered(&stack).await;
    away(&checkout, &stack).await;
    deployed_again(&checkout, &stack);
    another_versions_clinic(&stack).await;
    keys_changed(&checkout, &stack, &manage_url).await;
    failed(&checkout, &stack).await;
    stages::what_is_left_to_do(&checkout);
    let prod = stages::a_second_stage(&checkout, &emulator, &stack).await;
    stages::another_clinic(&checkout, &emulator, &stack).await;
    stages::moved_to_a_domain(&checkout, &emulator, &prod).await;
    taken_down(&checkout, &stack).await;
    stages::deployed_anew(&checkout, &emulator).await;
    println!("\nThe deployment is as it should be.");
}

fn deployed<'a>(checkout: &'a Checkout, emulator: &'a Emulator) -> Deployed<'a> {
    chapter("a missing tool is named, with the way to get it");
    let refused = checkout.deploy_without_tools();
    for tool in ["aws-sam-cli", "awscli", "cargo-lambda"] {
        refused.says(tool);
    }
    refused.says("pip install --require-hashes -r infra/requirements.txt");
    refused.says("nothing was changed at AWS");

    chapter("the README's own steps lead from a clone to a running front desk");
    let steps = checkout.follow_the_readme("Deploy it");
    steps.succeeded();
    steps.says("The front desk is deployed, and answers.");
    Deployed::find("frontdesk-dev", checkout, emulator)
}

async fn answers(stack: &Deployed<'_>) {
    chapter("the API answers under its own routes, and under no others");
    for (method, path, status) in [
        ("GET", "/clinic", 200),
        ("GET", "/team", 200),
        ("GET", "/articles", 200),
        ("HEAD", "/articles/gut-health-and-foot-pain", 200),
        ("GET", "/articles/nothing-of-the-kind", 404),
        ("GET", "/services", 200),
        ("GET", "/contact/form", 200),
        ("GET", "/contact/challenge", 200),
        ("GET", "/nothing", 404),
        ("DELETE", "/contact", 404),
    ] {
        assert_eq!(
            stack.call(method, path).await.status,
            status,
            "{method} {path}"
        );
    }

    chapter("its pages open through the gateway, with all that they are made with");
    let mut files = BTreeSet::new();
    for path in [
        "/",
        "/articles",
        "/articles/gut-health-and-foot-pain",
        "/team",
        "/clinic",
        "/privacy",
        "/contact",
        "/book",
        "/book?service=foot-care&practitioner=any",
    ] {
        let page = stack.page(path).await;
        assert_eq!(page.status, 200, "{path}: {page:?}");
        assert!(page.text.contains("Feet First Clinic"), "{path}");
        for tag in html::tags(&page.text) {
            let file = [tag.get("href"), tag.get("src")].concat();
            files.extend(
                Some(file)
                    .filter(|file| file.starts_with("/assets/") || file.starts_with("/images/")),
            );
        }
    }
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        assert_eq!(stack.call("GET", &file).await.status, 200, "{file}");
    }
    let nowhere = stack.page("/does/not/exist").await;
    assert_eq!(nowhere.status, 404);
    assert!(nowhere.text.contains("416-769-3338"), "{nowhere:?}");

    chapter("the test message was erased again");
    assert_eq!(
        stack.items("ContactTableName", "message#"),
        Vec::<Value>::new()
    );
    let trail = stack.items("ContactTableName", "audit#");
    assert!(
        trail
            .iter()
            .any(|entry| entry.to_string().contains("deployment test")),
        "{trail:?}"
    );
}

/// Gives the address of a patient's page.
async fn mails(stack: &Deployed<'_>, emulator: &Emulator) -> String {
    chapter("a message is stored, and its mails wait while SES does not take them");
    let stored = stack.post("/contact", &message()).await;
    assert_eq!(stored.status, 201, "{stored:?}");
    let reference = stored.json()["reference"].as_str().unwrap().to_owned();
    // The roles are enforced: the emulator knows no identity as what SendEmail is about, so the role's
    // own permission does not fit there. At AWS it does.
    eventually("a mail was refused", Duration::from_secs(30), || {
        let mails = stack.items("MailTableName", &reference);
        mails.len() == 2
            && mails
                .iter()
                .all(|mail| mail.to_string().contains("AccessDenied"))
    })
    .await;

    chapter("once SES takes them, the sweep sends what waits and the stream what comes");
    stack.let_the_mailer_send();
    let booked = stack.book("foot-care").await;
    assert_eq!(booked.status, 201, "{booked:?}");
    let booking = booked.json()["reference"].as_str().unwrap().to_owned();
    eventually("four mails were sent", Duration::from_secs(150), || {
        [&reference, &booking].iter().all(|reference| {
            let mut mails = stack.items("MailTableName", reference);
            // The reminder of a visit in some days is for later.
            mails.retain(|mail| !mail["id"].to_string().contains("/booking_reminder/"));
            mails.len() == 2 && mails.iter().all(|mail| mail["state"]["S"] == "sent")
        })
    })
    .await;
    let mails = emulator.mails().await;
    assert_eq!(mails.len(), 4, "{mails:?}");
    for mail in &mails {
        assert!(
            mail.to_string().contains("frontdesk@feetfirst.example"),
            "{mail}"
        );
    }
    let manage = booked.json()["manage_url"].as_str().unwrap().to_owned();
    manage[manage.find("/bookings").unwrap()..].to_owned()
}

/// As SES publishes it: the rule lets it through, and the mailer is invoked with it.
async fn came_back(stack: &Deployed<'_>, emulator: &Emulator) {
    chapter("a bounce reaches the mail's history and staff's inbox");
    let mails = stack.items("MailTableName", "B-");
    let ids = mails.iter().map(|mail| mail["id"]["S"].as_str().unwrap());
    let id = ids
        .into_iter()
        .find(|id| id.ends_with("/booking_confirmed/0"));
    let id = id.expect("a visit was confirmed").to_owned();
    let (rule, of_this_stack) = stack.feedback_rule();
    let event = |set: &str| {
        json!({
            "version": "0", "id": "b1a5", "detail-type": "Email Bounced", "source": "aws.ses",
            "account": "123456789012", "time": "2026-12-01T14:00:00Z", "region": "ca-central-1", "resources": [],
            "detail": {
                "eventType": "Bounce",
                "bounce": {
                    "bounceType": "Permanent", "bounceSubType": "General", "timestamp": "2026-12-01T14:00:00.000Z",
                    "bouncedRecipients": [{ "emailAddress": "zoe@example.com", "status": "5.1.1" }],
                },
                "mail": {
                    "timestamp": "2026-12-01T13:59:58.000Z", "messageId": "1", "destination": ["zoe@example.com"],
                    "tags": { "ses:configuration-set": [set], "mail": [URL_SAFE_NO_PAD.encode(&id)] },
                },
            },
        })
    };
    assert!(stack.lets_through(&rule, &event(&of_this_stack)));
    assert!(!stack.lets_through(&rule, &event("another-stack")));

    // EventBridge may deliver it twice.
    for _ in 0..2 {
        stack.invoke("mailer", &event(&of_this_stack));
    }

    let bounced = stack.items("MailTableName", &id).swap_remove(0);
    assert_eq!(bounced["outcome"]["S"], "bounced", "{bounced}");
    let history = bounced["history"]["L"].as_array().unwrap();
    let returns = history
        .iter()
        .filter(|entry| entry["M"]["what"]["S"] == "bounced");
    assert_eq!(returns.count(), 1, "{bounced}");
    let until = Instant::now() + Duration::from_secs(90);
    loop {
        let mails = emulator.mails().await;
        let told = mails.iter().map(Value::to_string);
        let told = told.filter(|mail| mail.contains("our email did not arrive"));
        if told.count() == 1 {
            break;
        }
        assert!(Instant::now() < until, "staff are not told: {mails:?}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }

    // Staff have the address written to again, or nobody would hear of anything below.
    let (reference, _) = id.split_once('/').unwrap();
    let link = linked(emulator, &format!("/bookings/{reference}/decision?token=")).await;
    let (_, token) = link.split_once("token=").unwrap();
    let path = format!("/bookings/{reference}/write-again");
    let again = stack.post(&path, &json!({ "token": token })).await;
    assert_eq!(again.status, 200, "{again:?}");
}

/// Each function may write to the mail table what it has to, and the mailer takes it over.
async fn told_of_the_day(stack: &Deployed<'_>) {
    chapter("the owners write their parts of the daily digest, and the mailer takes them over");
    let sweep = json!({ "sweep": true });
    let digest = json!({ "digest": true });
    for (function, event) in [("digest", &digest), ("sweep", &sweep), ("mailer", &sweep)] {
        stack.invoke(function, event);
    }
    let until = Instant::now() + Duration::from_secs(90);
    loop {
        let parts = stack.items("MailTableName", "digest/");
        let is_taken_over = |owner: &&str| {
            parts.iter().any(|part| {
                let id = part["id"]["S"].as_str().unwrap();
                id.ends_with(*owner) && part["merged_at"]["S"].is_string()
            })
        };
        if ["/contact", "/booking", "/mail"].iter().all(is_taken_over) {
            break;
        }
        assert!(Instant::now() < until, "{parts:?}");
        stack.invoke("mailer", &sweep);
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// From the request to the confirmation: nobody has more than the mails that they were sent.
async fn answered_by_mail(stack: &Deployed<'_>, emulator: &Emulator) {
    chapter("staff answer a request by the link in their mail, and the patient reads it in theirs");
    let booked = stack.book("initial-assessment").await;
    assert_eq!(booked.json()["status"], "requested", "{booked:?}");
    let reference = booked.json()["reference"].as_str().unwrap().to_owned();
    let decision = linked(emulator, &format!("/bookings/{reference}/decision?token=")).await;
    assert_eq!(stack.call("GET", &decision).await.status, 200);
    let (address, token) = decision.split_once("?token=").unwrap();
    let body = json!({ "token": token, "decision": "confirm" });

    let confirmed = stack.post(address, &body).await;

    assert_eq!(confirmed.json()["status"], "confirmed", "{confirmed:?}");
    let confirmation = format!("{reference}/booking_confirmed/");
    eventually("the patient was told", Duration::from_mins(1), || {
        let mails = stack.items("MailTableName", &confirmation);
        mails.iter().any(|mail| mail["state"]["S"] == "sent")
    })
    .await;
    let page = linked(emulator, &format!("/bookings/{reference}?token=")).await;
    let view = stack.call("GET", &page).await.json();
    assert_eq!(view["status"], "confirmed");
    let invitation = page.replacen('?', "/invite.ics?", 1);
    let invitation = stack.call("GET", &invitation).await;
    assert!(
        invitation.text.contains("STATUS:CONFIRMED"),
        "{invitation:?}"
    );
    let trail = stack.items("BookingTableName", "audit#");
    assert!(
        trail
            .iter()
            .any(|entry| entry.to_string().contains(&reference)),
        "{trail:?}"
    );
    let lost = json!({ "email": "zoe@example.com" });
    assert_eq!(stack.post("/bookings/links", &lost).await.status, 202);
    eventually("the links were sent again", Duration::from_mins(1), || {
        let mails = stack.items("MailTableName", "B-");
        let links = mails
            .iter()
            .filter(|mail| mail["id"].to_string().contains("/booking_links/"));
        links.into_iter().any(|mail| mail["state"]["S"] == "sent")
    })
    .await;
}

async fn not_answered(stack: &Deployed<'_>) {
    chapter("a request that nobody answers expires on schedule, and its patient is told");
    let booked = stack.book("initial-assessment").await;
    let reference = booked.json()["reference"].as_str().unwrap().to_owned();

    stack.let_it_be_due(&reference);

    let told = format!("{reference}/booking_expired/");
    eventually("the request has expired", Duration::from_secs(150), || {
        let mails = stack.items("MailTableName", &told);
        mails.iter().any(|mail| mail["state"]["S"] == "sent")
    })
    .await;
}

/// The office's commands, the waiting list, and what the sweep makes of both with its own role.
async fn away(checkout: &Checkout, stack: &Deployed<'_>) {
    chapter("time that is freed is offered to the waiting list at once");
    // More than three in a minute from one address are suspicious (`booking.limits` of clinic.toml).
    let into_the_minute = Clock::system().now().as_second() % 60;
    tokio::time::sleep(Duration::from_secs(60 - into_the_minute.unsigned_abs())).await;
    let booked = stack.book("foot-care").await.json();
    let text = |name: &str| booked[name].as_str().unwrap().to_owned();
    let (who, start, end) = (text("practitioner"), text("start"), text("end"));
    let (day, start, end) = (&start[..10], &start[..16], &end[..16]);
    let office = |command: &str| {
        let script = format!("{} cargo run -q -- {command}", stack.tables());
        checkout.run("sh", &["-e", "-c", &script], "")
    };
    let add = format!("timeoff add --practitioner {who}");
    office(&format!("{add} --from {day} --to {start}")).succeeded();
    office(&format!("{add} --from {end} --to {day}")).succeeded();
    let entry = json!({
        "service": "foot-care", "practitioner": who, "from": day, "to": day, "consent": true,
        "patient": { "name": "Ada", "email": "ada@example.com" },
    });
    let joined = stack.post("/waitlist", &entry).await;
    assert_eq!(joined.status, 201, "{joined:?}");
    let page = joined.json()["manage_url"].as_str().unwrap().to_owned();
    let page = &page[page.find("/waitlist").unwrap()..];
    let manage = text("manage_url");
    let (address, token) = manage[manage.find("/bookings").unwrap()..]
        .split_once("?token=")
        .unwrap();

    let cancelled = stack
        .post(&format!("{address}/cancel"), &json!({ "token": token }))
        .await;

    assert_eq!(cancelled.status, 200, "{cancelled:?}");
    let view = stack.call("GET", page).await.json();
    assert_eq!(view["status"], "offered", "{view}");
    let offer = view["offer_url"].as_str().unwrap();
    let offer = offer.split_once("/bookings/").unwrap().1;
    let offer = offer.split_once('?').unwrap().0;

    chapter("time off takes back what is offered then, on schedule");
    let added = office(&format!("{add} --from {start} --to {end}"));
    added.succeeded();
    added.says("No visits are affected.");
    let expired = format!("{offer}/booking_expired/");
    eventually("the offer was taken back", Duration::from_secs(150), || {
        let mails = stack.items("MailTableName", &expired);
        mails.iter().any(|mail| mail["state"]["S"] == "sent")
    })
    .await;
    let view = stack.call("GET", page).await.json();
    assert_eq!(view["status"], "waiting", "{view}");

    chapter("a practitioner's calendar is read by its link");
    let made = office(&format!("calendar add --practitioner {who}"));
    made.succeeded();
    let path = made.output.lines().find_map(|line| {
        let line = line.get(line.find("/calendar/")?..)?;
        line.split_whitespace().next()
    });
    let feed = stack.call("GET", path.unwrap()).await;
    assert!(feed.text.contains("SUMMARY:Time off"), "{feed:?}");
}

/// The link that begins so in the mails that SES was given, once it is there.
async fn linked(emulator: &Emulator, begins: &str) -> String {
    let until = Instant::now() + Duration::from_mins(1);
    loop {
        let mails = emulator.mails().await;
        let texts = mails.iter().map(Value::to_string);
        let found = texts.filter_map(|mail| {
            let rest = &mail[mail.find(begins)? + begins.len()..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c));
            Some(format!("{begins}{}", &rest[..end.unwrap_or(rest.len())]))
        });
        if let Some(link) = found.into_iter().next() {
            return link;
        }
        assert!(
            Instant::now() < until,
            "no mail links to {begins}: {mails:?}"
        );
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn deployed_again(checkout: &Checkout, stack: &Deployed<'_>) {
    chapter("a second deployment changes nothing, and says so");
    let before = stack.moments();
    let audit = stack.items("ContactTableName", "audit#").len();
    // With what the first has built, as the workflow does.
    let again = checkout.run("infra/deploy", &["--built"], "");
    again.succeeded();
    again.says("Nothing has changed, so nothing was done; the front desk answers.");
    assert!(
        !again.output.contains("delivers no mail to staff"),
        "{}",
        again.output
    );
    assert_eq!(stack.moments(), before);
    // The test message was sent all the same, and erased.
    assert_eq!(stack.items("ContactTableName", "audit#").len(), audit + 1);

    chapter("a dry run shows what would change, and changes nothing");
    checkout.set_parameter("dev", "LogRetentionDays=30");
    let shown = checkout.run("infra/deploy", &["dev", "--dry-run"], "");
    shown.succeeded();
    shown.says("ContactLogs");
    shown.says("Nothing was");
    assert_eq!(stack.moments(), before);
    assert_eq!(stack.change_sets(), Vec::<Value>::new());
}

async fn another_versions_clinic(stack: &Deployed<'_>) {
    chapter("a clinic of the next version is taken up, with settings that this one does not know");
    let clinic = include_str!("../suite/releases/fixtures/clinic-from-the-future.toml");
    stack.publish(&clinic.replace("416-769-3338", "416-555-0199"));
    // Functions read the clinic again after a minute.
    let until = Instant::now() + Duration::from_secs(100);
    while stack.call("GET", "/clinic").await.json()["phone"] != "416-555-0199" {
        assert!(Instant::now() < until, "it is not taken up");
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    assert_eq!(stack.call("GET", "/services").await.status, 200);
}

async fn keys_changed(checkout: &Checkout, stack: &Deployed<'_>, manage_url: &str) {
    chapter("a changed key signs from then on, and links that were signed before stay good");
    assert_eq!(stack.call("GET", manage_url).await.status, 200);
    let keys = stack.change_link_keys();
    let changed = checkout.run("infra/deploy", &["dev"], "");
    changed.succeeded();
    changed.says("The front desk is deployed, and answers.");
    changed.says_in_order("deploying the stack", "publishing the clinic");
    let published = stack.items("ClinicTableName", "clinic").remove(0);
    assert!(
        !published.to_string().contains("future"),
        "its own clinic, afterwards"
    );
    assert_eq!(stack.variables("booking")["LINK_KEYS"], json!(keys));
    assert_eq!(stack.call("GET", manage_url).await.status, 200);
    let booked = stack.book("foot-care").await;
    assert_eq!(booked.status, 201, "{booked:?}");
    let again = checkout.run("infra/deploy", &["dev"], "");
    again.says("Nothing has changed");
}

async fn failed(checkout: &Checkout, stack: &Deployed<'_>) {
    chapter("a deployment that fails says what is in place and what to do");
    let before = stack.items("ContactTableName", "audit#").len();
    stages::break_the_template(checkout);
    let failed = checkout.run("infra/deploy", &["dev", "--built"], "");
    failed.failed();
    failed.says("deploying the stack failed");
    failed.says("in place: CloudFormation rolls its changes back");
    assert_eq!(stack.call("GET", "/clinic").await.status, 200);

    chapter("the next deployment sends a test message, though it changes nothing");
    checkout.give_back("infra/template.yaml");
    checkout
        .run("infra/deploy", &["dev", "--built"], "")
        .succeeded();
    assert_eq!(stack.items("ContactTableName", "audit#").len(), before + 1);
    assert_eq!(stack.policy()["Statement"][1]["Effect"], "Deny");
}

async fn taken_down(checkout: &Checkout, stack: &Deployed<'_>) {
    chapter("destroying asks twice, and keeps the data");
    for answers in ["", "frontdesk-dev\n", "yes\nyes\n", "frontdesk-dev\nyes\n"] {
        let refused = checkout.run("infra/deploy", &["destroy", "dev"], answers);
        refused.failed();
        refused.says("nothing was taken down");
    }
    assert_eq!(stack.call("GET", "/clinic").await.status, 200);
    let down = checkout.run(
        "infra/deploy",
        &["destroy", "dev"],
        "frontdesk-dev\ntake it down\n",
    );
    down.succeeded();
    down.says(&stack.outputs["ContactTableName"]);
    assert_eq!(stack.call("GET", "/clinic").await.status, 404);
    assert_eq!(stack.items("ContactTableName", "message#").len(), 1);
    let gone = checkout.run("infra/deploy", &["destroy", "dev"], "");
    gone.succeeded();
    gone.says("There is no stack frontdesk-dev");
}

#[expect(
    clippy::print_stdout,
    reason = "who waits for minutes wants to see where it is"
)]
pub(crate) fn chapter(title: &str) {
    println!("- {title}");
}

/// Waits until it is so.
async fn eventually(what: &str, patience: Duration, is_so: impl Fn() -> bool) {
    let until = Instant::now() + patience;
    while !is_so() {
        assert!(Instant::now() < until, "not within {patience:?}: {what}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
