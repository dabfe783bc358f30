//! What a stage is deployed with: samconfig.toml first, then clinic.toml, then what the account says.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use shared::{clinic::Clinic, environment::Environment, values::origin};

use super::stack::Stack;

/// What AWS keeps free for all functions together, and what ours reserve.
const CONCURRENCY_NEEDED: u64 = 100 + 66;

/// The template, as far as settings go into it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Template {
    parameters: BTreeMap<String, Parameter>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    default: Option<Value>,
}

/// Parameters without a default that are found out here.
const FOUND: [&str; 2] = ["MailDomain", "AllowedOrigins"];

impl Template {
    fn read(infra: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(infra.join("template.yaml"))
            .context("infra/template.yaml cannot be read")?;
        serde_saphyr::from_str(&text).context("infra/template.yaml is not a template")
    }

    /// Refuses what the deployment would refuse later, or what SAM would take no notice of.
    fn check(&self, stage: &str, region: &str, parameters: &[String]) -> Result<()> {
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
        let default = self
            .parameters
            .get("HomeRegion")
            .and_then(|home| home.default.as_ref());
        let home = value(parameters, "HomeRegion").or(default.and_then(Value::as_str));
        if home.is_some_and(|home| home != region) {
            bail!(
                "{place}: health data stays in HomeRegion, which is not the stage's region, {region}"
            );
        }
        Ok(())
    }
}

/// A stage of samconfig.toml.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name there.
    pub stage: String,
    /// The stack's name.
    pub stack_name: String,
    /// Where it is.
    pub region: String,
    /// What the functions are built for.
    pub architecture: String,
    parameters: Vec<String>,
    template: Template,
}

#[derive(Deserialize)]
struct Stage {
    deploy: Deploy,
}

#[derive(Deserialize)]
struct Deploy {
    parameters: Parameters,
}

#[derive(Deserialize)]
struct Parameters {
    stack_name: String,
    region: String,
    #[serde(default)]
    parameter_overrides: Vec<String>,
}

impl Settings {
    /// Reads the stage, and `FRONTDESK_ARCHITECTURE` (`arm64` or `x86_64`).
    ///
    /// # Errors
    /// When samconfig.toml or the template cannot be read, there is no such stage, architecture or parameter,
    /// one is missing, or the region is not the data's.
    pub fn read(infra: &Path, stage: &str, environment: &Environment) -> Result<Self> {
        let text = std::fs::read_to_string(infra.join("samconfig.toml"))
            .context("infra/samconfig.toml cannot be read")?;
        let mut file: toml::Table =
            toml::from_str(&text).context("infra/samconfig.toml is not TOML")?;
        file.retain(|_, stage| stage.is_table());
        let named = file.remove(stage).with_context(|| {
            let others: Vec<&str> = file.keys().map(String::as_str).collect();
            let others = others.join(", ");
            format!("infra/samconfig.toml has no stage {stage}; it has {others}")
        })?;
        let Stage { deploy } = named
            .try_into()
            .with_context(|| format!("the stage {stage} of infra/samconfig.toml is not whole"))?;
        let Parameters {
            stack_name,
            region,
            parameter_overrides: mut parameters,
        } = deploy.parameters;
        let named = value(&parameters, "Architecture").map(str::to_owned);
        let architecture = environment.get("FRONTDESK_ARCHITECTURE");
        let architecture = architecture.map(str::to_owned).or(named);
        let architecture = architecture.unwrap_or_else(|| "arm64".to_owned());
        if !["arm64", "x86_64"].contains(&architecture.as_str()) {
            bail!("FRONTDESK_ARCHITECTURE is arm64 or x86_64, not {architecture}");
        }
        parameters.retain(|parameter| !parameter.starts_with("Architecture="));
        parameters.push(format!("Architecture={architecture}"));
        let template = Template::read(infra)?;
        template.check(stage, &region, &parameters)?;
        Ok(Self {
            stage: stage.to_owned(),
            stack_name,
            region,
            architecture,
            parameters,
            template,
        })
    }

