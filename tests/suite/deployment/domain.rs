//! A domain of its own: how the functions know CloudFront, and what becomes of the API's own address.

use std::fs;

use frontdesk_tests::infra;
use serde_json::json;

use super::template::template;

const FACING: [&str; 3] = ["Contact", "Booking", "Articles"];

#[test]
fn the_functions_know_two_keys_and_learn_a_new_one_before_cloudfront_shows_it() {
    let template = template();
    let resources = &template["Resources"];
    let version = "${OriginKeyVersion}}}";
    let key = format!("{{{{resolve:secretsmanager:${{OriginKey}}:SecretString:key::{version}");
    let before = key.replace(":key:", ":before:");

    for function in FACING {
        let variables =
            &resources[format!("{function}Function")]["Properties"]["Environment"]["Variables"];
        let keys = json!(["HasSite", format!("{key},{before}"), "AWS::NoValue"]);
        assert_eq!(variables["ORIGIN_KEYS"], keys, "{function}");
        let direct = json!(["HasSite", "DirectAddress", "AWS::NoValue"]);
        assert_eq!(variables["DIRECT_ADDRESS"], direct, "{function}");
    }
    let site = &resources["Site"];
    let origin = &site["Properties"]["DistributionConfig"]["Origins"][0];
    assert_eq!(origin["OriginCustomHeaders"][0]["HeaderValue"], key);
    let first = FACING.map(|function| json!(format!("{function}FunctionAliaslive")));
    for alias in first {
        assert!(site["DependsOn"].as_array().unwrap().contains(&alias));
    }
    // Letters and digits: nothing that a header may not hold, and no comma, which separates two keys.
    let generated = &resources["OriginKey"]["Properties"]["GenerateSecretString"];
    let excluded = generated["ExcludeCharacters"].as_str().unwrap();
    let other = ('!'..='~').filter(|sign| !sign.is_ascii_alphanumeric());
    assert_eq!(excluded, other.collect::<String>());
    assert!(generated["IncludeSpace"].is_null());
}

#[test]
fn links_lead_to_the_domain_once_it_leads_to_the_site() {
    let template = template();
    let links = json!(["LinksToSite", "https://${SiteDomain}", "Api.ApiEndpoint"]);

    for function in ["Contact", "Digest", "Booking", "Sweep", "Mailer"] {
        let properties = &template["Resources"][format!("{function}Function")]["Properties"];
        let url = &properties["Environment"]["Variables"]["API_URL"];
        assert_eq!(url, &links, "{function}");
    }
    assert_eq!(template["Outputs"]["PublicAddress"]["Value"], links);
    let values = &template["Parameters"]["DirectAddress"]["AllowedValues"];
    assert_eq!(values, &json!(["used", "answered", "closed"]));
    let condition = template["Conditions"]["LinksToSite"].to_string();
    assert!(
        condition.contains("HasSite") && condition.contains("used"),
        "{condition}"
    );
}

#[test]
fn the_region_is_named_once() {
    let template = template();
    let region = template["Parameters"]["HomeRegion"]["Default"]
        .as_str()
        .unwrap();
    let root = infra().join("..");

    for (file, times) in [
        ("infra/template.yaml", 1),
        ("infra/github.yaml", 0),
        ("infra/samconfig.toml", 0),
        (".github/workflows/deploy.yml", 0),
        ("infra/deploy", 0),
        ("README.md", 0),
    ] {
        let text = fs::read_to_string(root.join(file)).unwrap();
        assert_eq!(text.matches(region).count(), times, "{file}");
    }
}
