//! The HTTP routes: read a body, pass it to the [`service`] on a thread that may block, write and log the answer.
//! `docs/wire.md` describes what crosses the network.

use std::cell::RefCell;
use std::error::Error;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, http::HeaderValue};
use fieldbook_model::clock::{Clock, Random, Stopwatch};
use fieldbook_model::ids::DeviceId;
use fieldbook_model::wire::{
    BODY_BYTES_MAX, BadProof, ChangeOutcome, DEVICE_HEADER, Proof, ProtocolError, SIGNATURE_HEADER,
    SyncResponse, VERSION, pack,
};
use serde_json::{Value, json};

use crate::admin::audit::note_request;
use crate::body::{self, Answer, SMALL_BYTES};
use crate::connections::{Peer, Standing};
use crate::limits::{Guard, Later, Running};
use crate::log::Logger;
use crate::server::Client;
use crate::service::{self, ServiceError};
use crate::store::{Store, StoreError};
use crate::web_form;

/// The largest body of a join, in bytes: a code, a key and a name.
const JOIN_BYTES_MAX: usize = 16 << 10;

/// The age at which the health of the database is looked at again. Looking writes a file.
const PROBE_AGE: Duration = Duration::from_secs(5);

/// The header in which a reverse proxy names the client.
const FORWARDED_HEADER: &str = "x-forwarded-for";

/// The state that all request handlers share.
pub(crate) struct AppState {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) log: Logger,
    pub(crate) guard: Arc<Guard>,
    pub(crate) client: Client,
    pub(crate) probe: Probe,
}

/// The last look at the health of the database: when, and the problem if there was one.
#[derive(Default)]
pub(crate) struct Probe(Mutex<Option<(Stopwatch, Option<Problem>)>>);

/// The reason why the server is not well.
#[derive(Debug, Clone)]
struct Problem {
    /// The word for programs.
    word: &'static str,
    /// The error with its causes, for the log.
    fault: String,
}

/// The result of a request: the body of the answer, and the fields of its log line.
struct Handled {
    body: Result<Vec<u8>, ServiceError>,
    fields: Value,
    /// The place of the device, which is held until the answer is out.
    running: Option<Running>,
    /// With [`ProtocolError::Busy`], the time after which the device may come again.
    later: Option<Later>,
}

impl Handled {
    fn new(body: Result<Vec<u8>, ServiceError>, fields: Value) -> Handled {
        Handled {
            body,
            fields,
            running: None,
            later: None,
        }
    }
}

/// The five routes. Any other path or method is a fault of the protocol, like a body that does not decode.
pub(crate) fn router(state: Arc<AppState>) -> Router {
    let not_found = || async { fault_response(ProtocolError::Malformed) };
    Router::new()
        .route("/v1/hello", post(hello))
        .route("/v1/join", post(join))
        .route("/v1/sync", post(sync))
        .route("/v1/leads", post(web_form::lead))
        .route("/v1/health", get(health))
        .fallback(not_found)
        .method_not_allowed_fallback(not_found)
        .with_state(state)
}

async fn hello(State(state): State<Arc<AppState>>) -> Response {
    let now_ms = state.clock.now_ms();
    let answered = tokio::task::spawn_blocking(move || service::hello(&state.store, now_ms)).await;
    match answered {
        Ok(Ok(told)) => {
            let answer = Body::new(Answer::new(pack(&told), None));
            response(StatusCode::OK, "application/octet-stream", answer)
        }
        Ok(Err(error)) => fault_response(error.to_fault()),
        Err(_) => fault_response(ProtocolError::Internal),
    }
}

async fn join(
    State(state): State<Arc<AppState>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let address = state.client.address(&peer, &headers);
    if let Err(later) = state.guard.may_join(address) {
        body::discard(body).await;
        return busy_response(later);
    }
    peer.slot.mark(Standing::Reading);
    let body = body::read(body, JOIN_BYTES_MAX, &state.guard.limits).await;
    peer.slot.mark(Standing::Busy);
    handle(state, "join", body, move |state, body| {
        // A zero signature never verifies. With it, a body that does not decode is reported before the missing header is.
        let proof = proof_header(&headers).unwrap_or(Proof {
            time_ms: 0,
            nonce: [0; 8],
            signature: [0; 64],
        });
        let now_ms = state.clock.now_ms();
        let result = service::join(&state.store, body, &proof, now_ms, state.random.as_ref());
        match &result {
            Ok(joined) => {
                let (user, device) = (&joined.user_name, joined.device.to_string());
                state.audit("joined", user, address, json!({ "device": device }));
            }
            Err(ServiceError::Protocol(fault)) => {
                state.guard.note_refused_join(address);
                state.audit_refusal("join_refused", None, address, *fault);
            }
            Err(ServiceError::Store(_)) => {}
        }
        let fields = result
            .as_ref()
            .map_or(json!({}), |r| json!({ "device": r.device.to_string() }));
        Handled::new(result.map(|response| pack(&response)), fields)
    })
    .await
}

