//! The template as CloudFormation gets it: SAM's own transform, and what has to be so in its result.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use frontdesk_tests::infra;
use serde_json::{Value, json};

/// SAM's transform, which is a Python library; where a build lies makes no difference here.
const TRANSFORM: &str = r#"
import json, sys
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

class NoManagedPolicies:
    def load(self):
        return {}

template = yaml_parse(open(sys.argv[1]).read())
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":
        resource["Properties"]["CodeUri"] = "s3://bucket/key"
print(json.dumps(transform(template, json.loads(sys.argv[2]), NoManagedPolicies())))
"#;

/// What each function may do, and with what: another action is another line here.
const ALLOWED: &str = "
Articles: ArticlesTable dynamodb:GetItem
Articles: ClinicTable dynamodb:GetItem
Articles: own log logs:CreateLogStream logs:PutLogEvents
Booking: BookingTable dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem
Booking: BookingTable/index/agenda dynamodb:Query
Booking: BookingTable/index/due dynamodb:Query
Booking: ClinicTable dynamodb:GetItem
Booking: MailTable dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem
Booking: own log logs:CreateLogStream logs:PutLogEvents
Contact: ClinicTable dynamodb:GetItem
Contact: ContactTable dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem
Contact: MailTable dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem
Contact: own log logs:CreateLogStream logs:PutLogEvents
Digest: ClinicTable dynamodb:GetItem
Digest: ContactTable/index/inbox dynamodb:Query
Digest: GivenUp sqs:SendMessage
Digest: MailTable dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem
Digest: own log logs:CreateLogStream logs:PutLogEvents
Mailer: ClinicTable dynamodb:GetItem
Mailer: GivenUp sqs:SendMessage
Mailer: MailTable dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem
Mailer: MailTable stream dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams
Mailer: MailTable/index/due dynamodb:Query
Mailer: everything ses:DeleteSuppressedDestination ses:GetAccount
Mailer: from own domain any identity ses:SendEmail ses:SendRawEmail
Mailer: from own domain own configuration-set ses:SendEmail ses:SendRawEmail
Mailer: own log logs:CreateLogStream logs:PutLogEvents
PreTraffic: everything codedeploy:BatchGetDeploymentTargets codedeploy:ListDeploymentTargets codedeploy:PutLifecycleEventHookExecutionStatus
PreTraffic: own functions lambda:InvokeFunction
PreTraffic: own log logs:CreateLogStream logs:PutLogEvents
Sweep: BookingTable dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem
Sweep: BookingTable/index/agenda dynamodb:Query
Sweep: BookingTable/index/due dynamodb:Query
Sweep: ClinicTable dynamodb:GetItem
Sweep: GivenUp sqs:SendMessage
Sweep: MailTable dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem
Sweep: own log logs:CreateLogStream logs:PutLogEvents
";

pub(crate) const FUNCTIONS: [&str; 6] = [
    "Articles", "Booking", "Contact", "Digest", "Mailer", "Sweep",
];

pub(crate) struct Transformed(BTreeMap<String, Value>);

