//! GitHub's workflows: who can get credentials builds nothing.

use std::{fs, path::Path};

use frontdesk_tests::infra;
use serde_json::Value;

fn workflow(name: &str) -> Value {
    let path = infra().join("../.github/workflows").join(name);
    serde_saphyr::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Every command of a job, in one text.
fn commands(job: &Value) -> String {
    let steps = job["steps"].as_array().unwrap().iter();
    steps
        .filter_map(|step| step["run"].as_str())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_job_that_can_get_credentials_or_write_builds_nothing() {
    for (name, build, other, permission) in [
        ("deploy.yml", "build", "deploy", "id-token"),
        ("release.yml", "build", "release", "contents"),
    ] {
        let workflow = workflow(name);
        let (build, other) = (&workflow["jobs"][build], &workflow["jobs"][other]);

        assert_eq!(workflow["permissions"], serde_json::json!({}), "{name}");
        assert_eq!(
            build["permissions"],
            serde_json::json!({ "contents": "read" }),
            "{name}"
        );
        assert!(commands(build).contains("cargo lambda build"), "{name}");
        assert_eq!(other["permissions"][permission], "write", "{name}");
        assert_eq!(other["needs"], "build", "{name}");
        assert!(!commands(other).contains("cargo"), "{name}");
    }
}

#[test]
fn tools_are_pinned_by_hash() {
    for name in ["deploy.yml", "release.yml", "test.yml"] {
        let workflow = workflow(name);
        for (_, job) in workflow["jobs"].as_object().unwrap() {
            for step in job["steps"].as_array().unwrap() {
                if let Some(action) = step["uses"].as_str() {
                    let (_, pin) = action.split_once('@').unwrap();
                    assert_eq!(pin.len(), 40, "{name}: {action}");
                }
            }
            for line in commands(job)
                .lines()
                .filter(|line| line.contains("pip install"))
            {
                assert!(line.contains("--require-hashes"), "{name}: {line}");
            }
        }
    }
    for list in ["requirements.txt", "../.ci/requirements.txt"] {
        let list = fs::read_to_string(infra().join(Path::new(list))).unwrap();
        let pinned = list.lines().filter(|line| line.contains("==")).count();
        assert!(pinned > 20 && list.matches("--hash=sha256:").count() >= pinned);
    }
}