async fn sync(
    State(state): State<Arc<AppState>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let proof = proof_header(&headers);
    let (device, proof) = match (device_header(&headers), proof) {
        (Some(device), Ok(proof)) => (device, proof),
        // A device of version 1, which could not join, is told so.
        (_, proof) => {
            peer.slot.mark(Standing::Reading);
            body::discard(body).await;
            let refused = proof.err().unwrap_or(ProtocolError::UnknownDevice.into());
            return fault_response(refused.to_fault());
        }
    };
    let address = state.client.address(&peer, &headers);
    let body = read_sync(&state, &peer, device, body).await;
    handle(state, "sync", body, move |state, body| {
        let (running, later) = (RefCell::new(None), RefCell::new(None));
        let admit = || match state.guard.begin_sync(device) {
            Ok(begun) => {
                running.replace(Some(begun));
                Ok(())
            }
            Err(wait) => {
                later.replace(Some(wait));
                Err(ProtocolError::Busy)
            }
        };
        let now_ms = state.clock.now_ms();
        let result = service::sync_packed(&state.store, device, &proof, body, now_ms, &admit);
        let mut fields = json!({ "device": device.to_string() });
        if let Err(ServiceError::Protocol(fault @ (ProtocolError::UnknownDevice | ProtocolError::Revoked))) =
            &result
        {
            state.audit_refusal("sync_refused", Some(device), address, *fault);
        }
        let body = result.map(|(response, packed)| {
            fields = sync_fields(device, &response);
            packed
        });
        Handled {
            body,
            fields,
            running: running.into_inner(),
            later: later.into_inner(),
        }
    })
    .await
}

impl AppState {
    /// Notes something in the audit log. A log that cannot be written is a matter for the health check, not for a request.
    fn audit(&self, act: &str, who: &str, address: IpAddr, details: Value) {
        let now_ms = self.clock.now_ms();
        let noted = note_request(&self.store, now_ms, act, who, &address.to_string(), details);
        if let Err(error) = noted {
            self.log
                .write(now_ms, "audit", json!({ "fault": error_with_causes(&error) }));
        }
    }

    /// Notes a refusal in the audit log, unless there were many from this address of late.
    fn audit_refusal(&self, act: &str, device: Option<DeviceId>, address: IpAddr, fault: ProtocolError) {
        if self.guard.may_audit(address) {
            let who = device.map_or_else(String::new, |device| device.to_string());
            self.audit(act, &who, address, json!({ "fault": fault.name() }));
        }
    }
}

/// Reads the body of a sync: a large one only of a device that has joined, and only if there is room for it.
async fn read_sync(
    state: &Arc<AppState>,
    peer: &Peer,
    device: DeviceId,
    body: Body,
) -> Result<Vec<u8>, ProtocolError> {
    let limits = &state.guard.limits;
    let announced = body::announced_bytes(&body);
    peer.slot.mark(Standing::Reading);
    if announced > BODY_BYTES_MAX || announced <= SMALL_BYTES {
        let read = body::read(body, BODY_BYTES_MAX, limits).await;
        peer.slot.mark(Standing::Busy);
        return read;
    }
    let shared = Arc::clone(state);
    let known = tokio::task::spawn_blocking(move || service::check_known(&shared.store, device)).await;
    match known {
        Ok(Ok(())) => {}
        Ok(Err(refused)) => {
            body::discard(body).await;
            return Err(refused.to_fault());
        }
        Err(_) => return Err(ProtocolError::Internal),
    }
    let kilobytes = u32::try_from(announced.div_ceil(1_024)).unwrap_or(u32::MAX);
    let room = Arc::clone(&state.guard.bodies)
        .acquire_many_owned(kilobytes)
        .await;
    let _room = room.map_err(|_| ProtocolError::Internal)?;
    let read = body::read(body, BODY_BYTES_MAX, limits).await;
    peer.slot.mark(Standing::Busy);
    read
}

async fn health(State(state): State<Arc<AppState>>) -> Response {
    let now_ms = state.clock.now_ms();
    let shared = Arc::clone(&state);
    let looked = tokio::task::spawn_blocking(move || shared.probe.look(&shared.store)).await;
    let problem = looked.unwrap_or_else(|_| {
        let fault = "panic".to_owned();
        Some(Problem {
            word: "failed",
            fault,
        })
    });
    let mut body = json!({
        "ok": problem.is_none(), "version": env!("CARGO_PKG_VERSION"), "protocol": VERSION, "now_ms": now_ms,
    });
    let status = match problem {
        None => StatusCode::OK,
        Some(problem) => {
            body["problem"] = problem.word.into();
            state.log.write(
                now_ms,
                "health",
                json!({ "problem": problem.word, "fault": problem.fault }),
            );
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    let answer = Body::new(Answer::new(body.to_string().into_bytes(), None));
    response(status, "application/json", answer)
}

impl Probe {
    /// The problem of the database, looked at now or a few seconds ago.
    fn look(&self, store: &Store) -> Option<Problem> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, problem)) = last.as_ref()
            && at.elapsed() < PROBE_AGE
        {
            return problem.clone();
        }
        let problem = store.check_health().err().map(|error| Problem {
            word: match error {
                StoreError::Full => "disk_full",
                StoreError::ReadOnly { .. } => "read_only",
                StoreError::Damaged { .. } => "damaged",
                StoreError::Busy => "busy",
                _ => "failed",
            },
            fault: error_with_causes(&error),
        });
        *last = Some((Stopwatch::start(), problem.clone()));
        problem
    }
}

