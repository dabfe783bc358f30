//! How a change comes to a stage with a canary: asked for its health first, a tenth of the requests next, and taken back by
//! an alarm; and what a change may never do.

use std::{path::Path, process::Command};

use frontdesk_tests::infra;
use serde_json::{Value, json};

use crate::transformed::{FUNCTIONS, Transformed, list};

/// The hook's own code, with AWS's library played by this: `sys.argv` has its code and how the new version answers.
const HOOK: &str = r#"
import io, json, sys, types

calls = []

class CodeDeploy:
    def list_deployment_targets(self, deploymentId):
        return {"targetIds": ["desk-contact:live"]}
    def batch_get_deployment_targets(self, deploymentId, targetIds):
        new = {"functionName": "desk-contact", "functionAlias": "live", "currentVersion": "1", "targetVersion": "2"}
        return {"deploymentTargets": [{"lambdaTarget": {"lambdaFunctionInfo": new}}]}
    def put_lifecycle_event_hook_execution_status(self, **said):
        calls.append(said)

class Lambda:
    def invoke(self, **asked):
        calls.append(asked)
        answer = {"Payload": io.BytesIO(b"{}")}
        if sys.argv[2] == "fails":
            answer["FunctionError"] = "Unhandled"
        if sys.argv[2] == "is not there":
            raise RuntimeError("no such version")
        return answer

boto3 = types.ModuleType("boto3")
boto3.client = lambda name, config: {"codedeploy": CodeDeploy(), "lambda": Lambda()}[name]
botocore = types.ModuleType("botocore.config")
botocore.Config = dict
sys.modules.update({"boto3": boto3, "botocore": types.ModuleType("botocore"), "botocore.config": botocore})
hook = {}
exec(sys.argv[1], hook)
try:
    hook["handler"]({"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "h-1"}, None)
except RuntimeError:
    pass
print("\n" + json.dumps(calls))
"#;

impl Transformed {
    pub(crate) fn a_change_is_rolled_out_step_by_step_and_taken_back_by_an_alarm(&self) {
        for function in FUNCTIONS {
            let group = self.properties(&format!("{function}FunctionDeploymentGroup"));
            let steps = group["DeploymentConfigName"].to_string();
            assert!(steps.contains("Canary10Percent10Minutes"), "{group}");
            assert_eq!(group["AutoRollbackConfiguration"]["Enabled"], true);
            // Only what no caller can cause: a rollback that a stranger can trigger is a weapon.
            let alarms = list(&group["AlarmConfiguration"]["Alarms"]);
            assert_eq!(alarms.len(), 1, "{group}");
            assert_eq!(alarms[0]["Name"]["Ref"], "FunctionsFailed", "{group}");
            let alias = self.resource(&format!("{function}FunctionAliaslive"));
            let update = &alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"];
            let hook = &update["BeforeAllowTrafficHook"]["Ref"];
            assert_eq!(hook, "PreTrafficFunction", "{alias}");
        }
        let alarm = self.properties("FunctionsFailed");
        let seconds = |name: &str| alarm[name].as_u64().unwrap();
        let until_it_fires = seconds("Period") * seconds("EvaluationPeriods");
        assert!(
            until_it_fires <= 60,
            "the ten minutes of the canary are over before {until_it_fires} s and AWS's own delay"
        );
        // AWS lets CodeDeploy call functions of this name alone.
        let hook = self.properties("PreTrafficFunction");
        let name = hook["FunctionName"]["Fn::Sub"].as_str().unwrap();
        assert!(name.starts_with("CodeDeployHook_"), "{name}");
    }

    pub(crate) fn a_new_version_gets_requests_only_if_it_is_well(&self, python: &Path) {
        let hook = self.properties("PreTrafficFunction");
        let code = hook["Code"]["ZipFile"].as_str().unwrap();
        assert!(code.len() <= 4096, "AWS takes no more in a template");
        let asked = json!({
            "FunctionName": "desk-contact", "Qualifier": "2", "Payload": r#"{"health": true}"#,
        });
        for (version, status) in [
            ("is well", "Succeeded"),
            ("fails", "Failed"),
            ("is not there", "Failed"),
        ] {
            let ran = Command::new(python)
                .args(["-c", HOOK, code, version])
                .output()
                .unwrap();
            let error = String::from_utf8_lossy(&ran.stderr);
            assert!(ran.status.success(), "{error}");
            let printed = String::from_utf8(ran.stdout).unwrap();
            let calls: Value = serde_json::from_str(printed.lines().last().unwrap()).unwrap();
            let said = json!({
                "deploymentId": "d-1", "lifecycleEventHookExecutionId": "h-1", "status": status,
            });
            assert_eq!(calls, json!([asked, said]), "{version}");
        }
    }

    /// `infra/deploy` gives CloudFormation this policy.
    pub(crate) fn no_change_replaces_or_deletes_what_holds_data(&self) {
        let policy = std::fs::read_to_string(infra().join("stack-policy.json")).unwrap();
        let policy: Value = serde_json::from_str(&policy).unwrap();
        let mut protected = Vec::new();
        for (name, resource) in self.resources() {
            let kind = resource["Type"].as_str().unwrap();
            let allowed = |action| is_allowed(&policy, action, name, kind);
            assert!(allowed("Update:Modify"), "{name}");
            let holds_data = match kind {
                "AWS::DynamoDB::Table" | "AWS::KMS::Key" => true,
                // CloudFront's goes with the domain.
                "AWS::SecretsManager::Secret" => name == "LinkKeys",
                _ => false,
            };
            assert_eq!(allowed("Update:Delete"), !holds_data, "{name}");
            let is_secret = kind == "AWS::SecretsManager::Secret";
            assert_eq!(
                allowed("Update:Replace"),
                !holds_data && !is_secret,
                "{name}"
            );
            if holds_data {
                protected.push(name);
                let policy = resource["DeletionPolicy"].as_str().unwrap();
                // What costs goes again when a first deployment fails. Tables are protected against that, and cost nothing.
                let expected = match kind {
                    "AWS::DynamoDB::Table" => "Retain",
                    _ => "RetainExceptOnCreate",
                };
                assert_eq!(policy, expected, "{name}");
                assert_eq!(resource["UpdateReplacePolicy"], "Retain", "{name}");
            }
        }
        assert_eq!(protected.len(), 7, "{protected:?}");
    }
}

/// As CloudFormation judges it: nothing is allowed unless a statement says so, and what one denies stays denied.
fn is_allowed(policy: &Value, action: &str, name: &str, kind: &str) -> bool {
    let mut effects = Vec::new();
    for statement in list(&policy["Statement"]) {
        let actions = list(&statement["Action"]);
        let resource = statement["Resource"].as_str().unwrap();
        let kinds = list(&statement["Condition"]["StringEquals"]["ResourceType"]);
        let fits = actions.iter().any(|one| one == "Update:*" || one == action)
            && (resource == "*" || resource == format!("LogicalResourceId/{name}"))
            && (kinds.is_empty() || kinds.iter().any(|one| one == kind));
        if fits {
            effects.push(statement["Effect"].as_str().unwrap().to_owned());
        }
    }
    effects.iter().any(|effect| effect == "Allow") && !effects.iter().any(|effect| effect == "Deny")
}
