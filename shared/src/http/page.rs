//! The plain page for a browser without script.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = "body{font:1.125rem/1.6 system-ui,sans-serif;color:#1c2b33;background:#fff;\
    max-width:38rem;margin:3rem auto;padding:0 1.25rem}h1{line-height:1.2;font-size:1.75rem}\
    h2{line-height:1.25;font-size:1.25rem;margin:.75rem 0}\
    dt{font-weight:600}dd{margin:0 0 .75rem;overflow-wrap:anywhere}a{color:#00596b}a[href^='tel:']{white-space:nowrap}\
    .small,.hint{font-size:.95rem;color:#4b5a63;font-weight:400}\
    label{display:block;font-weight:600}input,select,textarea,button{font:inherit;color:inherit}\
    input:not([type=checkbox],[type=radio]),select,textarea{width:100%;box-sizing:border-box;padding:.6rem;border:1px solid #8a99a1;border-radius:.375rem;background:#fff}\
    [aria-invalid=true]{border:2px solid #a3261a!important}.error{color:#a3261a;font-weight:600;display:block}\
    .check{display:flex;gap:.75rem;align-items:start;flex-wrap:wrap}.check input{width:1.5rem;height:1.5rem;margin:.2rem 0 0;flex:none}\
    .check label{font-weight:400;flex:1 1 15rem}.check .error{flex:1 0 100%}\
    button{padding:.7rem 1.4rem;min-height:2.75rem;border:2px solid #00596b;border-radius:.375rem;background:#00596b;color:#fff;cursor:pointer}\
    fieldset{border:0;border-top:1px solid #c5ced3;padding:.5rem 0;margin:1rem 0}legend{font-weight:600;padding:0 .5rem 0 0}\
    .times{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.5rem}.times .small{display:block;overflow-wrap:anywhere}\
    .time{font-weight:400;display:flex;gap:.6rem;align-items:center;min-height:2.75rem;padding:0 .75rem;border:1px solid #8a99a1;border-radius:.375rem}\
    .time input{width:1.25rem;height:1.25rem;flex:none}.time:has(:checked){border-color:#00596b;background:#eef4f2}\
    .choices{list-style:none;padding:0}.choices li{margin:.75rem 0}.choices button{width:100%;text-align:left}\
    button.quiet{background:#fff;color:#00596b}.actions{display:flex;flex-wrap:wrap;gap:.75rem}\
    .notice{border-left:6px solid #00596b;padding:.25rem 1rem;background:#eef4f2}.summary{border:3px solid #a3261a;border-radius:.5rem;padding:0 1.25rem;margin:1rem 0}\
    blockquote{margin:1rem 0;padding:.5rem 1rem;border-left:4px solid #00596b;white-space:pre-wrap;overflow-wrap:anywhere}\
    :focus-visible{outline:3px solid #d9772b;outline-offset:2px}.aside{position:absolute;left:-100rem;width:1px;height:1px;overflow:hidden}";

/// A page that no cache keeps and no other site may frame.
///
/// `Debug` does not show it, because it may hold what somebody typed.
#[derive(Clone)]
pub struct Page {
    markup: String,
    form_targets: Vec<String>,
}

impl Page {
    /// A page with its content under a heading, which is also its title.
    #[must_use]
    pub fn new(title: &str, content: &Markup) -> Self {
        Self::titled(title, title, content)
    }

    /// A page whose title, which windows and screen readers show, differs from its heading.
    #[must_use]
    pub fn titled(title: &str, heading: &str, content: &Markup) -> Self {
        let markup = html! {
            (DOCTYPE)
            html lang="en-CA" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    title { (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body { main { h1 { (heading) } (content) } }
            }
        };
        Self {
            markup: markup.into_string(),
            form_targets: Vec::new(),
        }
    }

    /// Lets the page's forms lead to other origins as well: browsers apply the page's `form-action` to a redirect
    /// after a form (CSP Level 3).
    #[must_use]
    pub fn leading_to(mut self, origins: &[String]) -> Self {
        self.form_targets.extend_from_slice(origins);
        self
    }

    #[must_use]
    pub fn into_string(self) -> String {
        self.markup
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut targets = vec!["'self'".to_owned()];
        targets.extend(self.form_targets);
        let policy = format!(
            "default-src 'none'; style-src 'unsafe-inline'; form-action {}; frame-ancestors 'none'; base-uri 'none'",
            targets.join(" ")
        );
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        let mut response = (headers, self.markup).into_response();
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Page([redacted])")
    }
}
