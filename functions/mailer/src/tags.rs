//! What SES keeps with a mail and returns in its events.

use aws_sdk_sesv2::{error::BuildError, types::MessageTag};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use shared::outbox::StoredMail;

/// The kind of the mail, by which SES counts what comes back, and its id, by which what comes back finds it.
pub(crate) fn tags(mail: &StoredMail) -> Result<Vec<MessageTag>, BuildError> {
    let tag = |name: &str, value: &str| MessageTag::builder().name(name).value(value).build();
    Ok(vec![
        tag("kind", mail.letter.kind().name())?,
        tag(MAIL, &tag_of(&mail.id))?,
    ])
}

/// The tag with this mail's id. A tag holds letters, digits, hyphens and underscores, 256 at most
/// (<https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageTag.html>); an id also has other characters.
#[must_use]
pub fn tag_of(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

/// The name of the tag with the id.
pub(crate) const MAIL: &str = "mail";

/// The id of the mail with this tag. `None` when the tag is none of ours.
#[must_use]
pub fn mail_of(tag: &str) -> Option<String> {
    let id = URL_SAFE_NO_PAD.decode(tag).ok()?;
    String::from_utf8(id).ok()
}
