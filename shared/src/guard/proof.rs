//! Proof of work (ALTCHA): a sender's browser searches for a number while the form is filled in.
//!
//! A challenge is signed and not stored. One number below a limit derives its key, and a browser finds that number
//! by trying. A second signature recognises the key, so that checking derives nothing. The number of tries is
//! capped: a phone needs a second or two. The module is public for the benchmark.
//! <https://altcha.org/docs/v2/proof-of-work/>

use altcha::{
    Challenge, CreateChallengeOptions, HmacAlgorithm, Payload, VerifySolutionOptions,
    create_challenge, sign_challenge, verify_solution,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq as _;

use super::PROOF;
use crate::{clinic::ProofOfWork, http::Fields, link::LinkKeys};

const ALGORITHM: &str = "PBKDF2/SHA-256";
/// How many iterations one try takes.
const COST: u32 = 1_000;
/// How many tries a solution takes, at least and at most.
const FEWEST_TRIES: u32 = 200;
const MOST_TRIES: u32 = 1_000;
/// How long a challenge is good for: as long as somebody may take over a message.
const LASTS: SignedDuration = SignedDuration::from_hours(1);
/// Ours has about 700 bytes.
const LONGEST_PAYLOAD: usize = 4_096;

/// What a sender's proof is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// There is no proof, or one that is too old.
    None,
    /// It is not a solution of one of our challenges.
    Wrong,
    /// It is a solution, and may be used once.
    Good(Solved),
}

/// A challenge that was solved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solved {
    pub(super) id: String,
    /// From then on the challenge is refused for its age.
    pub(super) expires_at: Timestamp,
}

/// Makes challenges and checks solutions.
#[derive(Clone)]
pub struct Proofs {
    /// Ordered from the newest to the oldest.
    secrets: Vec<Secrets>,
}

#[derive(Clone)]
struct Secrets {
    challenge: String,
    key: String,
}

impl Proofs {
    /// Derives its own keys from those of the links.
    #[must_use]
    pub fn new(keys: &LinkKeys) -> Self {
        let challenges = keys.derived("proof-of-work challenge");
        let secrets = challenges
            .into_iter()
            .zip(keys.derived("proof-of-work key"));
        Self {
            secrets: secrets
                .map(|(challenge, key)| Secrets { challenge, key })
                .collect(),
        }
    }

    /// A new challenge, good for an hour.
    ///
    /// # Errors
    /// When the crate refuses its parameters.
    pub fn challenge(&self, now: Timestamp) -> Result<Challenge, altcha::Error> {
        let newest = self.secrets.first();
        create_challenge(CreateChallengeOptions {
            algorithm: ALGORITHM.to_owned(),
            cost: COST,
            counter: Some(fastrand::u32(FEWEST_TRIES..=MOST_TRIES)),
            expires_at: Some(now.saturating_add(LASTS).unwrap_or(now).as_second()),
            hmac_signature_secret: newest.map(|secrets| secrets.challenge.clone()),
            hmac_key_signature_secret: newest.map(|secrets| secrets.key.clone()),
            ..CreateChallengeOptions::default()
        })
    }

    /// The proof in a form's fields, where the clinic asks for proofs.
    #[must_use]
    pub fn given(&self, fields: &Fields, asked: ProofOfWork, now: Timestamp) -> Proof {
        match asked {
            ProofOfWork::Off => Proof::None,
            ProofOfWork::On | ProofOfWork::RequiredWithoutToken => {
                self.check(fields.peek(PROOF).unwrap_or_default(), now)
            }
        }
    }

    /// Checks the form's field: base64 of the JSON of a challenge and its solution. It takes two or three HMACs,
    /// whatever the sender writes into it.
    #[must_use]
    pub fn check(&self, field: &str, now: Timestamp) -> Proof {
        if field.is_empty() {
            return Proof::None;
        }
        let Some(payload) = payload(field) else {
            return Proof::Wrong;
        };
        let checked = self
            .secrets
            .iter()
            .find_map(|secrets| secrets.check(&payload, now));
        checked.unwrap_or(Proof::Wrong)
    }
}

impl Secrets {
    /// `None` when the challenge was not signed with these.
    ///
    /// The crate would compare the expiry with the system's time. The front desk's clock can be moved:
    /// the signature is checked as it came, and the solution on the same challenge without an expiry.
    fn check(&self, payload: &Payload, now: Timestamp) -> Option<Proof> {
        let signature = payload.challenge.signature.as_deref()?;
        let signed = self.sign(payload.challenge.clone())?.signature?;
        if !bool::from(signed.as_bytes().ct_eq(signature.as_bytes())) {
            return None;
        }
        let seconds = payload.challenge.parameters.expires_at?;
        let expiry = Timestamp::from_second(seconds).ok()?;
        if expiry <= now {
            return Some(Proof::None);
        }
        let mut ageless = payload.challenge.clone();
        ageless.parameters.expires_at = None;
        let ageless = self.sign(ageless)?;
        let mut options = VerifySolutionOptions::new(&ageless, &payload.solution, &self.challenge);
        options.hmac_key_signature_secret = Some(self.key.clone());
        let solved = verify_solution(options).is_ok_and(|result| result.verified);
        Some(if solved {
            Proof::Good(Solved {
                id: signed,
                expires_at: expiry,
            })
        } else {
            Proof::Wrong
        })
    }

