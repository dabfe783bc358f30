//! The contact form: on its own page, and at the end of each article.

use maud::{Markup, html};

use super::{
    field::{
        CONSENT, CONSENT_VERSION_FIELD, Field, HONEYPOT_FIELD, KEY, Kind, NEXT, PROOF_FIELD, TOKEN,
    },
    sheet::{Choice, Sheet, honeypot},
};
use crate::{
    clinic::{Clinic, Topic},
    values::{EmailAddress, PersonName, PhoneNumber},
};

pub const NAME: Field = Field::required("name", Kind::Line)
    .up_to(PersonName::LONGEST)
    .labelled("Your name")
    .filled_by("name");
pub const EMAIL: Field = Field::optional("email", Kind::Email)
    .up_to(EmailAddress::LONGEST)
    .labelled("Email")
    .about("It or `phone` has to be there.")
    .filled_by("email");
pub const PHONE: Field = Field::optional("phone", Kind::Phone)
    .up_to(PhoneNumber::LONGEST)
    .labelled("Phone")
    .filled_by("tel");
pub const TOPIC: Field = Field::optional("topic", Kind::Choice)
    .labelled("What is it about?")
    .about("One of the clinic's topics, by id.");
pub const MESSAGE: Field = Field::required("message", Kind::Text)
    .up_to(5_000)
    .labelled("Your message");
pub const PAGE: Field = Field::optional("page", Kind::Url)
    .up_to(2_048)
    .about("The page that the form is on.");

/// All that a contact form may send.
pub const CONTACT: [Field; 13] = [
    NAME,
    EMAIL,
    PHONE,
    TOPIC,
    MESSAGE,
    CONSENT,
    PAGE,
    PROOF_FIELD,
    NEXT,
    HONEYPOT_FIELD,
    TOKEN,
    CONSENT_VERSION_FIELD,
    KEY,
];

/// The fields that a page shows, in their order.
pub const SHOWN: [Field; 6] = [NAME, EMAIL, PHONE, TOPIC, MESSAGE, CONSENT];

/// As many topics has the stylesheet rules for. Advice about further ones is always shown.
const CHOOSABLE: i32 = 12;

/// What to do for those who cannot wait. The stylesheet shows what belongs to the chosen topic, by its number in the list;
/// a browser that cannot tell shows all of it.
fn advice(topics: &[Topic]) -> Markup {
    let advice = (1..).zip(topics);
    let advice = advice.filter_map(|(number, topic)| Some((number, topic, topic.advice.as_ref()?)));
    html! {
        div.advice role="status" {
            @for (number, topic, advice) in advice {
                p data-topic=[(number <= CHOOSABLE).then_some(number)] { strong { (topic.name) ":" } " " (advice) }
            }
        }
    }
}

/// The form. `along` is what it sends unseen, besides the version of the consent's text.
///
/// Multipart, since 5,000 characters of most scripts are over 16 KiB when they are urlencoded.
#[must_use]
pub fn contact_form(sheet: &Sheet<'_>, along: &Markup, clinic: &Clinic) -> Markup {
    let rules = clinic.contact();
    let topics = rules.topics.iter().map(|topic| Choice {
        value: topic.id.as_str(),
        label: &topic.name,
    });
    html! {
        form method="post" action="/contact" enctype="multipart/form-data" novalidate {
            (sheet.input(&NAME, None))
            (sheet.input(&EMAIL, Some("Or a phone number below")))
            (sheet.input(&PHONE, Some("Or an email address above")))
            (sheet.select(&TOPIC, topics))
            (advice(&rules.topics))
            (sheet.input(&MESSAGE, None))
            (sheet.tick(&CONSENT, &rules.consent.text))
            (honeypot())
            input type="hidden" name=(CONSENT_VERSION_FIELD.name) value=(rules.consent.version);
            (along)
            div.actions { button data-prove="" { "Send" } }
        }
    }
}