impl Transformed {
    /// As it is deployed to a stage like `prod`. `python` has SAM's translator.
    pub(crate) fn of_the_template(python: &Path) -> Self {
        let output = Command::new(python)
            .args(["-c", TRANSFORM])
            .arg(infra().join("template.yaml"))
            .arg(r#"{ "Canary": "true" }"#)
            .env("AWS_DEFAULT_REGION", "ca-central-1")
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{error}");
        let mut template: Value = serde_json::from_slice(&output.stdout).unwrap();
        Self(serde_json::from_value(template["Resources"].take()).unwrap())
    }

    /// Every resource, by its logical id.
    pub(crate) fn resources(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0
            .iter()
            .map(|(name, resource)| (name.as_str(), resource))
    }

    pub(crate) fn resource(&self, name: &str) -> &Value {
        &self.0[name]
    }

    pub(crate) fn properties(&self, name: &str) -> &Value {
        &self.0[name]["Properties"]
    }

    pub(crate) fn of_type(&self, kind: &str) -> impl Iterator<Item = (&str, &Value)> {
        let of_type = self
            .0
            .iter()
            .filter(move |(_, resource)| resource["Type"] == kind);
        of_type.map(|(name, resource)| (name.as_str(), &resource["Properties"]))
    }

    pub(crate) fn each_function_may_do_what_it_does_and_nothing_else(&self) {
        let mut lines = BTreeSet::new();
        for function in FUNCTIONS.into_iter().chain(["PreTraffic"]) {
            let properties = &self.0[&format!("{function}Function")]["Properties"];
            assert_eq!(
                properties["Role"]["Fn::GetAtt"][0],
                format!("{function}Role")
            );
            let role = &self.0[&format!("{function}Role")]["Properties"];
            assert!(role["ManagedPolicyArns"].is_null(), "{role}");
            for policy in list(&role["Policies"]) {
                for statement in list(&policy["PolicyDocument"]["Statement"]) {
                    assert_eq!(statement["Effect"], "Allow");
                    assert!(statement["NotAction"].is_null() && statement["NotResource"].is_null());
                    let actions = list(&statement["Action"]);
                    let actions: Vec<&str> = actions
                        .iter()
                        .map(|action| action.as_str().unwrap())
                        .collect();
                    let only = condition(&statement["Condition"]);
                    for resource in list(&statement["Resource"]) {
                        let resource = format!("{only}{}", named(&resource, function));
                        assert!(!resource.contains('*'), "{function}: {resource}");
                        lines.insert(format!("{function}: {resource} {}", actions.join(" ")));
                    }
                }
            }
        }
        let lines: Vec<String> = lines.into_iter().collect();
        assert_eq!(lines.join("\n"), ALLOWED.trim());
    }

    /// From the configuration set over the account's bus to the mailer, with a queue for what does not arrive.
    pub(crate) fn what_ses_says_about_a_mail_reaches_the_mailer(&self) {
        let part = |name: &str| &self.0[name]["Properties"];
        let published = &part("MailFeedback")["EventDestination"];
        let bus = published["EventBridgeDestination"]["EventBusArn"].to_string();
        assert!(bus.contains("event-bus/default"), "{published}");
        let kinds = list(&published["MatchingEventTypes"]);
        let spelling = ["bounce", "complaint", "delivery", "deliveryDelay", "reject"];
        assert_eq!(kinds, spelling, "as CloudFormation has always taken them");
        // The identity stays when the stack goes, whose configuration set goes with it.
        assert!(part("MailIdentity")["ConfigurationSetAttributes"].is_null());
        let rule = part("FeedbackRule");
        let pattern = &rule["EventPattern"];
        assert_eq!(kinds.len(), list(&pattern["detail-type"]).len());
        assert_eq!(pattern["source"], json!(["aws.ses"]));
        let ours = &pattern["detail"]["mail"]["tags"]["ses:configuration-set"];
        assert_eq!(ours[0]["Ref"], "MailConfiguration");
        let target = &list(&rule["Targets"])[0];
        let permission = part("FeedbackPermission");
        assert_eq!(target["Arn"], permission["FunctionName"]);
        assert!(
            target["Arn"].to_string().contains("MailerFunction"),
            "{target}"
        );
        assert_eq!(permission["Principal"], "events.amazonaws.com");
        assert_eq!(
            permission["SourceArn"],
            json!({ "Fn::GetAtt": ["FeedbackRule", "Arn"] })
        );
        let lost = &target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0];
        let policy = part("GivenUpPolicy");
        assert_eq!(&policy["Queues"][0]["Ref"], lost);
        let statement = &policy["PolicyDocument"]["Statement"][0];
        assert_eq!(statement["Principal"]["Service"], "events.amazonaws.com");
    }

