//! Hostile articles and drawings: nothing active is published, and refusing them takes little time and memory.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use frontdesk_tests::{infra_with, program::binary};
use tempfile::TempDir;

const FILE: &str = "content/articles/gut-health-and-foot-pain.md";
/// The limit of 64 MB, in KB.
const MOST_MEMORY: u64 = 64 * 1024;
/// In seconds of the processor's time.
const MOST_TIME: u32 = 1;

/// Texts that make parsers slow, or large.
fn texts() -> Vec<(&'static str, String)> {
    let kilobytes = |text: &str, many: usize| text.repeat(many * 1024 / text.len());
    let wide = |cells: usize, rows: usize| {
        let line = |cell: &str| vec![cell; cells].join("|");
        format!("{}\n{}\n{}", line("a"), line("-"), "a\n".repeat(rows))
    };
    let nested = (0..330).map(|deep| format!("{}- a\n", "  ".repeat(deep)));
    vec![
        ("1 MB of [", "[".repeat(1024 * 1024)),
        ("brackets", kilobytes("[", 115)),
        ("pictures", kilobytes("![", 115)),
        ("links in links", kilobytes("[a](", 115)),
        ("quotes", kilobytes(">", 115)),
        ("emphasis", kilobytes("***a**b*", 115)),
        ("mixed emphasis", kilobytes("_*a", 115)),
        ("code", kilobytes("`a", 115)),
        ("lists", nested.collect()),
        ("comments", kilobytes("<!--", 115)),
        ("wide tables", wide(300, 25_000)),
        ("wider tables", wide(20_000, 2_000)),
        ("equal headings", kilobytes("## a\n\n", 115)),
        (
            "long references",
            format!("[a]: /{}\n\n{}", "x".repeat(10_000), kilobytes("[a]", 90)),
        ),
    ]
}

/// Checks the content as a process of its own, and returns the most memory that it has had in RAM, in KB.
fn check(infra: &Path) -> u64 {
    let mut command = Command::new("sh");
    let limited = format!("ulimit -t {MOST_TIME}; exec \"$0\" \"$@\"");
    command.args(["-c", &limited]).arg(binary("frontdesk"));
    command
        .arg("--infra")
        .arg(infra)
        .args(["publish", "--check"]);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let status = fs::read_to_string(&status).unwrap_or_default();
        let now = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = now.and_then(|now| now.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(now.unwrap_or_default());
        if let Some(ended) = child.try_wait().unwrap() {
            assert!(ended.code().is_some(), "it takes more than {MOST_TIME} s");
            return peak;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn hostile_texts_are_checked_within_a_second_and_64_megabytes() {
    let folder = TempDir::new().unwrap();
    let infra = infra_with(folder.path(), |toml| toml);
    let file = infra.join(FILE);
    let article = fs::read_to_string(&file).unwrap();
    let (front, _) = article.split_once("\n+++\n").unwrap();
    for (name, text) in texts() {
        fs::write(&file, format!("{front}\n+++\n\n{text}\n")).unwrap();

        let peak = check(&infra);

        assert!((1..=MOST_MEMORY).contains(&peak), "{name}: {peak} KB");
    }
}

#[test]
fn hostile_drawings_are_checked_within_a_second_and_64_megabytes() {
    let folder = TempDir::new().unwrap();
    let infra = infra_with(folder.path(), |toml| toml);
    let file = infra.join("content/images/heel.svg");
    let svg = |inside: &str| {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">{inside}</svg>")
    };
    let bomb = (0..20).map(|n| {
        let uses = format!("<use href=\"#g{n}\"/>").repeat(10);
        format!("<g id=\"g{}\">{uses}</g>", n + 1)
    });
    for (name, drawing) in [
        ("nested groups", svg(&"<g>".repeat(90_000))),
        (
            "closed groups",
            svg(&format!(
                "{}{}",
                "<g>".repeat(50_000),
                "</g>".repeat(50_000)
            )),
        ),
        ("many elements", svg(&"<g/>".repeat(90_000))),
        (
            "uses of uses",
            svg(&format!(
                "<g id=\"g0\"><path d=\"M0 0h9\"/></g>{}",
                bomb.collect::<String>()
            )),
        ),
        (
            "a large blur",
            svg(
                "<filter id=\"f\"><feGaussianBlur stdDeviation=\"9999\"/></filter><rect filter=\"url(#f)\" width=\"9\" height=\"9\"/>",
            ),
        ),
        (
            "entities",
            format!(
                "<!DOCTYPE svg [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>{}",
                svg("<text>&b;</text>")
            ),
        ),
        (
            "long paths",
            svg(&format!("<path d=\"{}\"/>", "M0 0h9".repeat(60_000))),
        ),
    ] {
        fs::write(&file, drawing).unwrap();

        let peak = check(&infra);

        assert!((1..=MOST_MEMORY).contains(&peak), "{name}: {peak} KB");
    }
}
