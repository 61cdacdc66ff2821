//! The HTTP routes: read a body, pass it to the [`service`] on a thread that may block, write and log the answer.
//! `docs/wire.md` describes what crosses the network.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use fieldbook_model::clock::{Clock, Random, Stopwatch};
use fieldbook_model::ids::DeviceId;
use fieldbook_model::wire::{
    BODY_BYTES_MAX, BadProof, ChangeOutcome, DEVICE_HEADER, Proof, ProtocolError, SIGNATURE_HEADER,
    SyncResponse, VERSION, pack,
};
use http_body_util::LengthLimitError;
use serde_json::{Value, json};

use crate::log::Log;
use crate::service::{self, ServiceError};
use crate::store::Store;

/// The longest time that a device may take to send its body.
const BODY_TIMEOUT: Duration = Duration::from_secs(120);

/// A body up to this size is read to its end even though it is refused, so that the device receives the reason. In bytes.
const BODY_BYTES_READ: usize = 8 * BODY_BYTES_MAX;

/// The state that all request handlers share.
pub(crate) struct AppState {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) log: Log,
}

/// The result of a request: the body of the answer, and the fields of its log line.
struct Handled {
    body: Result<Vec<u8>, ServiceError>,
    fields: Value,
}

/// The four routes. Any other path or method is a fault of the protocol, like a body that does not decode.
pub(crate) fn router(state: Arc<AppState>) -> Router {
    let not_found = || async { fault_response(ProtocolError::Malformed) };
    Router::new()
        .route("/v1/hello", post(hello))
        .route("/v1/join", post(join))
        .route("/v1/sync", post(sync))
        .route("/v1/health", get(health))
        .fallback(not_found)
        .method_not_allowed_fallback(not_found)
        .with_state(state)
}

async fn hello(State(state): State<Arc<AppState>>) -> Response {
    let now_ms = state.clock.now_ms();
    let answered = tokio::task::spawn_blocking(move || service::hello(&state.store, now_ms)).await;
    match answered {
        Ok(Ok(told)) => response(StatusCode::OK, "application/octet-stream", pack(&told)),
        Ok(Err(error)) => fault_response(error.to_fault()),
        Err(_) => fault_response(ProtocolError::Internal),
    }
}

async fn join(State(state): State<Arc<AppState>>, headers: HeaderMap, body: Body) -> Response {
    handle(state, "join", body, move |state, body| {
        // A zero signature never verifies. With it, a body that does not decode is reported before the missing header is.
        let proof = proof_header(&headers).unwrap_or(Proof {
            time_ms: 0,
            nonce: [0; 8],
            signature: [0; 64],
        });
        let now_ms = state.clock.now_ms();
        let result = service::join(&state.store, body, &proof, now_ms, state.random.as_ref());
        let fields = result
            .as_ref()
            .map_or(json!({}), |r| json!({ "device": r.device.to_string() }));
        Handled {
            body: result.map(|response| pack(&response)),
            fields,
        }
    })
    .await
}

async fn sync(State(state): State<Arc<AppState>>, headers: HeaderMap, body: Body) -> Response {
    handle(state, "sync", body, move |state, body| {
        let proof = proof_header(&headers);
        let Some(device) = device_header(&headers) else {
            // A device of version 1, which could not join, is told so.
            let refused = proof.err().unwrap_or(ProtocolError::UnknownDevice.into());
            return Handled {
                body: Err(refused),
                fields: json!({}),
            };
        };
        let result = proof
            .and_then(|proof| service::sync_packed(&state.store, device, &proof, body, state.clock.now_ms()));
        let mut fields = json!({ "device": device.to_string() });
        let body = result.map(|(response, packed)| {
            fields = sync_fields(device, &response);
            packed
        });
        Handled { body, fields }
    })
    .await
}

async fn health(State(state): State<Arc<AppState>>) -> Response {
    let (now_ms, log) = (state.clock.now_ms(), state.log);
    let territories = tokio::task::spawn_blocking(move || state.store.read()?.territories()).await;
    let failure = match territories {
        Ok(Ok(_)) => None,
        Ok(Err(error)) => Some(json!({ "fault": error_with_causes(&error) })),
        Err(_) => Some(json!({ "panic": true })),
    };
    let ok = failure.is_none();
    if let Some(fields) = failure {
        log.write(now_ms, "health", fields);
    }
    let body =
        json!({ "ok": ok, "version": env!("CARGO_PKG_VERSION"), "protocol": VERSION, "now_ms": now_ms });
    let status = if ok {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    response(status, "application/json", body.to_string().into_bytes())
}

/// Reads the body, runs the handler on a thread that may block, and logs the request.
async fn handle(
    state: Arc<AppState>,
    event: &'static str,
    body: Body,
    handler: impl FnOnce(&AppState, &[u8]) -> Handled + Send + 'static,
) -> Response {
    let watch = Stopwatch::start();
    let body = match read_body(body).await {
        Ok(body) => body,
        Err(refused) => return fault_response(refused),
    };
    let shared = Arc::clone(&state);
    let bytes_in = body.len();
    let result = tokio::task::spawn_blocking(move || handler(&shared, &body)).await;
    let Handled { body, mut fields } = result.unwrap_or_else(|_| Handled {
        body: Err(ProtocolError::Internal.into()),
        fields: json!({ "panic": true }),
    });
    let response = match &body {
        Ok(packed) => response(StatusCode::OK, "application/octet-stream", packed.clone()),
        Err(error) => {
            fields["fault"] = error_with_causes(error).into();
            fault_response(error.to_fault())
        }
    };
    fields["status"] = response.status().as_u16().into();
    fields["bytes_in"] = bytes_in.into();
    fields["bytes_out"] = body.map_or(0, |packed| packed.len()).into();
    fields["took_us"] = u64::try_from(watch.elapsed().as_micros())
        .unwrap_or(u64::MAX)
        .into();
    state.log.write(state.clock.now_ms(), event, fields);
    response
}

async fn read_body(body: Body) -> Result<Bytes, ProtocolError> {
    match tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, BODY_BYTES_READ)).await {
        Ok(Ok(body)) if body.len() <= BODY_BYTES_MAX => Ok(body),
        Ok(Ok(_)) => Err(ProtocolError::TooLarge),
        Ok(Err(error)) if is_too_long(&error) => Err(ProtocolError::TooLarge),
        // The connection broke, the encoding of the body is not HTTP's, or the device was too slow.
        Ok(Err(_)) | Err(_) => Err(ProtocolError::Malformed),
    }
}

/// True if reading stopped at the limit, and not because the body could not be read.
fn is_too_long(error: &axum::Error) -> bool {
    error.source().is_some_and(<dyn Error>::is::<LengthLimitError>)
}

/// The error with all its causes.
fn error_with_causes(error: &dyn Error) -> String {
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
    response(status, "application/octet-stream", pack(&fault))
}

fn response(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}
