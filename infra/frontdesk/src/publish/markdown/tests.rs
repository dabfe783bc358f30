//! Markdown as it is published, and hostile Markdown.

use std::path::Path;

use super::*;

fn rendered(markdown: &str) -> Result<Rendered, Vec<String>> {
    let images = concat!(env!("CARGO_MANIFEST_DIR"), "/../content/images");
    render(
        markdown,
        1,
        "https://a.example",
        &Pictures::read(Path::new(images)).unwrap(),
    )
}

#[test]
fn raw_html_is_shown_as_text() {
    let html = rendered("Hello <script>alert(1)</script> and\n\n<iframe src=x></iframe>\n")
        .unwrap()
        .text
        .html;

    assert!(
        !html.contains("<script") && !html.contains("<iframe"),
        "{html}"
    );
    assert!(html.contains("&lt;script&gt;"), "{html}");
}

#[test]
fn links_that_run_something_are_mistakes() {
    for url in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "//other.example",
        "vbscript:x",
    ] {
        assert!(rendered(&format!("[x]({url})")).is_err(), "{url}");
    }
    assert!(rendered("[x](https://a.example) [y](/team) [z](tel:+14167693338)").is_ok());
}

#[test]
fn headings_have_their_own_anchors() {
    let contents = rendered("## Final thoughts\n\n## Final *thoughts*\n")
        .unwrap()
        .text
        .contents;

    let ids: Vec<&str> = contents.iter().map(|heading| heading.id.as_str()).collect();
    assert_eq!(ids, ["final-thoughts", "final-thoughts-2"]);
}

#[test]
fn a_picture_without_words_or_file_is_a_mistake() {
    assert!(rendered("![](joint.svg)").is_err());
    assert!(rendered("![A joint](nothing.svg)").is_err());
    assert!(rendered("![A joint](../clinic.toml)").is_err());
    assert!(rendered("Some words ![A joint](joint.svg)").is_err());
    assert!(rendered("![A joint](joint.svg) some words").is_err());
}

#[test]
fn a_picture_alone_is_a_figure_with_its_size() {
    let html = rendered("![A \"joint\"](joint.svg \"From the inside\")\n\nText")
        .unwrap()
        .text
        .html;

    assert!(
        html.starts_with("<figure><img src=\"/images/joint-"),
        "{html}"
    );
    assert!(
        html.contains("width=\"960\"") && html.contains("<figcaption>From the inside</figcaption>"),
        "{html}"
    );
    assert!(html.contains("<p>Text</p>"), "{html}");
}

#[test]
fn nothing_active_comes_out_of_hostile_texts() {
    for text in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><foreignObject></foreignObject></svg>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "[x](javascript:alert(1))",
        "[x](java\u{a0}script:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x]\n\n[x]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "![x](javascript:alert(1))",
        "![x](heel.svg \"\\\" onload=\\\"alert(1)\")",
        "[x](https://a.example \"\\\" onclick=\\\"alert(1)\")",
        "## <script>alert(1)</script>",
        "`<script>`\n\n```html\n<script>alert(1)</script>\n```",
        "```\"><script>alert(1)</script>\nx\n```",
    ] {
        let Ok(rendered) = rendered(text) else {
            continue;
        };
        let html = rendered.text.html.to_lowercase();
        // In HTML of ours, < begins a tag and nothing else.
        for tag in html
            .split('<')
            .skip(1)
            .filter_map(|part| part.split('>').next())
        {
            let name = tag.split([' ', '/']).find(|name| !name.is_empty());
            let is_active = ["script", "svg", "foreignobject", "iframe"].contains(&name.unwrap());
            let runs = ["=\"javascript", "\" on", "=x"]
                .iter()
                .any(|part| tag.contains(part));
            assert!(!is_active && !runs, "{text}: {html}");
        }
    }
}

#[test]
fn the_markdown_form_leads_to_the_same_places_from_everywhere() {
    let text = "Our [team](/team), [others][them] and [the heel].\n\n![A heel][pic]\n\n`[x](/y)` [out](https://b.example)\n\n\
                [them]: /clinic\n[the heel]: /articles/heel \"Heels\"\n[pic]: heel.svg \"Where it hurts\"\n";

    let markdown = rendered(text).unwrap().text.markdown;

    for part in [
        "[team](https://a.example/team)",
        "[others](https://a.example/clinic)",
        "[the heel](https://a.example/articles/heel)",
        "![A heel](https://a.example/images/heel-",
        ".svg \"Where it hurts\")",
        "`[x](/y)`",
        "[out](https://b.example)",
    ] {
        assert!(markdown.contains(part), "{part}: {markdown}");
    }
}

#[test]
fn a_mistake_has_its_line_and_column() {
    let mistakes = rendered("One\n\n  two [three](javascript:four)\n\n# Five\n").unwrap_err();

    assert!(
        mistakes[0].starts_with("line 3, column 7: link to javascript:four"),
        "{mistakes:?}"
    );
    assert!(
        mistakes[1].starts_with("line 5, column 1: heading \"Five\""),
        "{mistakes:?}"
    );
}
