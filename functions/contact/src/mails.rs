//! The mails about a message.

use shared::{
    clinic::Clinic,
    outbox::{Mail, MessageReceipt, MessageToStaff},
};

use crate::message::Message;

/// The mail to staff, with the link to their page of the message, and the visitor's receipt, if they left an email
/// address.
pub(crate) fn of(message: &Message, review_url: String, clinic: &Clinic) -> Vec<Mail> {
    let text_by_mail = clinic.contact().text_by_mail;
    let to_staff = MessageToStaff {
        reference: message.reference.clone(),
        name: message.name.clone(),
        email: message.email.clone(),
        phone: message.phone.clone(),
        topic: message.topic_name(clinic),
        message: text_by_mail.then(|| message.text.clone()),
        page: message.page.clone(),
        received_at: message.received_at,
        review_url,
    };
    let mut mails = vec![Mail {
        to: clinic.mail().staff.clone(),
        letter: to_staff.into(),
    }];
    mails.extend(message.email.clone().map(|email| {
        let receipt = MessageReceipt {
            reference: message.reference.clone(),
            received_at: message.received_at,
            advice: message.advice(clinic),
        };
        Mail {
            to: email,
            letter: receipt.into(),
        }
    }));
    mails
}
