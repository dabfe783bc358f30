//! What SES answers when it does not take a mail, and what that means for the mail.

use aws_sdk_sesv2::{
    error::{ProvideErrorMetadata as _, SdkError},
    operation::send_email::SendEmailError,
};

/// What a refusal means for the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// This mail will never be taken.
    Final,
    /// The cause passes, or an operator sees to it. The mail is tried again.
    Retryable,
    /// The account may send nothing. No mail is tried until that is over.
    Paused,
}

use Verdict::{Final, Paused, Retryable};

/// All errors of `SendEmail`, and those that all of AWS's services have in common
/// (<https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html>), with words for staff. What is not here
/// passes.
const REFUSALS: [(&str, Verdict, &str); 22] = [
    (
        "AccountSuspendedException",
        Paused,
        "the account at the email service is suspended",
    ),
    (
        "SendingPausedException",
        Paused,
        "the account at the email service is paused",
    ),
    (
        "BadRequestException",
        Final,
        "the email service cannot read this email",
    ),
    (
        "MessageRejected",
        Final,
        "the email service refuses this email",
    ),
    (
        "ValidationError",
        Final,
        "the email service cannot read this email",
    ),
    (
        "ValidationException",
        Final,
        "the email service cannot read this email",
    ),
    (
        "LimitExceededException",
        Retryable,
        "the daily sending limit is reached",
    ),
    (
        "TooManyRequestsException",
        Retryable,
        "the account sends too fast",
    ),
    ("Throttling", Retryable, "the account sends too fast"),
    (
        "ThrottlingException",
        Retryable,
        "the account sends too fast",
    ),
    (
        "MailFromDomainNotVerifiedException",
        Retryable,
        "the clinic's email domain is not set up",
    ),
    (
        "NotFoundException",
        Retryable,
        "part of the email set-up is missing",
    ),
    (
        "AccessDenied",
        Retryable,
        "this program is not allowed to send email",
    ),
    (
        "AccessDeniedException",
        Retryable,
        "this program is not allowed to send email",
    ),
    (
        "NotAuthorized",
        Retryable,
        "this program is not allowed to send email",
    ),
    (
        "OptInRequired",
        Retryable,
        "this program is not allowed to send email",
    ),
    (
        "ExpiredTokenException",
        Retryable,
        "this program's credentials have expired",
    ),
    (
        "UnrecognizedClientException",
        Retryable,
        "this program's credentials are not known",
    ),
    (
        "RequestExpired",
        Retryable,
        "the email service was too slow",
    ),
    (
        "InternalFailure",
        Retryable,
        "the email service has a fault",
    ),
    (
        "InternalServiceErrorException",
        Retryable,
        "the email service has a fault",
    ),
    ("ServiceUnavailable", Retryable, "the email service is down"),
];

/// What SES says of a mail from an identity that it does not know yet, with the code of a mail that it refuses.
const NOT_VERIFIED: &str = "not verified";

/// Why SES did not take a mail.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) verdict: Verdict,
    /// The reason in words, with the code in brackets.
    pub(crate) reason: String,
}

impl Refusal {
    pub(crate) fn is_final(&self) -> bool {
        self.verdict == Final
    }

    pub(crate) fn of(error: &SdkError<SendEmailError>) -> Self {
        let Some(code) = error.as_service_error().and_then(|refused| refused.code()) else {
            return Self {
                verdict: Retryable,
                reason: "the email service did not answer as it should".to_owned(),
            };
        };
        let message = error.message().unwrap_or_default();
        let known = REFUSALS.iter().find(|(name, ..)| *name == code);
        let (verdict, words) = match known {
            Some((_, Final, _)) if message.contains(NOT_VERIFIED) => {
                (Retryable, "the clinic's email domain is not set up")
            }
            Some((_, verdict, words)) => (*verdict, *words),
            None => (Retryable, "the email service did not take it"),
        };
        Self {
            verdict,
            reason: format!("{words} ({code})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_sesv2::{
        config::http::HttpResponse,
        error::ErrorMetadata,
        types::error::{
            AccountSuspendedException, BadRequestException, LimitExceededException,
            MailFromDomainNotVerifiedException, MessageRejected, NotFoundException,
            SendingPausedException, TooManyRequestsException,
        },
    };

    use super::*;

    fn refused(error: SendEmailError) -> Refusal {
        let response = HttpResponse::new(400.try_into().unwrap(), "".into());
        Refusal::of(&SdkError::service_error(error, response))
    }

    fn with_code(code: &str, message: &str) -> Refusal {
        let metadata = ErrorMetadata::builder().code(code).message(message);
        refused(SendEmailError::generic(metadata.build()))
    }

    #[test]
    fn each_error_of_the_table_has_its_verdict_and_its_code_in_the_reason() {
        for (code, verdict, words) in REFUSALS {
            let refusal = with_code(code, "some text");

            assert_eq!(refusal.verdict, verdict, "{code}");
            assert_eq!(refusal.reason, format!("{words} ({code})"));
        }
    }

    /// Every error that the SDK knows of `SendEmail` is in the table under the code that SES sends.
    #[test]
    fn the_table_has_all_errors_of_send_email() {
        macro_rules! errors {
            ($($name:ident),*) => {
                [$((stringify!($name), SendEmailError::$name($name::builder().meta(
                    ErrorMetadata::builder().code(stringify!($name)).build()).build()))),*]
            };
        }
        for (name, error) in errors![
            AccountSuspendedException,
            BadRequestException,
            LimitExceededException,
            MailFromDomainNotVerifiedException,
            MessageRejected,
            NotFoundException,
            SendingPausedException,
            TooManyRequestsException
        ] {
            assert!(REFUSALS.iter().any(|(code, ..)| *code == name), "{name}");
            assert!(refused(error).reason.contains(name), "{name}");
        }
    }

    #[test]
    fn an_identity_that_is_not_verified_yet_loses_no_mail() {
        let message = "Email address is not verified. The following identities failed";

        assert_eq!(with_code("MessageRejected", message).verdict, Retryable);
        assert_eq!(with_code("MessageRejected", "Bad content").verdict, Final);
    }

    #[test]
    fn what_is_not_known_passes() {
        assert_eq!(with_code("SomethingNew", "").verdict, Retryable);
        let silent = SdkError::<SendEmailError>::timeout_error("late");
        assert_eq!(
            Refusal::of(&silent).reason,
            "the email service did not answer as it should"
        );
    }
}
