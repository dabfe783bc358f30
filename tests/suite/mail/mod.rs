//! Mails: what each kind says, the outbox and the mailer.

mod former;
mod kinds;
mod outbox;
