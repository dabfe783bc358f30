//! The stack: whether it exists, its outputs, and changing it.

use std::{collections::BTreeSet, path::Path};

use anyhow::{Context as _, Result, bail};
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};

use super::{
    outputs::Outputs,
    settings::Settings,
    steps::say,
    tools::{aws, sam},
};

/// The types of resources that template.yaml retains.
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

/// A stack as CloudFormation describes it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribedStack {
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

impl DescribedStack {
    /// When it was created, and when it was changed last.
    fn moments(&self) -> (&str, Option<&str>) {
        (&self.creation_time, self.last_updated_time.as_deref())
    }
}

impl<'a> Stack<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        Self { settings }
    }

    pub(super) fn region(&self) -> &str {
        &self.settings.region
    }

    pub(super) fn ask<T: DeserializeOwned>(&self, arguments: &[&str]) -> Result<T> {
        aws(&self.settings.region, arguments)
    }

    /// The answer, or `None` when AWS answers `NotFoundException`.
    ///
    /// # Errors
    /// When AWS does not answer.
    pub(super) fn find<T: DeserializeOwned>(&self, arguments: &[&str]) -> Result<Option<T>> {
        match self.ask(arguments) {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.to_string().contains("(NotFoundException)") => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn tell(&self, arguments: &[&str]) -> Result<()> {
        self.ask::<IgnoredAny>(arguments).map(drop)
    }

    /// Its state; `None` when there is no stack.
    fn describe(&self) -> Result<Option<DescribedStack>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Stacks {
            stacks: Vec<DescribedStack>,
        }
        let name = &self.settings.stack_name;
        match self.ask(&["cloudformation", "describe-stacks", "--stack-name", name]) {
            Ok(Stacks { stacks }) => Ok(stacks.into_iter().next()),
            Err(error) if error.to_string().contains("does not exist") => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn exists(&self) -> Result<bool> {
        Ok(self.describe()?.is_some())
    }

    /// Deploys it, and returns whether that changed anything.
    ///
    /// # Errors
    /// When it cannot be changed, or `CloudFormation` rolled the change back.
    pub(super) fn deploy(&self, infra: &Path, parameters: &[String]) -> Result<bool> {
        let before = self.describe()?;
        let Settings {
            stage, stack_name, ..
        } = self.settings;
        let runs = match before.as_ref().map(|stack| stack.stack_status.as_str()) {
            // There is nothing but a change set, which a dry run has left that was interrupted.
            None | Some("REVIEW_IN_PROGRESS") => false,
            Some("ROLLBACK_COMPLETE") => bail!(
                "the first deployment failed: run infra/deploy destroy {stage} to clear it away"
            ),
            Some("UPDATE_ROLLBACK_FAILED") => bail!(
                "CloudFormation could not roll the change before back: when no alarm is on, run \
                 aws cloudformation continue-update-rollback --stack-name {stack_name} --region {region}, and wait until \
                 the stack is UPDATE_ROLLBACK_COMPLETE",
                region = self.region()
            ),
            Some(_) => true,
        };
        // What runs is protected before it changes, and what is new as soon as it is there.
        if runs {
            self.protect(infra)?;
        }
        self.sam_deploy(infra, parameters, &["--no-fail-on-empty-changeset"])?;
        let after = self.describe()?;
        if !runs {
            self.protect(infra)?;
        }
        Ok(before.as_ref().map(DescribedStack::moments)
            != after.as_ref().map(DescribedStack::moments))
    }

    /// Has `CloudFormation` refuse every change that would replace or delete what holds data.
    fn protect(&self, infra: &Path) -> Result<()> {
        let policy = std::fs::read_to_string(infra.join("stack-policy.json"))
            .context("infra/stack-policy.json cannot be read")?;
        self.tell(&[
            "cloudformation",
            "set-stack-policy",
            "--stack-name",
            &self.settings.stack_name,
            "--stack-policy-body",
            &policy,
        ])
    }

    /// Shows what deploying would change, and changes nothing.
    ///
    /// # Errors
    /// When the change set cannot be made.
    pub(super) fn show_changes(&self, infra: &Path, parameters: &[String]) -> Result<()> {
        let is_new = self.describe()?.is_none();
        let before = if is_new {
            Vec::new()
        } else {
            self.change_sets()?
        };
        let options = ["--no-fail-on-empty-changeset", "--no-execute-changeset"];
        self.sam_deploy(infra, parameters, &options)?;
        if is_new {
            self.delete()?;
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
            "That is what would change. Nothing was changed; the built functions are uploaded. Only a deployment looks \
             at the clinic, the articles and the site.",
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
        let Settings { stage, region, .. } = self.settings;
        sam(infra, stage, region, &arguments)
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

    /// Its outputs; empty when there is no stack.
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

    /// What stays when the stack goes, by type and name; also what has stayed when a first deployment failed.
    ///
    /// # Errors
    /// When AWS does not answer.
    pub(super) fn kept(&self) -> Result<BTreeSet<(String, String)>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Resources {
            stack_resource_summaries: Vec<Part>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Events {
            stack_events: Vec<Part>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Part {
            logical_resource_id: String,
            resource_type: String,
            #[serde(default)]
            physical_resource_id: String,
            #[serde(default)]
            resource_status: String,
        }
        let name = self.settings.stack_name.as_str();
        let ask = |list: &'static str| ["cloudformation", list, "--stack-name", name];
        // A page has a hundred of them, and the command asks for all pages.
        let there: Resources = self.ask(&ask("list-stack-resources"))?;
        let there = there.stack_resource_summaries.into_iter();
        let there = there.filter(|resource| resource.resource_status != "DELETE_COMPLETE");
        let past: Events = self.ask(&ask("describe-stack-events"))?;
        let past = past.stack_events.into_iter();
        let skipped = past.filter(|event| event.resource_status == "DELETE_SKIPPED");
        let kept = there.chain(skipped).filter(|resource| {
            KEPT.contains(&resource.resource_type.as_str())
                && resource.logical_resource_id != "OriginKey"
                && !resource.physical_resource_id.is_empty()
        });
        let named = kept.map(|resource| (resource.resource_type, resource.physical_resource_id));
        Ok(named.collect())
    }
}
