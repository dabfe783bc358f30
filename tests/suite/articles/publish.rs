//! Publishing articles again: what moves, what is withdrawn, what stays as it is.

use std::{collections::HashMap, fs, path::PathBuf};

use articles::Published;
use frontdesk::publish::{Content, previews, publish, publish_articles};
use frontdesk_tests::{
    Desk,
    counter::{Counter, counted},
    infra_with,
    office::now,
};
use serde_json::Value;
use shared::{aws::Aws, environment::Environment, link::LinkKeys};
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
        self.publish_by(desk, desk.environment().await).await
    }

    /// The same through a store that counts.
    async fn publish_by(&self, desk: &Desk, variables: HashMap<String, String>) -> Published {
        let content = Content::load(&self.infra()).unwrap();
        let environment: Environment = variables.into_iter().collect();
        let client = Aws::from_environment(&environment).unwrap().dynamodb();
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

    let mut variables = desk.environment().await;
    let counter = Counter::before(&variables["AWS_ENDPOINT_URL_DYNAMODB"]).await;
    variables.insert("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), counter.url.clone());
    let same = content.publish_by(&desk, variables).await;
    let calls = counter.take();
    let writes = calls
        .keys()
        .filter(|call| !["GetItem", "Query", "Scan"].contains(&call.as_str()));
    // The clinic is offered to a condition that refuses it.
    assert_eq!(writes.collect::<Vec<_>>(), ["PutItem"], "{calls:?}");
    assert_eq!(calls["PutItem"], 1);
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
    let functions = started(&desk).await;
    assert_eq!(functions.get(path).await.status, 410);
    let page = functions.page(path).await;
    assert_eq!(page.status, 410);
    assert!(page.text.contains("href=\"/articles\">our other articles"));

    fs::write(&file, text).unwrap();
    content.publish(&desk).await;

    assert_eq!(started(&desk).await.get(path).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_publishers_one_wins_and_the_other_is_told_so() {
    let desk = Desk::start().await;
    for round in 0..4 {
        let editions = [Files::new(), Files::new()];
        for (name, files) in ["one", "other"].iter().zip(&editions) {
            let text = fs::read_to_string(files.article(SLUG)).unwrap();
            fs::write(files.article(SLUG), format!("{text}\n{name} {round}\n")).unwrap();
        }
        let environment: Environment = desk.environment().await.into_iter().collect();
        let client = desk.dynamodb().await;
        let moment = now(&desk).await;
        let publishing = editions.each_ref().map(|files| async {
            let content = Content::load(&files.infra()).unwrap();
            publish_articles(&content, &client, &environment, moment, &|_, _| {}).await
        });

        let published = futures_util::future::join_all(publishing).await;

        let text = started(&desk)
            .await
            .get(&format!("/articles/{SLUG}"))
            .await
            .text;
        let holds = ["one", "other"].map(|name| text.contains(&format!("{name} {round}")));
        let won: Vec<bool> = published.iter().map(Result::is_ok).collect();
        assert!(won.contains(&true));
        assert!(
            holds.iter().zip(&won).all(|(holds, won)| !holds || *won),
            "{won:?} {holds:?}"
        );
        for lost in published.into_iter().filter_map(Result::err) {
            assert!(
                format!("{lost:#}").contains("somebody else published"),
                "{lost:#}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_shown_to_whoever_has_the_link_and_to_nobody_else() {
    let desk = Desk::start().await;
    let content = Files::new();
    let text = fs::read_to_string(content.article(SLUG)).unwrap();
    let draft = text.replacen("\n\n[image]", "\ndraft = true\n\n[image]", 1);
    fs::write(content.article("in-the-making"), draft).unwrap();
    content.publish(&desk).await;
    let functions = started(&desk).await;
    let edition = Content::load(&content.infra()).unwrap().edition;
    let environment: Environment = desk.environment().await.into_iter().collect();
    let keys = LinkKeys::from_environment(&environment).unwrap();

    let links = previews(&edition, "", &keys, now(&desk).await);
    let [link] = &links[..] else {
        panic!("one link to the draft: {links:?}")
    };
    let shown = functions.page(link).await;

    assert_eq!(shown.status, 200);
    assert!(shown.text.contains("This is a preview"));
    assert!(
        !shown.text.contains("Share this article"),
        "nobody could follow the link"
    );
    assert_eq!(shown.header("cache-control"), "no-store");
    assert_eq!(shown.header("x-robots-tag"), "noindex");
    for path in [
        "/articles/in-the-making",
        "/articles/in-the-making/preview",
        "/articles/in-the-making/preview?token=x",
        &link.replace("in-the-making", SLUG),
    ] {
        assert_eq!(functions.page(path).await.status, 404, "{path}");
    }
    let list = functions.get("/articles").await.text;
    assert!(!list.contains("in-the-making"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_is_named_with_its_file_line_and_column() {
    let content = Files::new();
    let text = fs::read_to_string(content.article(SLUG)).unwrap();
    for (change, words) in [
        (
            text.replace("published_at = \"2026", "published_at = \"soon 2026"),
            "line 6, column 16: ",
        ),
        (
            text.replace("tags = [", "tagss = ["),
            "unknown field `tagss`",
        ),
        (
            text.replace("author = \"chiropodist-1\"", "author = \"nobody\""),
            "line 5, column 10: author: there is nobody",
        ),
        (
            text.replace("next = \"2027-10-12\"", "next = \"2026-10-12\""),
            "after reviewed.on",
        ),
        (
            format!("{text}\n[there](/articles/nowhere)\n"),
            ", column 1: the link to /articles/nowhere leads nowhere",
        ),
        (
            text.replace(
                "\n\n[image]",
                "\nformerly = [\"diabetes-and-daily-foot-checks\"]\n\n[image]",
            ),
            "the slug of this or another article",
        ),
        (
            format!("{text}\n![A heel](nothing.png)\n"),
            "there is no such file in content/images",
        ),
        (
            format!("{text}\n{}\n", "word ".repeat(60_000)),
            "make two articles of it",
        ),
        (
            text.replace("title = \"How", "title = \"\\u0001How"),
            "line 2, column 9: title: write 1 to",
        ),
        (
            text.replace("tags = [", "tags = [\"foot pain\", "),
            "line 4, column 36: tags: name each tag once",
        ),
        (
            format!("{text}\nOne &#1; two\n"),
            "take the control character out of the text",
        ),
        (
            format!(
                "{text}\n```\n{}\n```\n",
                format!("{}\n", "<".repeat(100)).repeat(1_080)
            ),
            "380 is the most",
        ),
        (format!("{text}\n\u{8}\n"), "control character"),
    ] {
        fs::write(content.article(SLUG), change).unwrap();

        let mistakes = Content::load(&content.infra()).unwrap_err().to_string();

        assert!(
            mistakes.contains(&format!("content/articles/{SLUG}.md: ")),
            "{mistakes}"
        );
        assert!(mistakes.contains(words), "{mistakes}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_address_does_not_lead_to_an_article_of_a_later_day() {
    let desk = Desk::start().await;
    let content = Files::new();
    content.rename(SLUG, "later");
    let text = fs::read_to_string(content.article("later")).unwrap();
    let later = text.replace("2026-10-19T09:00:00-04:00", "2026-12-24T09:00:00-05:00");
    fs::write(content.article("later"), later).unwrap();
    content.publish(&desk).await;
    let functions = started(&desk).await;
    for slug in [SLUG, "later"] {
        assert_eq!(
            functions.get(&format!("/articles/{slug}")).await.status,
            404
        );
    }
    fs::remove_file(content.article("later")).unwrap();

    content.publish(&desk).await;

    // It was never there, but the old address was.
    let functions = started(&desk).await;
    assert_eq!(functions.get("/articles/later").await.status, 404);
    assert_eq!(
        functions.get(&format!("/articles/{SLUG}")).await.status,
        410
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_list_begins_where_the_one_before_ended_whatever_is_published_meanwhile() {
    let desk = Desk::start().await;
    let content = Files::new();
    let before = started(&desk).await;
    let all = slugs(&before.get("/articles?limit=100").await.json());
    let found = slugs(&before.get("/articles?q=foot&limit=100").await.json());
    let first = before.get("/articles?limit=2").await.json();
    let first_found = before.get("/articles?q=foot&limit=2").await.json();

    let new = [
        ("newest", "2026-11-01"),
        ("between", "2026-10-06"),
        ("oldest", "2026-01-01"),
    ];
    for (name, day) in new {
        let text = format!(
            "+++\ntitle = \"A foot\"\nsummary = \"About a foot.\"\ntags = [\"foot pain\"]\nauthor = \"chiropodist-1\"\n\
             published_at = \"{day}T09:00:00-04:00\"\n\n[image]\nsrc = \"heel.svg\"\nalt = \"A heel\"\n+++\n\nOne foot.\n"
        );
        fs::write(content.article(name), text).unwrap();
    }
    content.publish(&desk).await;
    let after = started(&desk).await;

    let mut seen = slugs(&first);
    let mut next = first["next"].clone();
    while let Some(cursor) = next.as_str() {
        let page = after
            .get(&format!("/articles?limit=2&cursor={cursor}"))
            .await
            .json();
        seen.extend(slugs(&page));
        next = page["next"].clone();
    }
    let is_new = |slug: &String| new.iter().any(|(name, _)| name == slug);
    // The oldest is behind the place at which the first page ended, the newest is not.
    assert!(seen.contains(&"oldest".to_owned()) && !seen.contains(&"newest".to_owned()));
    seen.retain(|slug| !is_new(slug));
    assert_eq!(seen, all);
    let cursor = first_found["next"].as_str().unwrap();
    let path = format!("/articles?q=foot&limit=100&cursor={cursor}");
    let mut rest = slugs(&after.get(&path).await.json());
    rest.retain(|slug| !is_new(slug));
    assert_eq!(rest, found[2..]);
}

fn slugs(list: &Value) -> Vec<String> {
    let articles = list["articles"].as_array().unwrap().iter();
    articles
        .map(|one| one["slug"].as_str().unwrap().to_owned())
        .collect()
}
