//! Tries a deployed front desk from outside, over HTTPS, as its callers do.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use jiff::ToSpan as _;
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde_json::{Value, json};
use shared::{clock::Clock, environment::Environment, reference::Reference};

use super::{outputs::Outputs, steps::say};
use crate::{publish::Content, records::Records};

/// SES's own address for tests: it takes every mail, and nobody reads them.
/// (<https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html>)
const NOBODY: &str = "success@simulator.amazonses.com";
/// A new role takes some seconds to be known everywhere, and a function keeps the clinic for a minute.
const TRIES: u32 = 30;
/// How often to try again when nobody is there at all.
const CONNECTION_TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_secs(3);

/// Reads the clinic, an article and the free starts, sends a message that is marked as a test, and erases it.
///
/// # Errors
/// Names what did not answer as it should.
pub(super) async fn test(outputs: &Outputs, content: &Content, tables: &Environment) -> Result<()> {
    let desk = Deployed::open(outputs)?;
    desk.has_the_clinic(content).await?;
    desk.has_the_articles(content).await?;
    desk.knows_what_is_free(content).await?;
    desk.serves_its_pages(content).await?;
    desk.answers_under_its_own_address_while_it_should(outputs)
        .await?;
    let reference = desk.takes_a_message().await?;
    erase(&reference, tables).await
}

struct Deployed {
    http: Client,
    api: String,
    /// A new one each time, because CloudFront caches answers for each calling website separately.
    caller: String,
}

impl Deployed {
    /// Requests go to `CloudFront`'s own name, because the domain may not lead there yet. Without a website, or while
    /// `DirectAddress` is `used`, they go to the API's own address.
    fn open(outputs: &Outputs) -> Result<Self> {
        let api = outputs.get("ApiAddress").context("the stack has no API")?;
        let is_used = outputs.get("DirectAddress").map(String::as_str) == Some("used");
        let site = outputs.get("SiteTarget").filter(|_| !is_used);
        let site = site.map(|host| format!("https://{host}"));
        Ok(Self {
            http: client(api)?,
            api: site.unwrap_or_else(|| api.clone()),
            caller: format!("https://{:016x}.invalid", fastrand::u64(..)),
        })
    }

    async fn has_the_clinic(&self, content: &Content) -> Result<()> {
        let name = content.clinic.name();
        let is_it = |clinic: &Value| text(clinic, "/name") == Some(name);
        self.get_until("/clinic", is_it).await?;
        Ok(())
    }

    async fn has_the_articles(&self, content: &Content) -> Result<()> {
        let list = self.get("/articles?limit=1").await?;
        let Some(slug) = text(&list, "/articles/0/slug") else {
            ensure!(
                content.edition.articles.is_empty(),
                "GET /articles lists none"
            );
            return Ok(());
        };
        let article = self.get(&format!("/articles/{slug}")).await?;
        ensure!(
            text(&article, "/slug") == Some(slug),
            "GET /articles/{slug} answers another article"
        );
        Ok(())
    }

    async fn knows_what_is_free(&self, content: &Content) -> Result<()> {
        let services = self.get("/services").await?;
        let Some(service) = text(&services, "/services/0/id") else {
            return Ok(());
        };
        let today = content.clinic.local_date(Clock::system().now());
        let last = today.saturating_add(6.days());
        let free = format!("/availability?service={service}&from={today}&to={last}");
        let free = self.get(&free).await?;
        let days = free
            .get("days")
            .and_then(Value::as_object)
            .map_or(0, serde_json::Map::len);
        ensure!(
            days == 7,
            "GET /availability answers {days} days instead of 7"
        );
        Ok(())
    }

    /// The home page names the clinic, and its stylesheet is there.
    async fn serves_its_pages(&self, content: &Content) -> Result<()> {
        let home = self.http.get(format!("{}/", self.api));
        let (status, home) = text_of(home.header("accept", "text/html")).await?;
        ensure!(status == StatusCode::OK, "GET / answers {status}");
        let name = content.clinic.name();
        ensure!(home.contains(name), "the home page does not name {name}");
        let sheet = home.split_once("href=\"/assets/").map(|(_, rest)| rest);
        let sheet = sheet.and_then(|rest| rest.split('"').next());
        let sheet = sheet.context("the home page has no stylesheet")?;
        let sheet = self.http.get(format!("{}/assets/{sheet}", self.api));
        let (status, _) = text_of(sheet).await?;
        ensure!(status == StatusCode::OK, "the stylesheet answers {status}");
        Ok(())
    }