impl Client {
    /// The address that a request comes from.
    pub(crate) fn address(self, peer: &Peer, headers: &HeaderMap) -> IpAddr {
        let forwarded = || {
            let last = headers.get_all(FORWARDED_HEADER).iter().next_back()?;
            let last = last.to_str().ok()?.rsplit(',').next()?;
            last.trim().parse().ok()
        };
        match self {
            Client::Peer => peer.address,
            Client::Forwarded => forwarded().unwrap_or(peer.address),
        }
    }
}

/// Runs the handler on a thread that may block, and logs the request.
async fn handle(
    state: Arc<AppState>,
    event: &'static str,
    body: Result<Vec<u8>, ProtocolError>,
    handler: impl FnOnce(&AppState, &[u8]) -> Handled + Send + 'static,
) -> Response {
    let watch = Stopwatch::start();
    let body = match body {
        Ok(body) => body,
        Err(refused) => return fault_response(refused),
    };
    let shared = Arc::clone(&state);
    let bytes_in = body.len();
    let result = tokio::task::spawn_blocking(move || handler(&shared, &body)).await;
    let Handled {
        body,
        mut fields,
        running,
        later,
    } = result.unwrap_or_else(|_| {
        let panicked = json!({ "panic": true });
        Handled::new(Err(ProtocolError::Internal.into()), panicked)
    });
    let mut bytes_out = 0;
    let response = match body {
        Ok(packed) => {
            bytes_out = packed.len();
            let answer = Body::new(Answer::new(packed, running));
            response(StatusCode::OK, "application/octet-stream", answer)
        }
        Err(error) => {
            fields["fault"] = error_with_causes(&error).into();
            match later {
                Some(later) => busy_response(later),
                None => fault_response(error.to_fault()),
            }
        }
    };
    fields["status"] = response.status().as_u16().into();
    fields["bytes_in"] = bytes_in.into();
    fields["bytes_out"] = bytes_out.into();
    fields["took_us"] = u64::try_from(watch.elapsed().as_micros())
        .unwrap_or(u64::MAX)
        .into();
    state.log.write(state.clock.now_ms(), event, fields);
    response
}

/// The error with all its causes.
pub(crate) fn error_with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    text
}

/// The log fields of an answered sync.
fn sync_fields(device: DeviceId, response: &SyncResponse) -> Value {
    let verdicts = response.verdicts.iter().flat_map(|v| &v.changes);
    json!({
        "device": device.to_string(),
        "pushed": response.verdicts.len(),
        "refused": verdicts.clone().filter(|v| matches!(v, ChangeOutcome::Refused(_))).count(),
        "parked": verdicts.filter(|v| **v == ChangeOutcome::Parked).count(),
        "records": response.scopes.iter().map(|s| s.records.len()).sum::<usize>(),
        "gone": response.scopes.iter().map(|s| s.gone.len()).sum::<usize>(),
        "audited": response.scopes.iter().map(|s| s.audited.len()).sum::<usize>(),
        "more": response.scopes.iter().any(|s| s.more),
    })
}

/// The device that the header names.
fn device_header(headers: &HeaderMap) -> Option<DeviceId> {
    headers.get(DEVICE_HEADER)?.to_str().ok()?.parse().ok()
}

/// The proof of a request, from its header. A device of version 1 sends the signature alone.
fn proof_header(headers: &HeaderMap) -> Result<Proof, ServiceError> {
    let text = headers
        .get(SIGNATURE_HEADER)
        .and_then(|value| value.to_str().ok());
    let proof = text.ok_or(ProtocolError::UnknownDevice)?.parse();
    proof.map_err(|bad| match bad {
        BadProof::Version1 => ProtocolError::Version.into(),
        BadProof::Malformed => ProtocolError::UnknownDevice.into(),
    })
}

fn fault_response(fault: ProtocolError) -> Response {
    let status = StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let answer = Body::new(Answer::new(pack(&fault), None));
    response(status, "application/octet-stream", answer)
}

/// The answer to a request that came too early.
fn busy_response(later: Later) -> Response {
    let mut response = fault_response(ProtocolError::Busy);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(later.seconds()));
    response
}

fn response(status: StatusCode, kind: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
