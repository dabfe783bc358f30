//! More than one front desk in an account, one that moves to its own domain, and what a deployment says is left to do.

use frontdesk_tests::{message, with};
use serde_json::{Value, json};

use crate::{chapter, checkout::Checkout, emulator::Emulator, stack::Deployed};

const DOMAIN: &str = "www.feetfirst.example";

/// Something that CloudFormation tries last, and that cannot be made.
pub(crate) fn break_the_template(checkout: &Checkout) {
    let broken = r#"
  Broken:
    Type: AWS::SNS::Topic
    DependsOn: [Dashboard, MailerLogs, ApiStage]
    Properties: { DisplayName: "{{resolve:secretsmanager:there-is-no-such-secret:SecretString:key}}" }

Outputs:"#;
    checkout.change("infra/template.yaml", |template| {
        template.replacen("\nOutputs:", broken, 1)
    });
}

/// What SES and SNS know, and would otherwise stay silent about.
pub(crate) fn what_is_left_to_do(checkout: &Checkout) {
    chapter(
        "a deployment tells of staff's address that SES delivers nothing to, and asks the operator again to confirm alarms",
    );
    let suppressed = json!({ "SuppressedDestination": {
        "EmailAddress": "reception@feetfirst.example", "Reason": "BOUNCE", "LastUpdateTime": "2026-12-01T14:00:00Z",
    } });
    checkout.answer("sesv2 get-suppressed-destination", &suppressed.to_string());
    let pending = json!({ "Subscriptions": [{ "SubscriptionArn": "PendingConfirmation", "Endpoint": "operator@feetfirst.example" }] });
    checkout.answer("sns list-subscriptions-by-topic", &pending.to_string());

    let told = checkout.run("infra/deploy", &["dev", "--built"], "");

    told.succeeded();
    told.says("SES delivers no mail to staff (BOUNCE)");
    told.says("aws sesv2 delete-suppressed-destination --email-address");
    told.says("nobody receives alarms yet: AWS has sent operator@feetfirst.example a mail");
    let calls = checkout.played_calls();
    let subscribed = calls
        .lines()
        .filter(|call| call.starts_with("sns subscribe "));
    let subscribed: Vec<&str> = subscribed.collect();
    assert_eq!(subscribed.len(), 1, "{subscribed:?}");
    assert!(subscribed[0].contains("--protocol email --notification-endpoint operator@"));
    checkout.answer("sesv2 get-suppressed-destination", "");
    checkout.answer("sns list-subscriptions-by-topic", "");
}

/// Without a canary, of which the emulator knows nothing.
pub(crate) async fn a_second_stage<'a>(
    checkout: &'a Checkout,
    emulator: &'a Emulator,
    first: &Deployed<'_>,
) -> Deployed<'a> {
    chapter("a first deployment that fails leaves nothing that costs, and says what it leaves");
    let secrets = || {
        let all = checkout.aws(&["secretsmanager", "list-secrets"]);
        all["SecretList"].as_array().unwrap().len()
    };
    let before = secrets();
    checkout.set_parameter("prod", "Canary=false");
    break_the_template(checkout);
    let deploy = ["prod", "--built"];
    let failed = checkout.run("infra/deploy", &deploy, "");
    failed.failed();
    failed.says("run infra/deploy destroy STAGE first; it names the empty tables");
    let again = checkout.run("infra/deploy", &deploy, "");
    again.failed();
    again.says("the first deployment failed: run infra/deploy destroy prod");
    let sure = "frontdesk-prod\ntake it down\n";
    let down = checkout.run("infra/deploy", &["destroy", "prod"], sure);
    down.succeeded();
    down.says("aws dynamodb delete-table --table-name frontdesk-prod-ContactTable");
    assert_eq!(secrets(), before, "{}", down.output);

    chapter("a second stage runs beside the first, and neither knows of the other");
    checkout.give_back("infra/template.yaml");
    let deployed = checkout.run("infra/deploy", &deploy, "");
    deployed.succeeded();
    let stack = Deployed::find("frontdesk-prod", checkout, emulator);
    let word = "Only the second stage has this";
    let body = with(message(), "message", json!(word));
    assert_eq!(stack.post("/contact", &body).await.status, 201);
    let stored = |stack: &Deployed<'_>| {
        let messages = stack.items("ContactTableName", "message#");
        messages
            .iter()
            .any(|message| message.to_string().contains(word))
    };
    assert!(stored(&stack) && !stored(first));
    assert_eq!(first.call("GET", "/clinic").await.status, 200);
    assert_eq!(stack.feedback_rule().1, "frontdesk-prod");
    assert_eq!(first.feedback_rule().1, "frontdesk-dev");
    // One stage is watched; the other is for trying things out.
    assert_eq!((stack.alarms(), first.alarms()), (11, 1));
    assert_ne!(stack.secret("LinkKeysArn"), first.secret("LinkKeysArn"));
    stack
}

