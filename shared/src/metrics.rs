//! Metrics for the dashboard and the alarms, as log lines in embedded metric format: `CloudWatch` turns the lines
//! into metrics, so that no call is needed.
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>)

use std::sync::OnceLock;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{clock::Clock, environment::Environment};

/// What is counted or measured. `CloudWatch`'s free tier has ten custom metrics, one of which is the gateway's
/// `RequestsThrottled` in template.yaml.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    Messages,
    /// Contact messages that went into quarantine.
    QuarantinedMessages,
    Bookings,
    MailsSent,
    /// Mails that were given up.
    MailsFailed,
    /// Mails to visitors and patients that came back, or were reported as spam.
    MailsReturned,
    /// Mails to staff that came back, or were reported as spam: SES may suppress later mails to them.
    StaffMailsReturned,
    /// How long the oldest mail that should have been sent by the time of a sweep has been due, in seconds; 0 when none
    /// waits.
    OldestWaitingMail,
    /// Calls that `DynamoDB` refused because a table or an index was at its cap.
    TablesThrottled,
}

impl Metric {
    /// Its name in `CloudWatch`, which the alarms and the dashboard in template.yaml use.
    fn name(self) -> String {
        format!("{self:?}")
    }

    fn unit(self) -> &'static str {
        match self {
            Self::OldestWaitingMail => "Seconds",
            _ => "Count",
        }
    }
}

static NAMESPACE: OnceLock<String> = OnceLock::new();

/// Sets the namespace, from `METRICS_NAMESPACE`. Without one, no metrics are written.
pub(crate) fn open(environment: &Environment) {
    if let Some(namespace) = environment.get("METRICS_NAMESPACE") {
        let _ = NAMESPACE.set(namespace.to_owned());
    }
}

/// Writes one line with these values.
#[expect(
    clippy::print_stdout,
    reason = "CloudWatch takes a metric from a line of its own, and tracing's have other fields around"
)]
pub fn record(values: &[(Metric, u64)]) {
    if let Some(namespace) = NAMESPACE.get() {
        println!("{}", line(namespace, values, Clock::system().now()));
    }
}

fn line(namespace: &str, values: &[(Metric, u64)], now: Timestamp) -> Value {
    let metrics: Vec<Value> = values
        .iter()
        .map(|(metric, _)| json!({ "Name": metric.name(), "Unit": metric.unit() }))
        .collect();
    let mut line: Map<String, Value> = values
        .iter()
        .map(|(metric, value)| (metric.name(), json!(value)))
        .collect();
    line.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": now.as_millisecond(),
            "CloudWatchMetrics": [{ "Namespace": namespace, "Dimensions": [[]], "Metrics": metrics }],
        }),
    );
    Value::Object(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_as_the_specification_says() {
        let now = Timestamp::from_millisecond(1_796_047_200_000).unwrap();
        let values = [(Metric::MailsSent, 2), (Metric::OldestWaitingMail, 61)];

        assert_eq!(
            line("frontdesk/prod", &values, now),
            json!({
                "_aws": {
                    "Timestamp": 1_796_047_200_000_i64,
                    "CloudWatchMetrics": [{
                        "Namespace": "frontdesk/prod",
                        "Dimensions": [[]],
                        "Metrics": [
                            { "Name": "MailsSent", "Unit": "Count" },
                            { "Name": "OldestWaitingMail", "Unit": "Seconds" },
                        ],
                    }],
                },
                "MailsSent": 2,
                "OldestWaitingMail": 61,
            })
        );
    }
}
