//! The sync server of Fieldbook: axum over one SQLite file. It needs no other service. `docs/server.md` tells how to operate
//! it, `docs/wire.md` describes the protocol.
//!
//! | module | responsibility |
//! |---|---|
//! | [`Server`] | starts and stops the HTTP server on a thread of its own; the routes are `/v1/join`, `/v1/sync`, `/v1/health` |
//! | [`service`] | join and sync as functions of the store, the message and the time; knows no HTTP |
//! | [`admin`] | territories, people, join codes, hand-overs, devices, evidence: each call is one transaction |
//! | [`store`] | transactions on the database; the only module that contains SQL |
//!
//! The rules on records are those of `fieldbook_model`: the server and every phone run the same admission code.
//!
//! # Example
//!
//! A server on a free port, with a territory, a person and a code that lets one device of that person join:
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::{SocketAddr, TcpStream};
//!
//! use fieldbook_model::Role;
//! use fieldbook_model::clock::{Clock, SystemClock, SystemRandom};
//! use fieldbook_server::{Server, admin};
//!
//! let folder = tempfile::tempdir()?;
//! let server = Server::start(folder.path(), SocketAddr::from(([127, 0, 0, 1], 0)))?;
//!
//! let store = server.store();
//! admin::add_territory(store, "North", &SystemRandom)?;
//! admin::add_user(store, "Ada", Role::Rep, &["North"], &SystemRandom)?;
//! let code = admin::issue_code(store, "Ada", SystemClock.now_ms(), &SystemRandom)?;
//! assert_eq!(code.text.len(), "KXQM-7P3D-9RTA-0HFW".len());
//!
//! let mut connection = TcpStream::connect(server.url().trim_start_matches("http://"))?;
//! connection.write_all(b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
//! let mut answer = String::new();
//! connection.read_to_string(&mut answer)?;
//! assert!(answer.starts_with("HTTP/1.1 200 OK"));
//! assert!(answer.contains(r#""ok":true"#));
//!
//! server.stop()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod admin;
mod body;
mod connections;
mod http;
mod limits;
mod log;
mod server;
pub mod service;
pub mod store;
mod tls;
mod web_form;

pub use limits::{Limits, Rate};
pub use log::Log;
pub use server::{Client, Config, ServeError, Server, ShutdownSignal};
pub use tls::{TlsError, TlsFiles};
