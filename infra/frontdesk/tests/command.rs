//! The command line.

use std::{fs, process::Command};

fn frontdesk() -> Command {
    Command::new(env!("CARGO_BIN_EXE_frontdesk"))
}

#[test]
fn the_reference_content_is_in_order() {
    let output = frontdesk().args(["publish", "--check"]).output().unwrap();

    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("clinic: Feet First Clinic; articles: 7"),
        "{said}"
    );
}

#[test]
fn what_is_wrong_in_the_content_is_named_by_file() {
    let folder = tempfile::TempDir::new().unwrap();
    let reference = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let articles = folder.path().join("content/articles");
    fs::create_dir_all(&articles).unwrap();
    fs::create_dir_all(folder.path().join("content/images")).unwrap();
    fs::copy(
        format!("{reference}/clinic.toml"),
        folder.path().join("clinic.toml"),
    )
    .unwrap();
    fs::write(articles.join("no-front.md"), "Just text").unwrap();
    fs::write(articles.join("half.md"), "+++\ntitle = \"Half\"\n+++\nText").unwrap();
    let whole = fs::read_to_string(format!(
        "{reference}/content/articles/gut-health-and-foot-pain.md"
    ));
    let active = whole
        .unwrap()
        .replace("url = \"https:", "url = \"javascript:");
    fs::write(articles.join("active.md"), active).unwrap();

    let output = frontdesk()
        .arg("--infra")
        .arg(folder.path())
        .args(["publish", "--check"])
        .output()
        .unwrap();

    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(
        said.contains("content/articles/no-front.md: start with front matter"),
        "{said}"
    );
    assert!(
        said.contains("content/articles/half.md: line") && said.contains("summary"),
        "{said}"
    );
    assert!(
        said.contains(
            "content/articles/active.md: line 13, column 43: image.credit.url: write it like"
        ),
        "{said}"
    );
    // The reference clinic's logo is not in this folder.
    assert!(
        said.contains("clinic.toml: brand: picture wordmark.svg: "),
        "{said}"
    );
}
