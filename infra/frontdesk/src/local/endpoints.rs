//! Where the functions find the store and SES on this machine, and the environment that says so.

use std::collections::BTreeMap;

use crate::template::Template;

/// The addresses of the store and of SES.
#[derive(Clone, Debug)]
pub(super) struct Endpoints {
    pub(super) dynamodb: String,
    pub(super) ses: String,
}

/// Everything that a function's binary needs in its environment: what the template sets, and what Lambda
/// would.
pub(super) fn variables(
    template: &Template,
    endpoints: &Endpoints,
    url: &str,
    link_keys: &str,
) -> BTreeMap<String, String> {
    let mut variables = template.environment();
    let own = [
        ("API_URL", url),
        ("LINK_KEYS", link_keys),
        ("METRICS_NAMESPACE", "frontdesk/local"),
        ("SES_CONFIGURATION_SET", "local"),
        ("AWS_REGION", "ca-central-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", &endpoints.dynamodb),
        ("AWS_ENDPOINT_URL_SESV2", &endpoints.ses),
    ];
    variables.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
    variables
}
