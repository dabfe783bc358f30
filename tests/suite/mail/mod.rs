//! Mails: the outbox and the mailer.

mod outbox;
