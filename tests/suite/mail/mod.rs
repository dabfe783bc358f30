//! Mails: what each kind says, the outbox and the mailer.

mod feedback;
mod former;
mod kinds;
mod outbox;
