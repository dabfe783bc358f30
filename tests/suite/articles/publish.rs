//! Publishing articles again: what moves, what is withdrawn, what stays as it is.

use std::{fs, path::PathBuf};

use articles::Published;
use frontdesk::publish::{Content, publish};
use frontdesk_tests::{Desk, counter::counted, infra_with, office::now};
use shared::environment::Environment;
use tempfile::TempDir;

/// The content of the reference clinic, to be changed and published again.
struct Files {
    folder: TempDir,
}

impl Files {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        infra_with(folder.path(), |toml| toml);
        Self { folder }
    }

    fn article(&self, slug: &str) -> PathBuf {
        self.infra().join(format!("content/articles/{slug}.md"))
    }

    fn infra(&self) -> PathBuf {
        self.folder.path().join("infra")
    }

    fn rename(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.article(from)).unwrap();
        let text = text.lines().filter(|line| !line.starts_with("formerly"));
        let text: Vec<&str> = text.collect();
        let formerly = format!("formerly = [\"{from}\"]\n\n[image]");
        fs::write(
            self.article(to),
            text.join("\n").replace("[image]", &formerly),
        )
        .unwrap();
        fs::remove_file(self.article(from)).unwrap();
    }

    async fn publish(&self, desk: &Desk) -> Published {
        let content = Content::load(&self.infra()).unwrap();
        let environment: Environment = desk.environment().await.into_iter().collect();
        let client = desk.dynamodb().await;
        let published = publish(&content, &client, &environment, now(desk).await, &|_, _| {});
        published.await.unwrap().articles
    }
}

/// Functions that have just started.
async fn started(desk: &Desk) -> Desk {
    let (_, url) = counted(desk).await;
    Desk::at(&url)
}

const SLUG: &str = "gut-health-and-foot-pain";

#[tokio::test(flavor = "multi_thread")]
async fn an_article_that_was_renamed_twice_is_one_hop_away() {
    let desk = Desk::start().await;
    let content = Files::new();
    content.rename(SLUG, "second");
    content.publish(&desk).await;
    content.rename("second", "third");

    let published = content.publish(&desk).await;
    let functions = started(&desk).await;

    assert_eq!(published.moved, ["second"]);
    for former in [SLUG, "second"] {
        let answer = functions.get(&format!("/articles/{former}")).await;
        assert_eq!(answer.status, 308);
        assert_eq!(answer.header("location"), "/articles/third");
    }
    assert_eq!(functions.get("/articles/third").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_again_writes_nothing_and_one_word_changes_one_article() {
    let desk = Desk::start().await;
    let content = Files::new();
    let before = tags(&started(&desk).await).await;

    let same = content.publish(&desk).await;
    assert_eq!((same.is_change(), same.unchanged), (false, before.len()));
    assert_eq!(tags(&started(&desk).await).await, before);

    let file = content.article(SLUG);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("aching heels", "sore heels", 1)).unwrap();
    let changed = content.publish(&desk).await;
    let after = tags(&started(&desk).await).await;

    assert_eq!(changed.changed, [SLUG]);
    let differ = before.iter().filter(|tag| !after.contains(tag));
    assert_eq!(
        differ.map(|(slug, _)| slug.as_str()).collect::<Vec<_>>(),
        [SLUG]
    );
}

/// The slug and the entity tag of every article.
async fn tags(desk: &Desk) -> Vec<(String, String)> {
    let list = desk.get("/articles?limit=100").await.json();
    let mut tags = Vec::new();
    for article in list["articles"].as_array().unwrap() {
        let slug = article["slug"].as_str().unwrap().to_owned();
        let answer = desk.get(&format!("/articles/{slug}")).await;
        tags.push((slug, answer.header("etag").to_owned()));
    }
    tags
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_is_gone_and_can_come_back() {
    let desk = Desk::start().await;
    let content = Files::new();
    let file = content.article("diabetes-and-daily-foot-checks");
    let text = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let published = content.publish(&desk).await;
    assert_eq!(published.withdrawn, ["diabetes-and-daily-foot-checks"]);
    let path = "/articles/diabetes-and-daily-foot-checks";
    assert_eq!(started(&desk).await.get(path).await.status, 410);

    fs::write(&file, text).unwrap();
    content.publish(&desk).await;

    assert_eq!(started(&desk).await.get(path).await.status, 200);
}
