//! What is deployed, from outside: its API over HTTP, and what AWS knows of it.

use std::collections::HashMap;

use frontdesk_tests::{Answer, booking, client, with};
use jiff::{ToSpan as _, tz::TimeZone};
use reqwest::Method;
use serde_json::{Value, json};
use shared::clock::Clock;

use crate::{checkout::Checkout, emulator::Emulator};

pub(crate) struct Deployed<'a> {
    name: &'static str,
    pub(crate) outputs: HashMap<String, String>,
    checkout: &'a Checkout,
    emulator: &'a Emulator,
}

impl<'a> Deployed<'a> {
    /// The stack of this name.
    pub(crate) fn find(name: &'static str, checkout: &'a Checkout, emulator: &'a Emulator) -> Self {
        let mut stack = Self {
            name,
            outputs: HashMap::new(),
            checkout,
            emulator,
        };
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let outputs = stack.describe()["Outputs"].as_array().unwrap().clone();
        let outputs = outputs
            .iter()
            .map(|output| (text(&output["OutputKey"]), text(&output["OutputValue"])));
        stack.outputs = outputs.collect();
        stack
    }

    fn aws(&self, arguments: &[&str]) -> Value {
        self.checkout.aws(arguments)
    }

    fn describe(&self) -> Value {
        self.aws(&[
            "cloudformation",
            "describe-stacks",
            "--stack-name",
            self.name,
        ])["Stacks"][0]
            .take()
    }

    /// When it was made and changed last.
    pub(crate) fn moments(&self) -> [Value; 2] {
        let mut stack = self.describe();
        [
            stack["CreationTime"].take(),
            stack["LastUpdatedTime"].take(),
        ]
    }

    pub(crate) fn change_sets(&self) -> Vec<Value> {
        let sets = self.aws(&[
            "cloudformation",
            "list-change-sets",
            "--stack-name",
            self.name,
        ]);
        let sets = sets["Summaries"].as_array().unwrap();
        let open = sets
            .iter()
            .filter(|set| set["ExecutionStatus"] == "AVAILABLE");
        open.cloned().collect()
    }

