//! The parameters that `infra/template.yaml` declares, and whether a stage gives them what they need.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::Value;

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeclaredParameters {
    pub(super) parameters: BTreeMap<String, Parameter>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Parameter {
    pub(super) default: Option<Value>,
}

/// Parameters without a default for which the deployment finds a value.
const FOUND: [&str; 2] = ["MailDomain", "AllowedOrigins"];

impl DeclaredParameters {
    /// Reads them.
    ///
    /// # Errors
    /// When the template cannot be read.
    pub(super) fn read(infra: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(infra.join("template.yaml"))
            .context("infra/template.yaml cannot be read")?;
        serde_saphyr::from_str(&text).context("infra/template.yaml is not a template")
    }

    /// The value of a parameter: the stage's, else the template's.
    pub(super) fn given<'a>(&'a self, parameters: &'a [String], name: &str) -> Option<&'a str> {
        let default = self.parameters.get(name)?.default.as_ref();
        value(parameters, name).or(default.and_then(Value::as_str))
    }

    /// Refuses what the deployment would refuse later, and what SAM would ignore.
    ///
    /// # Errors
    /// Names the first mistake and its place.
    pub(super) fn check(&self, stage: &str, region: &str, parameters: &[String]) -> Result<()> {
        let place = format!("parameter_overrides of the stage {stage} in infra/samconfig.toml");
        for name in parameters.iter().filter_map(|pair| pair.split_once('=')) {
            if !self.parameters.contains_key(name.0) {
                let all: Vec<&str> = self.parameters.keys().map(String::as_str).collect();
                bail!(
                    "{place}: there is no parameter {}, only {}",
                    name.0,
                    all.join(", ")
                );
            }
        }
        for (name, parameter) in &self.parameters {
            let found = parameter.default.is_some() || FOUND.contains(&name.as_str());
            if !found && value(parameters, name).is_none() {
                bail!("{place}: {name} is missing");
            }
        }
        let home = self.given(parameters, "HomeRegion");
        if home.is_some_and(|home| home != region) {
            bail!(
                "{place}: health data stays in HomeRegion, which is not the stage's region, {region}"
            );
        }
        Ok(())
    }
}

/// The value of a parameter among `Name=value` pairs.
pub(super) fn value<'a>(parameters: &'a [String], name: &str) -> Option<&'a str> {
    let mut pairs = parameters.iter().filter_map(|pair| pair.split_once('='));
    pairs.find_map(|(key, value)| (key == name).then_some(value))
}
