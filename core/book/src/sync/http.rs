//! The transport over HTTP. No other file opens a socket.

use std::error::Error as _;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use reqwest::{Client, Url, redirect};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{sleep, timeout};

use super::tls;
use super::{Post, Reply, Transport, TransportError};
use fieldbook_model::wire::BODY_BYTES_MAX;

/// The longest time for a connection to be made, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// The time in which a closed connection is noticed before it would be used again.
const NOTICE_CLOSED: Duration = Duration::from_millis(1);

/// The slowest line on which a body is waited for while it may still be on its way, in bytes a second.
const SLOWEST_BYTES_PER_S: u32 = 2_000;

/// The conditions under which a phone speaks with its server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Certificates, in PEM, of authorities that are trusted besides those of the system, such as a company's own.
    pub authorities: Option<String>,
    /// True if plain HTTP is permitted to any machine; otherwise it is permitted to this one only.
    pub allow_http: bool,
    /// The longest silence of a server that has been connected to.
    pub idle: Duration,
}

impl Default for Network {
    fn default() -> Network {
        Network {
            authorities: None,
            allow_http: false,
            idle: Duration::from_secs(60),
        }
    }
}

/// An HTTP client of one request at a time, HTTP/2 where the server has it. Certificates are verified by the platform,
/// the system's proxy is used, and no redirect is followed. A connection is kept open between calls.
///
/// Its calls block. They may be made from any thread, also from one of an async runtime, which then stands still.
#[derive(Debug, Clone)]
pub struct Http(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    network: Network,
    /// Drives the sockets while a call is under way, in the thread of the caller.
    runtime: OnceLock<Result<Runtime, TransportError>>,
    /// For HTTPS.
    secure: OnceLock<Result<Client, TransportError>>,
    /// For plain HTTP.
    plain: OnceLock<Result<Client, TransportError>>,
    /// For plain HTTP to this machine, which no proxy can reach.
    local: OnceLock<Result<Client, TransportError>>,
}

impl Default for Http {
    fn default() -> Http {
        Http::with(Network::default())
    }
}

impl Http {
    /// A client under the conditions of `network`.
    ///
    /// # Errors
    /// [`TransportError::BadAuthority`] if `authorities` is not a list of certificates in PEM.
    pub fn new(network: Network) -> Result<Http, TransportError> {
        if let Some(pem) = &network.authorities {
            tls::authorities(pem)?;
        }
        Ok(Http::with(network))
    }

    fn with(network: Network) -> Http {
        Http(Arc::new(Inner {
            network,
            runtime: OnceLock::new(),
            secure: OnceLock::new(),
            plain: OnceLock::new(),
            local: OnceLock::new(),
        }))
    }
}

impl Transport for Http {
    fn post(&self, post: Post<'_>) -> Result<Reply, TransportError> {
        let url = Url::parse(post.url).map_err(|_| TransportError::BadAddress)?;
        let client = self.0.client(&url)?;
        let runtime = self.0.runtime.get_or_init(|| {
            let built = Builder::new_current_thread().enable_io().enable_time().build();
            built.map_err(|_| TransportError::NoConnection)
        });
        let runtime = runtime.as_ref().map_err(|error| *error)?;
        let idle = self.0.network.idle;
        // A time-out is made where the runtime runs.
        let talk = async { timeout(post.timeout, exchange(client, url, &post, idle)).await };
        let answered = if Handle::try_current().is_err() {
            runtime.block_on(talk)
        } else {
            // A thread of an async runtime may not drive another one.
            let elsewhere = thread::scope(|scope| scope.spawn(|| runtime.block_on(talk)).join());
            elsewhere.unwrap_or(Ok(Err(TransportError::NoConnection)))
        };
        answered.unwrap_or(Err(TransportError::TimedOut))
    }
}