    pub(crate) fn nothing_is_lost_without_a_trace(&self) {
        let (_, mapping) = self
            .of_type("AWS::Lambda::EventSourceMapping")
            .next()
            .unwrap();
        assert_eq!(mapping["BisectBatchOnFunctionError"], true);
        assert_eq!(
            list(&mapping["FunctionResponseTypes"]),
            ["ReportBatchItemFailures"]
        );
        assert!((1..100).contains(&mapping["MaximumRetryAttempts"].as_i64().unwrap()));
        assert!((60..86_400).contains(&mapping["MaximumRecordAgeInSeconds"].as_i64().unwrap()));
        let failures = &mapping["DestinationConfig"]["OnFailure"]["Destination"];
        assert_eq!(failures["Fn::GetAtt"][0], "GivenUp");
        assert!(mapping["FilterCriteria"].to_string().contains("INSERT"));
        let mut schedules = 0;
        for (name, schedule) in self.of_type("AWS::Scheduler::Schedule") {
            schedules += 1;
            // A name would be the same in every stage of an account.
            assert!(schedule["Name"].is_null(), "{name}");
            let target = &schedule["Target"];
            assert_eq!(
                target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0], "GivenUp",
                "{name}"
            );
            assert!(
                target["RetryPolicy"]["MaximumRetryAttempts"].is_u64(),
                "{name}"
            );
        }
        assert_eq!(schedules, 3);
        for function in ["Digest", "Mailer", "Sweep"] {
            let mut configured = self.of_type("AWS::Lambda::EventInvokeConfig");
            let alias = format!("{function}FunctionAliaslive");
            let own = configured.find(|(name, _)| name.starts_with(&format!("{function}Function")));
            let failures = &own.expect(&alias).1["DestinationConfig"]["OnFailure"]["Destination"];
            assert_eq!(failures["Fn::GetAtt"][0], "GivenUp", "{function}");
        }
        for (name, group) in self.of_type("AWS::Logs::LogGroup") {
            assert_eq!(
                group["RetentionInDays"]["Ref"], "LogRetentionDays",
                "{name}"
            );
        }
        let groups = self.of_type("AWS::Logs::LogGroup").count();
        assert_eq!(
            groups,
            FUNCTIONS.len() + 2,
            "one for each function and its hook, and one for the API"
        );
    }
}

/// A list; a single value counts as a list of one.
pub(crate) fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    }
}

/// A statement's condition in words, before what it is about.
fn condition(condition: &Value) -> String {
    let own_domain =
        json!({ "StringLike": { "ses:FromAddress": { "Fn::Sub": "*@${MailDomain}" } } });
    match condition {
        Value::Null => String::new(),
        condition if *condition == own_domain => "from own domain ".to_owned(),
        other => other.to_string(),
    }
}

/// A resource of a statement in words; what is not among these is shown as it is.
fn named(resource: &Value, function: &str) -> String {
    let attribute = &resource["Fn::GetAtt"];
    if let (Some(name), Some(attribute)) = (attribute[0].as_str(), attribute[1].as_str()) {
        return match attribute {
            "Arn" => name.to_owned(),
            "StreamArn" => format!("{name} stream"),
            _ => resource.to_string(),
        };
    }
    if resource == "*" {
        return "everything".to_owned();
    }
    let here = "arn:${AWS::Partition}:SERVICE:${AWS::Region}:${AWS::AccountId}:";
    let of = |service: &str| here.replace("SERVICE", service);
    let own_log = format!(
        "{}log-group:/aws/lambda/${{AWS::StackName}}-{}:log-stream:*",
        of("logs"),
        function.to_lowercase()
    );
    let log = match function {
        "PreTraffic" => own_log.replace(
            "${AWS::StackName}-pretraffic",
            "CodeDeployHook_${AWS::StackName}",
        ),
        _ => own_log,
    };
    match resource["Fn::Sub"].as_str().unwrap_or_default() {
        own if own == log => "own log".to_owned(),
        own if own == format!("{}function:${{AWS::StackName}}-*", of("lambda")) => {
            "own functions".to_owned()
        }
        identity if identity == format!("{}identity/*", of("ses")) => "any identity".to_owned(),
        set if set == format!("{}configuration-set/${{MailConfiguration}}", of("ses")) => {
            "own configuration-set".to_owned()
        }
        index => match index
            .strip_prefix("${")
            .and_then(|rest| rest.split_once(".Arn}"))
        {
            Some((table, rest)) => format!("{table}{rest}"),
            None => resource.to_string(),
        },
    }
}
