//! Uploads the website into its bucket: only files that changed.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use md5::{Digest as _, Md5};
use serde::Deserialize;

use super::{
    outputs::Outputs,
    settings::Settings,
    steps::say,
    tools::{aws, aws_text},
};

/// The site's files have no version in their names: a browser asks again after five minutes.
const CACHE: &str = "public, max-age=300";

/// Uploads the files that changed and deletes those that are gone, if the stack has a website, and returns how
/// many files these were. If there were any, or if something was `published`, CloudFront's cache is cleared.
///
/// # Errors
/// When a file cannot be read, or AWS does not take it.
pub(super) fn upload(
    infra: &Path,
    settings: &Settings,
    outputs: &Outputs,
    published: bool,
) -> Result<usize> {
    let (Some(bucket), Some(distribution)) = (outputs.get("SiteBucketName"), outputs.get("SiteId"))
    else {
        return Ok(0);
    };
    say("uploading the site");
    let tell = |arguments: &[&str]| {
        let region = ["--region", settings.region.as_str()];
        aws_text(&[arguments, &region].concat())
    };
    let here = files(infra)?;
    let there = objects(bucket, settings)?;
    let mut changes = 0;
    for (key, path) in &here {
        if there.get(key) == Some(&digest(path)?) {
            continue;
        }
        let (path, target) = (path.to_string_lossy(), format!("s3://{bucket}/{key}"));
        let copy = [
            "s3",
            "cp",
            &path,
            &target,
            "--cache-control",
            CACHE,
            "--only-show-errors",
        ];
        tell(&copy)?;
        changes += 1;
    }
    for key in there.keys().filter(|key| !here.contains_key(*key)) {
        tell(&["s3api", "delete-object", "--bucket", bucket, "--key", key])?;
        changes += 1;
    }
    if changes > 0 || published {
        let site = ["--distribution-id", distribution, "--paths", "/*"];
        tell(&[&["cloudfront", "create-invalidation"][..], &site].concat())?;
    }
    Ok(changes)
}

/// The pages, and the articles' pictures under `images/`, by the keys that they are stored under.
fn files(infra: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut files = BTreeMap::new();
    for (folder, prefix) in [("site", ""), ("content/images", "images/")] {
        let folder = infra.join(folder);
        let entries = fs::read_dir(&folder);
        let entries = entries.with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            ensure!(
                path.is_file(),
                "{} is a folder: the site is flat",
                path.display()
            );
            files.insert(format!("{prefix}{name}"), path);
        }
    }
    Ok(files)
}

/// What is in the bucket, by key: the MD5 that S3 gives as the `ETag` of an object that was uploaded in
/// one part and encrypted by S3 itself.
fn objects(bucket: &str, settings: &Settings) -> Result<BTreeMap<String, String>> {
    #[derive(Deserialize, Default)]
    #[serde(rename_all = "PascalCase", default)]
    struct Listing {
        contents: Vec<Object>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Object {
        key: String,
        #[serde(rename = "ETag")]
        tag: String,
    }
    let listing: Option<Listing> = aws(
        &settings.region,
        &["s3api", "list-objects-v2", "--bucket", bucket],
    )?;
    let objects = listing.unwrap_or_default().contents.into_iter();
    let pair = |object: Object| (object.key, object.tag.trim_matches('"').to_owned());
    Ok(objects.map(pair).collect())
}

fn digest(path: &Path) -> Result<String> {
    let content = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let digest = u128::from_be_bytes(Md5::digest(content).into());
    Ok(format!("{digest:032x}"))
}
