//! What a stage is deployed with, from samconfig.toml.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use shared::environment::Environment;

use super::declared::{DeclaredParameters, value};

#[derive(Clone, Debug)]
pub struct Settings {
    pub stage: String,
    pub stack_name: String,
    pub region: String,
    /// What the functions are built for: `arm64` or `x86_64`.
    pub architecture: String,
    /// The stage's parameters, as `Name=value`.
    pub(super) parameters: Vec<String>,
    pub(super) declared: DeclaredParameters,
}

#[derive(Deserialize)]
struct StageTable {
    deploy: DeployTable,
}

#[derive(Deserialize)]
struct DeployTable {
    parameters: Parameters,
}

#[derive(Deserialize)]
struct Parameters {
    stack_name: String,
    region: Option<String>,
    #[serde(default)]
    parameter_overrides: Vec<String>,
}

impl Settings {
    /// Reads the stage, and `FRONTDESK_ARCHITECTURE` (`arm64` or `x86_64`).
    ///
    /// # Errors
    /// When samconfig.toml or the template cannot be read, there is no such stage, architecture or parameter,
    /// one is missing, or the region is not the one that the data has to stay in.
    pub fn read(infra: &Path, stage: &str, environment: &Environment) -> Result<Self> {
        let DeployTable {
            parameters:
                Parameters {
                    stack_name,
                    region,
                    parameter_overrides: mut parameters,
                },
        } = stage_of(infra, stage)?;
        let architecture = architecture(&parameters, environment)?;
        parameters.retain(|parameter| !parameter.starts_with("Architecture="));
        parameters.push(format!("Architecture={architecture}"));
        let declared = DeclaredParameters::read(infra)?;
        let home = declared.given(&parameters, "HomeRegion");
        let region = region.or_else(|| home.map(str::to_owned));
        let region = region.context("infra/template.yaml names no HomeRegion")?;
        declared.check(stage, &region, &parameters)?;
        Ok(Self {
            stage: stage.to_owned(),
            stack_name,
            region,
            architecture,
            parameters,
            declared,
        })
    }
}

fn stage_of(infra: &Path, stage: &str) -> Result<DeployTable> {
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
    let StageTable { deploy } = named
        .try_into()
        .with_context(|| format!("the stage {stage} of infra/samconfig.toml is not whole"))?;
    Ok(deploy)
}

/// The environment's architecture, else the stage's, else `arm64`.
fn architecture(parameters: &[String], environment: &Environment) -> Result<String> {
    let given = environment.get("FRONTDESK_ARCHITECTURE");
    let architecture = given.or_else(|| value(parameters, "Architecture"));
    let architecture = architecture.unwrap_or("arm64");
    if !["arm64", "x86_64"].contains(&architecture) {
        bail!("FRONTDESK_ARCHITECTURE is arm64 or x86_64, not {architecture}");
    }
    Ok(architecture.to_owned())
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
        let elsewhere = FILE.replace("region = \"ca-west-1\"", "region = \"us-east-1\"");
        for (file, stage, told) in [
            (
                misspelt.as_str(),
                "dev",
                "there is no parameter OperaterEmail, only",
            ),
            (&missing, "dev", "OperatorEmail is missing"),
            (&elsewhere, "prod", "health data stays in HomeRegion"),
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
