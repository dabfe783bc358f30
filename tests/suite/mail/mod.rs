//! Mails: what each kind says, the outbox and the mailer.

mod digest;
mod feedback;
mod former;
mod kills;
mod kinds;
mod outbox;