    /// All parameters of the template, as `Name=value`: what a stack has and nobody names would stay as it
    /// is.
    ///
    /// # Errors
    /// When the account does not say what it has.
    pub(super) fn complete(&self, stack: &Stack<'_>, clinic: &Clinic) -> Result<Vec<String>> {
        let outputs = stack.outputs()?;
        let mut parameters = self.parameters.clone();
        let mut unless_named = |name: &str, found: Option<String>| {
            if let (None, Some(found)) = (value(&parameters, name), found) {
                parameters.push(format!("{name}={found}"));
            }
        };
        unless_named("MailDomain", Some(mail_domain(clinic).to_owned()));
        unless_named("AllowedOrigins", Some(origin(&clinic.website)));
        unless_named("LinkKeysVersion", stack.changed_link_keys(&outputs)?);
        let create = outputs.contains_key("OwnMailIdentity") || !stack.knows_sender(clinic);
        unless_named("CreateMailIdentity", Some(create.to_string()));
        let reserve = outputs.get("ReservesConcurrency").map(String::as_str) == Some("true")
            || stack.free_concurrency()? >= CONCURRENCY_NEEDED;
        unless_named("ReserveConcurrency", Some(reserve.to_string()));
        for (name, parameter) in &self.template.parameters {
            unless_named(name, parameter.default.as_ref().map(written));
        }
        Ok(parameters)
    }
}

/// As SAM wants a value: an empty one in quotes.
fn written(default: &Value) -> String {
    match default {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn value<'a>(parameters: &'a [String], name: &str) -> Option<&'a str> {
    let mut pairs = parameters.iter().filter_map(|pair| pair.split_once('='));
    pairs.find_map(|(key, value)| (key == name).then_some(value))
}

/// The domain that the clinic's mail comes from.
pub(super) fn mail_domain(clinic: &Clinic) -> &str {
    let from = clinic.mail.from.as_str();
    from.rsplit_once('@').map_or(from, |(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(file: &str, stage: &str, architecture: Option<&str>) -> Result<Settings> {
        let infra = tempfile::tempdir().unwrap();
        fs::write(infra.path().join("samconfig.toml"), file).unwrap();
        fs::write(infra.path().join("template.yaml"), TEMPLATE).unwrap();
        let variable =
            architecture.map(|name| ("FRONTDESK_ARCHITECTURE".to_owned(), name.to_owned()));
        Settings::read(infra.path(), stage, &variable.into_iter().collect())
    }

    const TEMPLATE: &str = r"
Parameters:
  HomeRegion: { Default: ca-central-1 }
  Architecture: { Default: arm64 }
  OperatorEmail: { Type: String }
  MailDomain: { Type: String }
";

    const FILE: &str = r#"
        version = 0.1
        [dev.deploy.parameters]
        stack_name = "desk-dev"
        region = "ca-central-1"
        parameter_overrides = ["OperatorEmail=a@example.com", "Architecture=x86_64"]
        [prod.deploy.parameters]
        stack_name = "desk"
        region = "ca-west-1"
        parameter_overrides = ["OperatorEmail=a@example.com", "HomeRegion=ca-west-1"]
    "#;

    #[test]
    fn a_stage_is_what_samconfig_says() {
        let dev = read(FILE, "dev", None).unwrap();
        let prod = read(FILE, "prod", None).unwrap();

        assert_eq!(
            (dev.stack_name.as_str(), dev.region.as_str()),
            ("desk-dev", "ca-central-1")
        );
        assert_eq!(
            dev.parameters,
            ["OperatorEmail=a@example.com", "Architecture=x86_64"]
        );
        assert_eq!(
            (prod.region.as_str(), prod.architecture.as_str()),
            ("ca-west-1", "arm64")
        );
    }

    #[test]
    fn the_environment_decides_about_the_architecture() {
        let arm64 = read(FILE, "dev", Some("arm64")).unwrap();

        assert_eq!(
            arm64.parameters,
            ["OperatorEmail=a@example.com", "Architecture=arm64"]
        );
        let error = read(FILE, "dev", Some("sparc")).unwrap_err().to_string();
        assert!(error.contains("arm64 or x86_64"), "{error}");
    }

    #[test]
    fn a_mistake_in_it_is_named() {
        let misspelt = FILE.replace("OperatorEmail=", "OperaterEmail=");
        let missing = FILE.replace("\"OperatorEmail=a@example.com\", ", "");
        let elsewhere = FILE.replace("ca-central-1", "us-east-1");
        for (file, stage, told) in [
            (
                misspelt.as_str(),
                "dev",
                "there is no parameter OperaterEmail, only",
            ),
            (&missing, "dev", "OperatorEmail is missing"),
            (&elsewhere, "dev", "health data stays in HomeRegion"),
            (FILE, "test", "has no stage test; it has dev, prod"),
            ("dev = [", "dev", "is not TOML"),
            (
                "[dev.deploy]",
                "dev",
                "the stage dev of infra/samconfig.toml is not whole",
            ),
        ] {
            let error = read(file, stage, None).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
