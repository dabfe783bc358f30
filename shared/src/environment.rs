//! The variables that a function is configured by, read in one place.

use std::collections::BTreeMap;

/// A snapshot of environment variables.
///
/// `main.rs` takes the process's variables. The local program composes the ones that a function's own binary
/// would be started with.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

/// A variable that has to be set is missing.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is not set")]
pub struct MissingVariable(pub &'static str);

impl Environment {
    /// The process's own variables. Those that are not UTF-8 are left out.
    #[must_use]
    pub fn of_the_process() -> Self {
        let utf8 = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(std::env::vars_os().filter_map(utf8).collect())
    }

    /// The variable's value; an empty one counts as not set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// These variables with `others` added. A variable in both has the value of `others`.
    #[must_use]
    pub fn with<'a>(&self, others: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let mut all = self.clone();
        let others = others.into_iter();
        all.0
            .extend(others.map(|(name, value)| (name.to_owned(), value)));
        all
    }

    /// The variable's value.
    ///
    /// # Errors
    /// Names the variable when it is not set.
    pub fn require(&self, name: &'static str) -> Result<&str, MissingVariable> {
        self.get(name).ok_or(MissingVariable(name))
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(variables.into_iter().collect())
    }
}

/// Values may be secret: only the names are shown.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
