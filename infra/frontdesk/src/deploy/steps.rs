//! The steps of a deployment: what is in place when one fails, and what to do then.

use anyhow::{Error, Result, anyhow};

/// A step that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Prepare,
    Build,
    Validate,
    PublishAhead,
    Deploy,
    Publish,
    Clear,
    Try,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Prepare => "checking what is needed",
            Self::Build => "building",
            Self::Validate => "validating",
            Self::PublishAhead => "publishing the articles",
            Self::Deploy => "deploying the stack",
            Self::Publish => "publishing",
            Self::Clear => "clearing the website's cache",
            Self::Try => "trying it out",
        }
    }

    fn in_place(self) -> &'static str {
        match self {
            Self::Prepare | Self::Build => "everything is as it was; nothing was changed at AWS",
            Self::Validate => {
                "everything is as it was; at most, the built functions are uploaded to SAM's own bucket"
            }
            Self::PublishAhead => {
                "the functions run as before, with the articles from before or the new ones"
            }
            Self::Deploy => {
                "CloudFormation rolls its changes back: a front desk that ran before keeps running as it was; a first \
                 deployment leaves only its empty tables, which cost nothing"
            }
            Self::Publish => {
                "the functions and tables are deployed; the clinic and the articles are those from before, or some of \
                 the new ones"
            }
            Self::Clear => {
                "everything is deployed and published; the website shows what it was before for up to a minute"
            }
            Self::Try => "everything is deployed and published, but does not answer as it should",
        }
    }

    fn to_do(self) -> &'static str {
        match self {
            Self::Prepare | Self::Build => "correct this and run the command again",
            Self::Validate => {
                "correct infra/template.yaml, or the stage's parameters in infra/samconfig.toml, and run the command again"
            }
            Self::Deploy => {
                "read the reason above (the first FAILED line), correct it and run the command again; after a failed \
                 first deployment, run infra/deploy destroy STAGE first; it names the empty tables and the commands that delete them"
            }
            Self::PublishAhead | Self::Publish | Self::Clear => {
                "run the command again: it does only what is not done yet"
            }
            Self::Try => {
                "look at the functions' logs (infra/OPERATIONS.md says where), and run the command again; to go back, \
                 check out the version that ran before and run it there"
            }
        }
    }
}

/// Adds to an error the step in which it happened, what is in place then, and what to do.
pub(super) trait During<T> {
    fn during(self, step: Step) -> Result<T>;
}

impl<T> During<T> for Result<T> {
    fn during(self, step: Step) -> Result<T> {
        self.map_err(|error| failed(step, &error))
    }
}

fn failed(step: Step, error: &Error) -> Error {
    anyhow!(
        "{} failed: {error:#}\n\nin place: {}\nto do: {}",
        step.name(),
        step.in_place(),
        step.to_do()
    )
}

/// Prints a line on standard output.
#[expect(clippy::print_stdout, reason = "what is done is this command's output")]
pub(super) fn say(line: &str) {
    println!("{line}");
}