    fn sign(&self, mut challenge: Challenge) -> Option<Challenge> {
        let parameters = &mut challenge.parameters;
        sign_challenge(
            &HmacAlgorithm::Sha256,
            parameters,
            None,
            &self.challenge,
            None,
        )
        .ok()
    }
}

fn payload(field: &str) -> Option<Payload> {
    if field.len() > LONGEST_PAYLOAD {
        return None;
    }
    serde_json::from_slice(&STANDARD.decode(field).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use altcha::{SolveChallengeOptions, solve_challenge};
    use serde_json::{Value, json};

    use super::*;

    fn proofs() -> Proofs {
        let keys = [(
            "LINK_KEYS".to_owned(),
            "0123456789abcdef0123456789abcdef".to_owned(),
        )];
        Proofs::new(&LinkKeys::from_environment(&keys.into_iter().collect()).unwrap())
    }

    fn now() -> Timestamp {
        "2026-12-01T14:00:00Z".parse().unwrap()
    }

    fn solved(proofs: &Proofs) -> Value {
        let challenge = proofs.challenge(now()).unwrap();
        let solution = solve_challenge(SolveChallengeOptions::new(&challenge));
        json!({ "challenge": challenge, "solution": solution.unwrap().unwrap() })
    }

    fn field(payload: &Value) -> String {
        STANDARD.encode(payload.to_string())
    }

    #[test]
    fn a_solution_is_good_for_an_hour() {
        let proofs = proofs();
        let payload = field(&solved(&proofs));
        let later = |minutes| now() + SignedDuration::from_mins(minutes);

        assert!(matches!(proofs.check(&payload, now()), Proof::Good(_)));
        assert!(matches!(proofs.check(&payload, later(59)), Proof::Good(_)));
        assert_eq!(proofs.check(&payload, later(60)), Proof::None);
        assert_eq!(proofs.check("", now()), Proof::None);
    }

    #[test]
    fn nothing_in_a_proof_can_be_changed() {
        let proofs = proofs();
        let payload = solved(&proofs);
        let other = solved(&proofs);

        for (pointer, value) in [
            ("/challenge/parameters/algorithm", json!("SHA-256")),
            ("/challenge/parameters/cost", json!(1)),
            ("/challenge/parameters/keyLength", json!(1)),
            ("/challenge/parameters/keyPrefix", json!("")),
            ("/challenge/parameters/keySignature", json!("")),
            (
                "/challenge/parameters/keySignature",
                other["challenge"]["parameters"]["keySignature"].clone(),
            ),
            ("/challenge/parameters/expiresAt", json!(4_102_444_800_i64)),
            ("/challenge/parameters/nonce", json!("00")),
            ("/challenge/parameters/salt", json!("00")),
            ("/challenge/signature", json!("")),
            (
                "/challenge/signature",
                other["challenge"]["signature"].clone(),
            ),
            ("/solution/derivedKey", json!("00")),
            (
                "/solution/derivedKey",
                payload["challenge"]["parameters"]["keyPrefix"].clone(),
            ),
            (
                "/solution/derivedKey",
                other["solution"]["derivedKey"].clone(),
            ),
            ("/solution", other["solution"].clone()),
        ] {
            let mut changed = payload.clone();
            *changed.pointer_mut(pointer).unwrap() = value;
            assert_eq!(
                proofs.check(&field(&changed), now()),
                Proof::Wrong,
                "{pointer}"
            );
        }
        for field in ["x", "e30=", &"A".repeat(5_000)] {
            assert_eq!(proofs.check(field, now()), Proof::Wrong);
        }
        assert!(matches!(
            proofs.check(&field(&payload), now()),
            Proof::Good(_)
        ));
    }

    #[test]
    fn finding_the_number_takes_as_many_tries_as_was_asked() {
        let proofs = proofs();

        for _ in 0..5 {
            let payload = solved(&proofs);
            let tries = payload["solution"]["counter"].as_u64().unwrap();
            assert!((200..=1_000).contains(&tries), "{tries}");
            assert_eq!(payload["challenge"]["parameters"]["cost"], 1_000);
        }
    }
}