    /// A request to the API, by the name that it was given.
    pub(crate) async fn call(&self, method: &str, path: &str) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        Answer::to(self.request(method, path)).await
    }

    /// A page, as a browser asks for it.
    pub(crate) async fn page(&self, path: &str) -> Answer {
        let request = self.request(Method::GET, path);
        Answer::to(request.header("accept", "text/html")).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(body)).await
    }

    /// A request as CloudFront passes it on, with this key.
    pub(crate) async fn through_cloudfront(&self, key: &str, path: &str) -> Answer {
        let request = self.request(Method::GET, path);
        Answer::to(request.header("x-origin-key", key)).await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let host = self.outputs["ApiAddress"].strip_prefix("http://").unwrap();
        let request = client().request(method, format!("{}{path}", self.emulator.url));
        request.header("host", host)
    }

    /// Books the first free start of the coming week for a service.
    pub(crate) async fn book(&self, service: &str) -> Answer {
        let today = Clock::system()
            .now()
            .to_zoned(TimeZone::get("America/Toronto").unwrap())
            .date();
        // Far enough that it can still be cancelled, and be offered to others for some opening hours.
        let range = format!("from={}&to={}", today + 3.days(), today + 10.days());
        let free = self
            .call("GET", &format!("/availability?service={service}&{range}"))
            .await
            .json();
        let days = free["days"].as_object().unwrap().values();
        let start = days
            .flat_map(|day| day.as_array().unwrap())
            .find(|start| start["book"] == "online");
        let start = start.expect("something is free in that week");
        let booking = with(booking(), "service", json!(service));
        let booking = with(booking, "start", start["start"].clone());
        let booking = with(booking, "practitioner", start["practitioners"][0].clone());
        self.post("/bookings", &booking).await
    }

    /// The items of a table whose key starts so, as `DynamoDB` writes them.
    pub(crate) fn items(&self, output: &str, key: &str) -> Vec<Value> {
        let scanned = self.aws(&["dynamodb", "scan", "--table-name", &self.outputs[output]]);
        let items = scanned["Items"].as_array().unwrap().iter();
        let named = items.filter(|item| {
            let own = item["pk"]["S"].as_str().or(item["id"]["S"].as_str());
            own.unwrap().starts_with(key)
        });
        named.cloned().collect()
    }

    /// The tables' names as variables of a shell, as OPERATIONS.md has them.
    pub(crate) fn tables(&self) -> String {
        let tables = ["Clinic", "Contact", "Booking", "Mail"].map(|table| {
            let name = &self.outputs[&format!("{table}TableName")];
            format!("{}_TABLE={name}", table.to_uppercase())
        });
        tables.join(" ")
    }

    /// Lets the time to answer a request be over.
    pub(crate) fn let_it_be_due(&self, reference: &str) {
        let table = &self.outputs["BookingTableName"];
        let key =
            json!({ "pk": { "S": format!("booking#{reference}") }, "sk": { "S": "booking" } });
        let past = json!({ ":past": { "S": "2026-11-01T00:00:00.000Z" } });
        self.aws(&[
            "dynamodb",
            "update-item",
            "--table-name",
            table,
            "--key",
            &key.to_string(),
            "--update-expression",
            "SET due_at = :past",
            "--expression-attribute-values",
            &past.to_string(),
        ]);
    }

    /// Publishes a clinic as it is, as another version would.
    pub(crate) fn publish(&self, toml: &str) {
        let item = json!({
            "id": { "S": "clinic" }, "toml": { "S": toml }, "published_at": { "S": "2026-11-30T14:00:00Z" },
        });
        let table = &self.outputs["ClinicTableName"];
        let put = ["dynamodb", "put-item", "--table-name", table, "--item"];
        self.aws(&[&put[..], &[&item.to_string()]].concat());
    }

    /// Allows the mailer to send from any identity.
    pub(crate) fn let_the_mailer_send(&self) {
        let roles = self.aws(&["iam", "list-roles"]);
        let roles = roles["Roles"].as_array().unwrap().iter();
        let mut names = roles.map(|role| role["RoleName"].as_str().unwrap());
        let mailer = names
            .find(|name| name.starts_with(&format!("{}-MailerRole", self.name)))
            .unwrap();
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*" }],
        });
        let policy = policy.to_string();
        let put = [
            "iam",
            "put-role-policy",
            "--role-name",
            mailer,
            "--policy-name",
            "emulator",
        ];
        self.aws(&[&put[..], &["--policy-document", &policy]].concat());
    }

    /// What the rule for SES's events lets through, and the configuration set that it is for.
    pub(crate) fn feedback_rule(&self) -> (Value, String) {
        let rules = self.aws(&["events", "list-rules"]);
        let rules = rules["Rules"].as_array().unwrap().iter();
        let mut patterns = rules.filter_map(|rule| rule["EventPattern"].as_str());
        let pattern = patterns
            .find(|pattern| {
                pattern.contains("aws.ses") && pattern.contains(&format!("\"{}\"", self.name))
            })
            .unwrap();
        let pattern: Value = serde_json::from_str(pattern).unwrap();
        let set = &pattern["detail"]["mail"]["tags"]["ses:configuration-set"][0];
        let set = set.as_str().unwrap().to_owned();
        (pattern, set)
    }

    pub(crate) fn lets_through(&self, rule: &Value, event: &Value) -> bool {
        let (rule, event) = (rule.to_string(), event.to_string());
        let test = [
            "events",
            "test-event-pattern",
            "--event-pattern",
            &rule,
            "--event",
            &event,
        ];
        self.aws(&test)["Result"] == true
    }

    /// Calls the version of a function that its events reach.
    pub(crate) fn invoke(&self, function: &str, event: &Value) {
        let name = format!("{}-{function}", self.name);
        let event = event.to_string();
        let invoked = self.aws(&[
            "lambda",
            "invoke",
            "--function-name",
            &name,
            "--qualifier",
            "live",
            "--payload",
            &event,
            "/dev/null",
        ]);
        assert_eq!(invoked["FunctionError"], Value::Null, "{invoked}");
    }

    /// Puts a new key before the one that is there; both, as functions are to have them.
    pub(crate) fn change_link_keys(&self) -> String {
        let before = self.secret("LinkKeysArn");
        let keys = format!("{},{}", "n".repeat(48), before["keys"].as_str().unwrap());
        self.set_secret("LinkKeysArn", &json!({ "keys": keys }));
        keys
    }

    /// What a secret has, and the same with other values.
    pub(crate) fn secret(&self, output: &str) -> Value {
        let secret = &self.outputs[output];
        let value = self.aws(&["secretsmanager", "get-secret-value", "--secret-id", secret]);
        serde_json::from_str(value["SecretString"].as_str().unwrap()).unwrap()
    }

    pub(crate) fn set_secret(&self, output: &str, value: &Value) {
        let put = ["secretsmanager", "put-secret-value", "--secret-id"];
        let (secret, value) = (&self.outputs[output], value.to_string());
        self.aws(&[&put[..], &[secret, "--secret-string", &value]].concat());
    }

    pub(crate) fn alarms(&self) -> usize {
        let all = self.aws(&[
            "cloudwatch",
            "describe-alarms",
            "--alarm-name-prefix",
            &format!("{}-", self.name),
        ]);
        all["MetricAlarms"].as_array().unwrap().len()
    }

    /// The policy that CloudFormation holds changes against.
    pub(crate) fn policy(&self) -> Value {
        let get = ["cloudformation", "get-stack-policy", "--stack-name"];
        let policy = self.aws(&[&get[..], &[self.name]].concat());
        serde_json::from_str(policy["StackPolicyBody"].as_str().unwrap()).unwrap()
    }

    /// The environment of the version of a function that requests reach.
    pub(crate) fn variables(&self, function: &str) -> Value {
        let name = format!("{}-{function}", self.name);
        let arguments = [
            "lambda",
            "get-function-configuration",
            "--function-name",
            &name,
            "--qualifier",
            "live",
        ];
        self.aws(&arguments)["Environment"]["Variables"].take()
    }
}
