//! What the operator still has to do before mails and alarms arrive, and links lead where they should.

use anyhow::Result;
use serde::Deserialize;
use shared::clinic::Clinic;

use super::{account, outputs::Outputs, stack::Stack};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Account {
    production_access_enabled: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Subscriptions {
    subscriptions: Vec<Subscription>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Subscription {
    /// `PendingConfirmation` until somebody has confirmed it.
    subscription_arn: String,
    #[serde(default)]
    endpoint: String,
}

/// A line for each thing that remains to do, and for each question that AWS does not answer.
pub(super) fn find(
    stack: &Stack<'_>,
    clinic: &Clinic,
    outputs: &Outputs,
    operator: &str,
) -> Vec<String> {
    let found = [
        sender(stack, clinic),
        sandbox(stack),
        staff(stack, clinic),
        alarms(stack, outputs, operator),
        Ok(addresses(outputs)),
    ];
    let unanswered = |error| format!("AWS did not say what is left to do: {error:#}");
    let note =
        |found: Result<Option<String>>| found.unwrap_or_else(|error| Some(unanswered(error)));
    found.into_iter().filter_map(note).collect()
}

fn sender(stack: &Stack<'_>, clinic: &Clinic) -> Result<Option<String>> {
    let domain = clinic.mail().domain();
    if domain.ends_with(".example") {
        return Ok(Some(
            "infra/clinic.toml is still the reference clinic's: mail.from ends in .example"
                .to_owned(),
        ));
    }
    let identity = account::mail_identity(stack, clinic)?;
    let verified = identity.is_some_and(|identity| identity.verified_for_sending_status);
    Ok((!verified).then(|| {
        format!("{domain} is not verified at SES yet, so mails wait: infra/OPERATIONS.md names the DNS records")
    }))
}

fn sandbox(stack: &Stack<'_>) -> Result<Option<String>> {
    let account: Account = stack.ask(&["sesv2", "get-account"])?;
    Ok((!account.production_access_enabled).then(|| {
        "this account is in SES's sandbox, so SES sends only to verified addresses: infra/OPERATIONS.md says how to \
         leave it"
            .to_owned()
    }))
}

/// SES takes mails to a suppressed address, and delivers none.
fn staff(stack: &Stack<'_>, clinic: &Clinic) -> Result<Option<String>> {
    let staff = &clinic.mail().staff;
    let reason = account::suppression(stack, staff)?;
    Ok(reason.map(|reason| {
        format!(
            "SES delivers no mail to staff ({reason}): make sure that {staff} accepts mail, then run \
             aws sesv2 delete-suppressed-destination --email-address {staff} --region {region}",
            staff = staff.as_str(),
            region = stack.region(),
        )
    }))
}

/// A subscription that is not confirmed is gone after two days, so it is asked for again.
fn alarms(stack: &Stack<'_>, outputs: &Outputs, operator: &str) -> Result<Option<String>> {
    let Some(topic) = outputs.get("AlarmTopicArn") else {
        return Ok(None);
    };
    let listed = ["sns", "list-subscriptions-by-topic", "--topic-arn", topic];
    let Subscriptions { subscriptions } = stack.ask(&listed)?;
    let has_confirmed = |one: &Subscription| {
        one.endpoint.eq_ignore_ascii_case(operator) && one.subscription_arn.starts_with("arn:")
    };
    if subscriptions.iter().any(has_confirmed) {
        return Ok(None);
    }
    let subscribe = [
        "sns",
        "subscribe",
        "--topic-arn",
        topic,
        "--protocol",
        "email",
    ];
    stack.tell(&[&subscribe[..], &["--notification-endpoint", operator]].concat())?;
    Ok(Some(format!(
        "nobody receives alarms yet: AWS has sent {operator} a mail with a link to confirm, which works for two days"
    )))
}

/// While the front desk moves to its own domain.
fn addresses(outputs: &Outputs) -> Option<String> {
    let get = |name| outputs.get(name).map(String::as_str);
    let (site, target, api) = (get("SiteAddress")?, get("SiteTarget")?, get("ApiAddress")?);
    match get("DirectAddress")? {
        "used" => Some(format!(
            "links in mails still lead to {api}: when {site} leads to {target}, set DirectAddress=answered"
        )),
        "answered" => Some(format!(
            "{api} still answers, beside {site}: when no link to it is of use any more, set DirectAddress=closed"
        )),
        _ => None,
    }
}
