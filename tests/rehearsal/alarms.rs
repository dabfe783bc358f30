//! What is watched: few alarms, most of which are free, and a dashboard that tells apart what they cannot.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::transformed::{FUNCTIONS, Transformed, list};

/// What each alarm looks at. Another alarm is another line here, and ten cents a month.
const WATCHED: &str = "
ApiErrors: AWS/ApiGateway 5xx ApiId=Api
ApiSlow: AWS/ApiGateway Latency ApiId=Api
ApiThrottles: own RequestsThrottled
FunctionsFailed: AWS/Lambda Errors
MailBounces: AWS/SES Reputation.BounceRate
MailComplaints: AWS/SES Reputation.ComplaintRate
MailFailed: own MailsFailed
MailLate: own OldestWaitingMail
StaffMailReturned: own StaffMailsReturned
TablesThrottled: own TablesThrottled
WorkGivenUp: AWS/SQS NumberOfMessagesSent QueueName=GivenUp
";
const OWN: &str = "frontdesk/${AWS::StackName}";

impl Transformed {
    pub(crate) fn few_alarms_watch_everything(&self) {
        let lines: BTreeSet<String> = self
            .of_type("AWS::CloudWatch::Alarm")
            .map(|(name, alarm)| format!("{name}: {}", watched(alarm)))
            .collect();
        let lines: Vec<String> = lines.into_iter().collect();
        assert_eq!(lines.join("\n"), WATCHED.trim());
        for (name, alarm) in self.of_type("AWS::CloudWatch::Alarm") {
            assert_eq!(alarm["AlarmActions"][0]["Ref"], "AlarmTopic", "{name}");
            assert_eq!(alarm["OKActions"][0]["Ref"], "AlarmTopic", "{name}");
            let text = alarm["AlarmDescription"].as_str().unwrap();
            assert!(text.len() > 20, "{name}");
            // What canaries look at is there in every stage; the rest costs, and a stage can do without.
            let condition = &self.resource(name)["Condition"];
            match name {
                "FunctionsFailed" => assert!(condition.is_null()),
                _ => assert_eq!(condition, "IsWatched", "{name}"),
            }
        }
        let queues: Vec<&str> = self
            .of_type("AWS::SQS::Queue")
            .map(|(name, _)| name)
            .collect();
        assert_eq!(queues, ["GivenUp"]);
        let subscriptions = list(&self.properties("AlarmTopic")["Subscription"]);
        assert_eq!(subscriptions[0]["Endpoint"]["Ref"], "OperatorEmail");
    }

    pub(crate) fn the_dashboard_tells_apart_what_the_alarms_cannot(&self) {
        let body = self.properties("Dashboard")["DashboardBody"]["Fn::Sub"]
            .as_str()
            .unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        let widgets = list(&body["widgets"]);
        let shown: BTreeSet<String> = widgets
            .iter()
            .flat_map(|widget| list(&widget["properties"]["metrics"]))
            .map(|metric| shown(&metric))
            .collect();
        let mut wanted = Vec::new();
        for function in FUNCTIONS {
            for metric in ["Errors", "Throttles"] {
                wanted.push(format!(
                    "AWS/Lambda {metric} FunctionName ${{{function}Function}}"
                ));
            }
        }
        for (name, table) in self.of_type("AWS::DynamoDB::Table") {
            for metric in ["ReadThrottleEvents", "WriteThrottleEvents"] {
                let own = format!("AWS/DynamoDB {metric} TableName ${{{name}}}");
                let indexes = list(&table["GlobalSecondaryIndexes"]);
                wanted.extend(indexes.iter().map(|index| {
                    let index = index["IndexName"].as_str().unwrap();
                    format!("{own} GlobalSecondaryIndexName {index}")
                }));
                wanted.push(own);
            }
        }
        wanted.push("AWS/Lambda IteratorAge FunctionName ${MailerFunction}".to_owned());
        wanted.push("AWS/SQS NumberOfMessagesSent QueueName ${GivenUp.QueueName}".to_owned());
        wanted.retain(|metric| !shown.contains(metric));
        assert!(wanted.is_empty(), "{wanted:?}");
    }

    /// CloudWatch takes 30 cents a month for each metric of one's own beyond ten.
    pub(crate) fn its_custom_metrics_are_free(&self) {
        // Those that the functions count, as they are written in the code, and those that are counted in logs.
        let code = include_str!("../../shared/src/metrics.rs");
        let (_, code) = code.split_once("pub enum Metric {\n").unwrap();
        let (code, _) = code.split_once("\n}").unwrap();
        let lines = code.lines().map(|line| line.trim().trim_end_matches(','));
        let mut counted: BTreeSet<&str> = lines.filter(|line| !line.starts_with("//")).collect();
        for (name, filter) in self.of_type("AWS::Logs::MetricFilter") {
            assert_eq!(self.resource(name)["Condition"], "IsWatched");
            let metric = &filter["MetricTransformations"][0]["MetricName"];
            counted.insert(metric.as_str().unwrap());
        }
        assert_eq!(counted.len(), 10, "{counted:?}");
        // An alarm or a widget for a metric that nobody counts would stay silent.
        let dashboard = self.properties("Dashboard").to_string();
        let mut seen = BTreeSet::new();
        for (_, alarm) in self.of_type("AWS::CloudWatch::Alarm") {
            if alarm["Namespace"]["Fn::Sub"] == OWN {
                seen.insert(alarm["MetricName"].as_str().unwrap());
            }
        }
        for part in dashboard.split(&format!(r#"[\"{OWN}\", \""#)).skip(1) {
            seen.insert(part.split('\\').next().unwrap());
        }
        assert_eq!(seen, counted);
        for (_, function) in self.of_type("AWS::Lambda::Function") {
            let namespace = &function["Environment"]["Variables"]["METRICS_NAMESPACE"];
            if !namespace.is_null() {
                assert_eq!(namespace["Fn::If"][0], "IsWatched");
            }
        }
        // SES counts for 30 cents each what the mailer counts as well.
        for (name, events) in self.of_type("AWS::SES::ConfigurationSetEventDestination") {
            let destination = &events["EventDestination"];
            assert!(destination["CloudWatchDestination"].is_null(), "{name}");
        }
        let set = self.properties("MailConfiguration");
        assert_eq!(set["ReputationOptions"]["ReputationMetricsEnabled"], false);
    }
}

/// What an alarm looks at: namespace, metric, and all of its dimensions.
fn watched(alarm: &Value) -> String {
    let text = |value: &Value| {
        let named = value["Ref"].as_str().or(value["Fn::GetAtt"][0].as_str());
        named
            .or(value.as_str())
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let dimensions = list(&alarm["Dimensions"]);
    let dimensions = dimensions
        .iter()
        .map(|one| format!(" {}={}", text(&one["Name"]), text(&one["Value"])));
    let dimensions: String = dimensions.collect();
    let namespace = match &alarm["Namespace"]["Fn::Sub"] {
        Value::String(own) if own == OWN => "own".to_owned(),
        _ => text(&alarm["Namespace"]),
    };
    format!("{namespace} {}{dimensions}", text(&alarm["MetricName"]))
}

/// A metric of a widget, without its options.
fn shown(metric: &Value) -> String {
    let parts = list(metric);
    let names: Vec<&str> = parts.iter().filter_map(Value::as_str).collect();
    names.join(" ")
}
