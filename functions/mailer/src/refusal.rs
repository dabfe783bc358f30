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
    Passing,
    /// The account may send nothing. No mail is tried until that is over.
    Paused,
}

use Verdict::{Final, Passing, Paused};

/// All errors of `SendEmail`, and those that all of AWS's services have in common
/// (<https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html>), with words for staff. What is not here
/// passes.
const REFUSALS: [(&str, Verdict, &str); 22] = [
    (
        "AccountSuspendedException",
        Paused,
        "the account at the mail service is suspended",
    ),
    (
        "SendingPausedException",
        Paused,
        "the account at the mail service is paused",
    ),
    (
        "BadRequestException",
        Final,
        "the mail service cannot read this mail",
    ),
    (
        "MessageRejected",
        Final,
        "the mail service refuses this mail",
    ),
    (
        "ValidationError",
        Final,
        "the mail service cannot read this mail",
    ),
    (
        "ValidationException",
        Final,
        "the mail service cannot read this mail",
    ),
    (
        "LimitExceededException",
        Passing,
        "the account has sent as much as it may",
    ),
    (
        "TooManyRequestsException",
        Passing,
        "the account sends too fast",
    ),
    ("Throttling", Passing, "the account sends too fast"),
    ("ThrottlingException", Passing, "the account sends too fast"),
    (
        "MailFromDomainNotVerifiedException",
        Passing,
        "the clinic's mail domain is not set up",
    ),
    (
        "NotFoundException",
        Passing,
        "a part of the mail's set-up is missing",
    ),
    ("AccessDenied", Passing, "this program may not send mail"),
    (
        "AccessDeniedException",
        Passing,
        "this program may not send mail",
    ),
    ("NotAuthorized", Passing, "this program may not send mail"),
    ("OptInRequired", Passing, "this program may not send mail"),
    (
        "ExpiredTokenException",
        Passing,
        "this program's credentials have expired",
    ),
    (
        "UnrecognizedClientException",
        Passing,
        "this program's credentials are not known",
    ),
    ("RequestExpired", Passing, "the mail service was too slow"),
    ("InternalFailure", Passing, "the mail service has a fault"),
    (
        "InternalServiceErrorException",
        Passing,
        "the mail service has a fault",
    ),
    ("ServiceUnavailable", Passing, "the mail service is down"),
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
        let Some(code) = error
            .as_service_error()
            .map(|refused| refused.code().unwrap_or("unknown"))
        else {
            return Self {
                verdict: Passing,
                reason: "the mail service did not answer".to_owned(),
            };
        };
        let message = error.message().unwrap_or_default();
        let known = REFUSALS.iter().find(|(name, ..)| *name == code);
        let (verdict, words) = match known {
            Some((_, Final, _)) if message.contains(NOT_VERIFIED) => {
                (Passing, "the clinic's mail domain is not set up")
            }
            Some((_, verdict, words)) => (*verdict, *words),
            None => (Passing, "the mail service did not take it"),
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

        assert_eq!(with_code("MessageRejected", message).verdict, Passing);
        assert_eq!(with_code("MessageRejected", "Bad content").verdict, Final);
    }

    #[test]
    fn what_is_not_known_passes() {
        assert_eq!(with_code("SomethingNew", "").verdict, Passing);
        let silent = SdkError::<SendEmailError>::timeout_error("late");
        assert_eq!(
            Refusal::of(&silent).reason,
            "the mail service did not answer"
        );
    }
}