    /// With a website, the API's own address is either closed or not.
    async fn answers_under_its_own_address_while_it_should(&self, outputs: &Outputs) -> Result<()> {
        let (Some(is), Some(api)) = (outputs.get("DirectAddress"), outputs.get("ApiAddress"))
        else {
            return Ok(());
        };
        let should = match is.as_str() {
            "closed" => StatusCode::NOT_FOUND,
            _ => StatusCode::OK,
        };
        let (status, _) = text_of(self.http.get(format!("{api}/services"))).await?;
        ensure!(
            status == should,
            "{api}/services answers {status} instead of {should}, with DirectAddress={is}"
        );
        Ok(())
    }

    /// Sends a message that goes into quarantine, so that no mail is sent. Returns its reference.
    async fn takes_a_message(&self) -> Result<String> {
        let message = json!({
            "name": "Deployment test", "email": NOBODY, "consent": true, "_gotcha": "deployment test",
            "message": "Frontdesk tries out what was just deployed. This message is erased again at once.",
        });
        let key = format!("deployment-{:016x}", fastrand::u64(..));
        let post = self.http.post(format!("{}/contact", self.api));
        let post = post.json(&message).header("idempotency-key", key);
        let (status, body) = answer(post).await?;
        ensure!(
            status == StatusCode::CREATED,
            "POST /contact answers {status}: {body}"
        );
        let reference = text(&body, "/reference");
        Ok(reference
            .context("POST /contact gives no reference")?
            .to_owned())
    }

    async fn get(&self, path: &str) -> Result<Value> {
        self.get_until(path, |_| true).await
    }

    /// Asks until the answer is right, for a minute and a half.
    async fn get_until(&self, path: &str, is_right: impl Fn(&Value) -> bool) -> Result<Value> {
        let mut tries = 0;
        loop {
            let get = self.http.get(format!("{}{path}", self.api));
            let get = get.header("accept", "application/json");
            let answered = answer(get.header("origin", &self.caller)).await;
            tries += 1;
            match answered {
                Ok((StatusCode::OK, body)) if is_right(&body) => return Ok(body),
                Ok((StatusCode::OK, _)) if tries == TRIES => {
                    bail!("GET {path} still answers what was published before")
                }
                Ok((status, body)) if !status.is_success() && !status.is_server_error() => {
                    bail!("GET {path} answers {status}: {body}")
                }
                Ok((status, body)) if tries == TRIES => {
                    bail!("GET {path} answers {status}: {body}")
                }
                Err(error) if tries == CONNECTION_TRIES => {
                    return Err(error.context(format!("GET {path} is not answered")));
                }
                _ if tries == 1 => say("  not yet; trying again for a minute and a half"),
                _ => {}
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Names below `localhost` mean this machine (RFC 6761), even if the resolver does not know them.
fn client(api: &str) -> Result<Client> {
    let client = Client::builder().timeout(Duration::from_secs(35));
    let host = Url::parse(api)?.host_str().unwrap_or_default().to_owned();
    let client = if host.ends_with(".localhost") {
        client.resolve(&host, SocketAddr::from(([127, 0, 0, 1], 0)))
    } else {
        client
    };
    Ok(client.build()?)
}

async fn text_of(request: RequestBuilder) -> Result<(StatusCode, String)> {
    let response = request.send().await?;
    Ok((response.status(), response.text().await?))
}

async fn answer(request: RequestBuilder) -> Result<(StatusCode, Value)> {
    let (status, body) = text_of(request).await?;
    let body = serde_json::from_str(&body).unwrap_or(Value::String(body));
    Ok((status, body))
}

fn text<'a>(body: &'a Value, pointer: &str) -> Option<&'a str> {
    body.pointer(pointer).and_then(Value::as_str)
}

async fn erase(reference: &str, tables: &Environment) -> Result<()> {
    let records = Records::open(tables, "deployment test").await?;
    let stored = Reference::parse_contact(reference)
        .with_context(|| format!("POST /contact gives {reference:?} as a reference"))?;
    records.erase_message(&stored, Clock::system().now()).await
}
