//! Where a request comes from.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use axum::{extract::FromRequestParts, http::request::Parts};
use lambda_http::request::RequestContext;

/// The address that a request comes from: the one that API Gateway saw, never one from a sender's header.
///
/// The website in front of the gateway, and a program that serves the routes without a gateway, put the address
/// into the request's extensions. It is personal data: `Debug` does not show it, and only a hash of its
/// [`network`](Self::network) is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The address for IPv4, the /64 for IPv6: what one subscriber has at least (RFC 6177).
    #[must_use]
    pub fn network(self) -> String {
        match self.0.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => prefix(address, 64),
        }
    }

    /// The /48 for IPv6: what one subscriber has at most (RFC 6177). `None` for IPv4.
    #[must_use]
    pub fn site(self) -> Option<String> {
        match self.0.to_canonical() {
            IpAddr::V4(_) => None,
            IpAddr::V6(address) => Some(prefix(address, 48)),
        }
    }
}

fn prefix(address: Ipv6Addr, bits: u32) -> String {
    let mask = u128::MAX << (128 - bits);
    format!("{}/{bits}", Ipv6Addr::from(u128::from(address) & mask))
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    /// An unknown address is `0.0.0.0`, so that those senders are counted together.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let gateway = match parts.extensions.get::<RequestContext>() {
            Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.as_deref(),
            _ => None,
        };
        let gateway = gateway.and_then(|address| address.parse().ok()).map(Self);
        let known = parts.extensions.get::<Self>().copied().or(gateway);
        Ok(known.unwrap_or_else(|| {
            tracing::error!("the sender's address is not known: all such senders count as one");
            Self(Ipv4Addr::UNSPECIFIED.into())
        }))
    }
}

impl std::fmt::Debug for ClientAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_subscriber_is_one_network() {
        for (address, network) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ] {
            assert_eq!(ClientAddress(address.parse().unwrap()).network(), network);
        }
    }

    #[test]
    fn a_site_is_all_that_a_subscriber_may_have() {
        let site = |address: &str| ClientAddress(address.parse().unwrap()).site();

        assert_eq!(
            site("2001:db8:1:2:aaaa::1").as_deref(),
            Some("2001:db8:1::/48")
        );
        assert_eq!(site("2001:db8:1:ffff::1"), site("2001:db8:1::"));
        assert_eq!(site("192.0.2.1"), None);
    }
}
