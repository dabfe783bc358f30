//! What the operator still has to do before mails and alarms arrive.

use anyhow::Result;
use serde::Deserialize;
use shared::clinic::Clinic;

use super::{outputs::Outputs, stack::Stack};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Identity {
    verified_for_sending_status: bool,
}

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
    subscription_arn: String,
}

/// A line for each thing that remains to do.
///
/// # Errors
/// When AWS does not answer.
pub(super) fn find(stack: &Stack<'_>, clinic: &Clinic, outputs: &Outputs) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    let domain = clinic.mail().domain();
    if domain.ends_with(".example") {
        notes.push(
            "infra/clinic.toml is still the reference clinic's: mail.from ends in .example"
                .to_owned(),
        );
    }
    let identity = stack.ask(&["sesv2", "get-email-identity", "--email-identity", domain]);
    if !identity.is_ok_and(|identity: Identity| identity.verified_for_sending_status) {
        notes.push(format!(
            "{domain} is not verified at SES yet, so mails wait: infra/OPERATIONS.md names the DNS records"
        ));
    }
    let account: Account = stack.ask(&["sesv2", "get-account"])?;
    if !account.production_access_enabled {
        notes.push(
            "SES sends to verified addresses only while this account is in its sandbox: infra/OPERATIONS.md says how \
             to leave it"
                .to_owned(),
        );
    }
    if let Some(topic) = outputs.get("AlarmTopicArn") {
        let listed = ["sns", "list-subscriptions-by-topic", "--topic-arn", topic];
        let Subscriptions { subscriptions } = stack.ask(&listed)?;
        if subscriptions
            .iter()
            .any(|one| one.subscription_arn == "PendingConfirmation")
        {
            notes.push(
                "nobody hears alarms yet: the operator has a mail from AWS with a link to confirm"
                    .to_owned(),
            );
        }
    }
    Ok(notes)
}