/// In the same account, with a stack and a domain of its own.
pub(crate) async fn another_clinic(checkout: &Checkout, emulator: &Emulator, first: &Deployed<'_>) {
    chapter("another clinic in the account has its own front desk");
    checkout.change("infra/samconfig.toml", |stages| {
        stages.replace("frontdesk-dev", "second-clinic")
    });
    checkout.change("infra/clinic.toml", |clinic| {
        clinic
            .replace("Feet First Clinic", "Second Clinic")
            .replace("frontdesk@feetfirst.example", "frontdesk@second.example")
    });

    checkout
        .run("infra/deploy", &["dev", "--built"], "")
        .succeeded();

    let second = Deployed::find("second-clinic", checkout, emulator);
    let name = |answer: Value| answer["name"].as_str().unwrap().to_owned();
    assert_eq!(
        name(second.call("GET", "/clinic").await.json()),
        "Second Clinic"
    );
    assert_eq!(
        name(first.call("GET", "/clinic").await.json()),
        "Feet First Clinic"
    );
    assert_eq!(second.outputs["OwnMailIdentity"], "second.example");
    assert_eq!(second.feedback_rule().1, "second-clinic");
    checkout.give_back("infra/samconfig.toml");
    checkout.give_back("infra/clinic.toml");
}

/// The emulator has no CloudFront in front of its functions, so requests are sent as `CloudFront` would, and the deployment's
/// own test of its name fails.
pub(crate) async fn moved_to_a_domain(
    checkout: &Checkout,
    emulator: &Emulator,
    before: &Deployed<'_>,
) {
    let certificate =
        "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000";
    let set = |parameter: &str| checkout.set_parameter("prod", parameter);
    let deploy = || checkout.run("infra/deploy", &["prod", "--built"], "");
    let here = || Deployed::find("frontdesk-prod", checkout, emulator);

    chapter("a front desk that runs is not moved to a domain without a word about its address");
    set("Canary=false");
    set(&format!("SiteDomain={DOMAIN}"));
    set(&format!("CertificateArn={certificate}"));
    let refused = deploy();
    refused.failed();
    refused.says("set DirectAddress=used beside SiteDomain first");
    assert_eq!(before.call("GET", "/services").await.status, 200);

    chapter("first CloudFront answers as well, and links still lead to the API's own address");
    set("DirectAddress=used");
    let used = deploy();
    used.succeeded();
    used.says("set DirectAddress=answered");
    let stack = here();
    let key = stack.secret("OriginKeyArn")["key"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(key.chars().all(|c| c.is_ascii_alphanumeric()), "{key}");
    assert_eq!(stack.call("GET", "/services").await.status, 200);
    assert_eq!(
        stack.through_cloudfront(&key, "/services").await.status,
        200
    );
    let links = |stack: &Deployed<'_>| stack.variables("booking")["API_URL"].clone();
    assert_eq!(links(&stack), json!(stack.outputs["ApiAddress"]));

    chapter("then links lead to the domain, and the API's own address still answers");
    set("DirectAddress=answered");
    deploy().says("trying it out failed");
    assert_eq!(links(&stack), json!(format!("https://{DOMAIN}")));
    assert_eq!(stack.call("GET", "/services").await.status, 200);
    assert_eq!(
        stack.through_cloudfront(&key, "/services").await.status,
        200
    );

    chapter("in the end CloudFront alone is answered, also with its previous key");
    set("DirectAddress=closed");
    let new = "n".repeat(64);
    stack.set_secret("OriginKeyArn", &json!({ "key": new, "before": key }));
    deploy().says("trying it out failed");
    let keys = &stack.variables("contact")["ORIGIN_KEYS"];
    assert_eq!(keys, &json!(format!("{new},{key}")));
    for (key, status) in [(new.as_str(), 200), (&key, 200), ("-", 404), ("", 404)] {
        assert_eq!(
            stack.through_cloudfront(key, "/services").await.status,
            status,
            "{key}"
        );
    }
    assert_eq!(stack.call("GET", "/services").await.status, 404);
    let shown = checkout.aws(&[
        "cloudfront",
        "get-distribution-config",
        "--id",
        &stack.outputs["SiteId"],
    ]);
    assert!(shown.to_string().contains(&new), "{shown}");
}

/// The domain's identity is there already. At AWS its tables are new ones; the emulator gives them the names from before.
pub(crate) async fn deployed_anew(checkout: &Checkout, emulator: &Emulator) {
    chapter("what was taken down can be deployed again");
    checkout
        .run("infra/deploy", &["dev", "--built"], "")
        .succeeded();
    let stack = Deployed::find("frontdesk-dev", checkout, emulator);
    assert!(!stack.outputs.contains_key("OwnMailIdentity"));
    assert_eq!(stack.call("GET", "/clinic").await.status, 200);
    assert_eq!(stack.policy()["Statement"][1]["Effect"], "Deny");
}
