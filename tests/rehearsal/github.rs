//! The role that GitHub's workflow deploys with.

use std::{collections::BTreeSet, fs};

use frontdesk_tests::infra;
use serde_json::Value;
use tempfile::TempDir;

use crate::checkout::Checkout;

/// What CloudFormation's handlers of a role need to create, read, change and delete one with inline and managed policies
/// (<https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>).
const OF_A_ROLE: [&str; 14] = [
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
];

/// By the names alone, and by the numbers as well that GitHub adds since July 15, 2026.
pub(crate) fn it_trusts_one_environment_of_one_repository(checkout: &Checkout) {
    for (stack, ids, subjects) in [
        (
            "github-by-name",
            "",
            &["repo:octo-org/octo.repo:environment:prod"][..],
        ),
        (
            "github-by-number",
            "123/456",
            &[
                "repo:octo-org/octo.repo:environment:prod",
                "repo:octo-org@123/octo.repo@456:environment:prod",
            ],
        ),
    ] {
        let role = made(checkout, stack, ids);

        let statement = &role["AssumeRolePolicyDocument"]["Statement"][0];
        let trusted = &statement["Condition"]["StringEquals"];
        assert_eq!(
            trusted["token.actions.githubusercontent.com:sub"],
            serde_json::json!(subjects)
        );
        assert_eq!(
            trusted["token.actions.githubusercontent.com:aud"],
            "sts.amazonaws.com"
        );
    }
}

pub(crate) fn it_can_change_roles_and_take_them_back(checkout: &Checkout) {
    let role = made(checkout, "github-permissions", "");
    let name = role["RoleName"].as_str().unwrap();
    let policy = checkout.aws(&[
        "iam",
        "get-role-policy",
        "--role-name",
        name,
        "--policy-name",
        "deploy",
    ]);
    let statements = policy["PolicyDocument"]["Statement"].as_array().unwrap();
    let allowed: BTreeSet<&str> = statements
        .iter()
        .filter(|statement| statement["Effect"] == "Allow")
        .flat_map(|statement| match &statement["Action"] {
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            one => vec![one.as_str().unwrap()],
        })
        .collect();

    for action in OF_A_ROLE {
        assert!(allowed.contains(action), "{action}");
    }
}

/// The role of a new stack.
fn made(checkout: &Checkout, stack: &str, ids: &str) -> Value {
    let folder = TempDir::new().unwrap();
    let template = folder.path().join("github.yaml");
    fs::write(&template, without_provider()).unwrap();
    let body = format!("file://{}", template.display());
    let parameters = [
        "ParameterKey=Repository,ParameterValue=octo-org/octo.repo".to_owned(),
        format!("ParameterKey=RepositoryIds,ParameterValue={ids}"),
        "ParameterKey=Environment,ParameterValue=prod".to_owned(),
        "ParameterKey=StackName,ParameterValue=frontdesk-prod".to_owned(),
    ];
    let mut arguments = vec!["cloudformation", "create-stack", "--stack-name", stack];
    arguments.extend(["--capabilities", "CAPABILITY_IAM", "--template-body", &body]);
    arguments.push("--parameters");
    arguments.extend(parameters.iter().map(String::as_str));
    checkout.aws(&arguments);
    let wait = ["cloudformation", "wait", "stack-create-complete"];
    checkout.aws(&[&wait[..], &["--stack-name", stack]].concat());
    let resource = ["--stack-name", stack, "--logical-resource-id", "Role"];
    let describe = ["cloudformation", "describe-stack-resource"];
    let resource = checkout.aws(&[&describe[..], &resource].concat());
    let name = &resource["StackResourceDetail"]["PhysicalResourceId"];
    let name = name.as_str().unwrap();
    checkout.aws(&["iam", "get-role", "--role-name", name])["Role"].take()
}

/// The emulator knows no identity providers.
fn without_provider() -> String {
    let template = fs::read_to_string(infra().join("github.yaml")).unwrap();
    let (before, rest) = template.split_once("  Provider:\n").unwrap();
    let (_, after) = rest.split_once("\n  Role:\n").unwrap();
    format!("{before}\n  Role:\n{after}")
}