impl Inner {
    fn client(&self, url: &Url) -> Result<&Client, TransportError> {
        let slot = match url.scheme() {
            "https" => &self.secure,
            "http" if is_this_machine(url) => &self.local,
            "http" if self.network.allow_http => &self.plain,
            "http" => return Err(TransportError::PlainHttp),
            _ => return Err(TransportError::BadAddress),
        };
        let built = slot.get_or_init(|| {
            let tls = if url.scheme() == "https" {
                tls::config(self.network.authorities.as_deref())?
            } else {
                tls::of_no_use()?
            };
            let builder = Client::builder()
                .tls_backend_preconfigured(tls)
                .redirect(redirect::Policy::none())
                .connect_timeout(CONNECT_TIMEOUT)
                .user_agent(concat!("fieldbook/", env!("CARGO_PKG_VERSION")));
            let builder = if is_this_machine(url) {
                builder.no_proxy()
            } else {
                builder
            };
            builder.build().map_err(|_| TransportError::NoConnection)
        });
        built.as_ref().map_err(|error| *error)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // A plain drop waits for the look-up of a name, and panics in a thread of an async runtime.
        if let Some(Ok(runtime)) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// True for `localhost` and the loopback addresses.
fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

async fn exchange(
    client: &Client,
    url: Url,
    post: &Post<'_>,
    idle: Duration,
) -> Result<Reply, TransportError> {
    // Nothing drives the sockets between two calls: a connection that the server closed meanwhile is noticed here, before a
    // request is written to it.
    sleep(NOTICE_CLOSED).await;
    let mut request = client.post(url).header("content-type", "application/cbor");
    for (name, value) in post.headers {
        request = request.header(*name, *value);
    }
    let sending = request.body(post.body.to_vec()).send();
    // What the system has buffered may still be on its way: the silence counts from when the slowest line is done.
    let on_its_way = u32::try_from(post.body.len()).unwrap_or(u32::MAX) / SLOWEST_BYTES_PER_S;
    let first = idle + Duration::from_secs(u64::from(on_its_way));
    let mut response = heard(timeout(first, sending).await)?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = heard(timeout(idle, response.chunk()).await)? {
        if body.len() + chunk.len() > BODY_BYTES_MAX {
            return Err(TransportError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply { status, body })
}

fn heard<T>(
    waited: Result<Result<T, reqwest::Error>, tokio::time::error::Elapsed>,
) -> Result<T, TransportError> {
    match waited {
        Ok(answered) => answered.map_err(|error| transport_error(&error)),
        Err(_) => Err(TransportError::TimedOut),
    }
}

fn transport_error(error: &reqwest::Error) -> TransportError {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(reason) = tls::reason_in(inner) {
            return reason;
        }
        if inner
            .downcast_ref::<hyper::Error>()
            .is_some_and(hyper::Error::is_parse)
        {
            return TransportError::Garbled;
        }
        cause = inner.source();
    }
    if error.is_connect() {
        TransportError::Unreachable
    } else if error.is_timeout() {
        TransportError::TimedOut
    } else if error.is_builder() {
        TransportError::BadAddress
    } else {
        TransportError::NoConnection
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_of(http: &Http, url: &str) -> Option<TransportError> {
        http.0.client(&Url::parse(url).unwrap()).err()
    }

    #[test]
    fn plain_http_goes_to_this_machine_only_unless_it_is_permitted() {
        let (strict, lax) = (
            Http::default(),
            Http::new(Network {
                allow_http: true,
                ..Network::default()
            })
            .unwrap(),
        );
        for here in ["http://127.0.0.1:7373", "http://localhost/", "http://[::1]:80/"] {
            assert_eq!(client_of(&strict, here), None, "{here}");
        }
        for there in [
            "http://192.168.1.7:7373",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://[fe80::1]/",
        ] {
            assert_eq!(
                client_of(&strict, there),
                Some(TransportError::PlainHttp),
                "{there}"
            );
            assert_eq!(client_of(&lax, there), None, "{there}");
        }
        assert_eq!(
            client_of(&lax, "ftp://127.0.0.1/"),
            Some(TransportError::BadAddress)
        );
    }

    #[test]
    fn what_is_no_certificate_is_no_authority() {
        for text in [
            "",
            "a word",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ] {
            let network = Network {
                authorities: Some(text.to_owned()),
                ..Network::default()
            };
            assert_eq!(
                Http::new(network).err(),
                Some(TransportError::BadAuthority),
                "{text}"
            );
        }
    }
}
