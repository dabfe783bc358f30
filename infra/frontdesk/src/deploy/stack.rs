//! The stack: whether it is there, what it gives out, and changing it.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Result, bail};
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use shared::clinic::Clinic;

use super::{
    settings::{Settings, mail_domain},
    steps::say,
    tools::{aws, sam},
};

/// What template.yaml retains.
const KEPT: [&str; 4] = [
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::SES::EmailIdentity",
    "AWS::SecretsManager::Secret",
];

/// The stack of a stage.
pub(super) struct Stack<'a> {
    settings: &'a Settings,
}

/// What the stack gives out: addresses, and its tables' names.
pub(super) type Outputs = BTreeMap<String, String>;

/// How a stack stands.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Standing {
    stack_status: String,
    creation_time: String,
    last_updated_time: Option<String>,
    #[serde(default)]
    outputs: Vec<Output>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    output_key: String,
    output_value: String,
}

impl Standing {
    /// When it was made, and when it was changed last.
    fn moments(&self) -> (&str, Option<&str>) {
        (&self.creation_time, self.last_updated_time.as_deref())
    }
}

impl<'a> Stack<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        Self { settings }
    }

    pub(super) fn ask<T: DeserializeOwned>(&self, arguments: &[&str]) -> Result<T> {
        aws(&self.settings.region, arguments)
    }

    fn tell(&self, arguments: &[&str]) -> Result<()> {
        self.ask::<IgnoredAny>(arguments).map(drop)
    }

    /// How it stands; `None` when there is none.
    fn describe(&self) -> Result<Option<Standing>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Stacks {
            stacks: Vec<Standing>,
        }
        let name = &self.settings.stack_name;
        match self.ask(&["cloudformation", "describe-stacks", "--stack-name", name]) {
            Ok(Stacks { stacks }) => Ok(stacks.into_iter().next()),
            Err(error) if error.to_string().contains("does not exist") => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn is_there(&self) -> Result<bool> {
        Ok(self.describe()?.is_some())
    }

    /// Deploys it; whether that changed anything.
    ///
    /// # Errors
    /// When it cannot be changed, or `CloudFormation` took the change back.
    pub(super) fn deploy(&self, infra: &Path, parameters: &[String]) -> Result<bool> {
        let before = self.describe()?;
        if before
            .as_ref()
            .is_some_and(|stack| stack.stack_status == "ROLLBACK_COMPLETE")
        {
            let Settings { stage, .. } = self.settings;
            bail!("the first deployment failed: run infra/deploy destroy {stage} to clear it away");
        }
        self.sam_deploy(infra, parameters, &["--no-fail-on-empty-changeset"])?;
        let after = self.describe()?;
        Ok(before.as_ref().map(Standing::moments) != after.as_ref().map(Standing::moments))
    }

    /// Shows what deploying would change, and changes nothing.
    ///
    /// # Errors
    /// When the change set cannot be made.
    pub(super) fn show_changes(&self, infra: &Path, parameters: &[String]) -> Result<()> {
        let name = self.settings.stack_name.as_str();
        let is_new = self.describe()?.is_none();
        let before = if is_new {
            Vec::new()
        } else {
            self.change_sets()?
        };
        let options = ["--no-fail-on-empty-changeset", "--no-execute-changeset"];
        self.sam_deploy(infra, parameters, &options)?;
        if is_new {
            self.tell(&["cloudformation", "delete-stack", "--stack-name", name])?;
        } else {
            for own in self
                .change_sets()?
                .iter()
                .filter(|set| !before.contains(set))
            {
                self.tell(&[
                    "cloudformation",
                    "delete-change-set",
                    "--change-set-name",
                    own,
                ])?;
            }
        }
        say(
            "That is what would change. Nothing was, but what was built is uploaded. The clinic, the articles and the \
             site are looked at by a deployment only.",
        );
        Ok(())
    }

    fn change_sets(&self) -> Result<Vec<String>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct ChangeSets {
            summaries: Vec<ChangeSet>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct ChangeSet {
            change_set_id: String,
        }
        let name = self.settings.stack_name.as_str();
        let sets: ChangeSets =
            self.ask(&["cloudformation", "list-change-sets", "--stack-name", name])?;
        Ok(sets
            .summaries
            .into_iter()
            .map(|set| set.change_set_id)
            .collect())
    }

    fn sam_deploy(&self, infra: &Path, parameters: &[String], options: &[&str]) -> Result<()> {
        let mut arguments = vec!["deploy", "--no-confirm-changeset"];
        arguments.extend(options);
        arguments.push("--parameter-overrides");
        arguments.extend(parameters.iter().map(String::as_str));
        sam(infra, self.settings, &arguments)
    }

    /// Deletes it and waits until it is gone.
    ///
    /// # Errors
    /// When `CloudFormation` could not delete it.
    pub(super) fn delete(&self) -> Result<()> {
        let name = self.settings.stack_name.as_str();
        self.tell(&["cloudformation", "delete-stack", "--stack-name", name])?;
        self.tell(&[
            "cloudformation",
            "wait",
            "stack-delete-complete",
            "--stack-name",
            name,
        ])
    }

    /// What it gives out; empty when there is none.
    ///
    /// # Errors
    /// When AWS does not answer.
    pub(super) fn outputs(&self) -> Result<Outputs> {
        let outputs = self
            .describe()?
            .map_or_else(Vec::new, |stack| stack.outputs);
        let pairs = outputs
            .into_iter()
            .map(|output| (output.output_key, output.output_value));
        Ok(pairs.collect())
    }

    /// The version of the secret with the link keys, once it was changed; functions read it when they
    /// change, so the version is a parameter of the template.
    ///
    /// # Errors
    /// When AWS does not answer.
    pub(super) fn changed_link_keys(&self, outputs: &Outputs) -> Result<Option<String>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Secret {
            versions: Vec<Version>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Version {
            version_id: String,
            #[serde(default)]
            version_stages: Vec<String>,
        }
        let Some(secret) = outputs.get("LinkKeysArn") else {
            return Ok(None);
        };
        let Secret { versions } = self.ask(&[
            "secretsmanager",
            "list-secret-version-ids",
            "--secret-id",
            secret,
        ])?;
        let is =
            |version: &Version, stage| version.version_stages.iter().any(|named| named == stage);
        if !versions.iter().any(|version| is(version, "AWSPREVIOUS")) {
            return Ok(None);
        }
        let current = versions
            .into_iter()
            .find(|version| is(version, "AWSCURRENT"));
        Ok(current.map(|version| version.version_id))
    }

    /// Whether the clinic's domain is an identity of SES already.
    pub(super) fn knows_sender(&self, clinic: &Clinic) -> bool {
        let identity = [
            "sesv2",
            "get-email-identity",
            "--email-identity",
            mail_domain(clinic),
        ];
        self.tell(&identity).is_ok()
    }

    /// How many functions may run at once in this account, besides those that have reserved their places.
    ///
    /// # Errors
    /// When AWS does not answer.
    pub(super) fn free_concurrency(&self) -> Result<u64> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Account {
            account_limit: Limit,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Limit {
            unreserved_concurrent_executions: u64,
        }
        let account: Account = self.ask(&["lambda", "get-account-settings"])?;
        Ok(account.account_limit.unreserved_concurrent_executions)
    }

    /// What stays when the stack goes, by type and name.
    ///
    /// # Errors
    /// When AWS does not answer.
    pub(super) fn kept(&self) -> Result<Vec<(String, String)>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Resources {
            stack_resources: Vec<Part>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Part {
            logical_resource_id: String,
            resource_type: String,
            #[serde(default)]
            physical_resource_id: String,
        }
        let name = self.settings.stack_name.as_str();
        let all: Resources = self.ask(&[
            "cloudformation",
            "describe-stack-resources",
            "--stack-name",
            name,
        ])?;
        let kept = all.stack_resources.into_iter().filter(|resource| {
            let own_key = resource.logical_resource_id != "OriginKey";
            own_key && KEPT.contains(&resource.resource_type.as_str())
        });
        let named = kept.map(|resource| (resource.resource_type, resource.physical_resource_id));
        Ok(named.filter(|(_, name)| !name.is_empty()).collect())
    }
}
