//! The office behind HTTP: reads a body, lets the office answer on a thread that may block, writes the answer.

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
    BODY_BYTES_MAX, DEVICE_HEADER, Fault, SIGNATURE_HEADER, SyncResponse, VERSION, Verdict, pack,
};
use serde_json::{Value, json};

use crate::log::Log;
use crate::office::{self, Failure};
use crate::store::Store;

/// How long a device may take to send its body.
const BODY_TIMEOUT: Duration = Duration::from_secs(120);

/// Up to here a body that is too large is read to its end, so that the device hears why it was refused.
const BODY_BYTES_READ: usize = 8 * BODY_BYTES_MAX;

/// What every request needs.
pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) log: Log,
}

/// An answer on its way out, with what the log says of it.
struct Answer {
    body: Result<Vec<u8>, Failure>,
    figures: Value,
}

/// The three doors.
pub(crate) fn router(house: Arc<House>) -> Router {
    let no_such_door = || async { fault(Fault::Malformed) };
    Router::new()
        .route("/v1/join", post(join))
        .route("/v1/sync", post(sync))
        .route("/v1/health", get(health))
        .fallback(no_such_door)
        .method_not_allowed_fallback(no_such_door)
        .with_state(house)
}

async fn join(State(house): State<Arc<House>>, headers: HeaderMap, body: Body) -> Response {
    serve(house, "join", body, move |house, body| {
        // A body that cannot be read is told so before a signature that is missing.
        let signature = signature(&headers).unwrap_or([0; 64]);
        let now_ms = house.clock.now_ms();
        let answered = office::join(&house.store, body, &signature, now_ms, house.random.as_ref());
        let figures = answered
            .as_ref()
            .map_or(json!({}), |r| json!({ "device": r.device.to_string() }));
        Answer {
            body: answered.map(|response| pack(&response)),
            figures,
        }
    })
    .await
}

async fn sync(State(house): State<Arc<House>>, headers: HeaderMap, body: Body) -> Response {
    serve(house, "sync", body, move |house, body| {
        let Some(device) = device(&headers) else {
            return Answer {
                body: Err(Fault::UnknownDevice.into()),
                figures: json!({}),
            };
        };
        let answered = signature(&headers).and_then(|signature| {
            office::answer(&house.store, device, &signature, body, house.clock.now_ms())
        });
        let mut figures = json!({ "device": device.to_string() });
        let body = answered.map(|(response, packed)| {
            figures = told(device, &response);
            packed
        });
        Answer { body, figures }
    })
    .await
}

async fn health(State(house): State<Arc<House>>) -> Response {
    let now_ms = house.clock.now_ms();
    let asked =
        tokio::task::spawn_blocking(move || house.store.read()?.territories().map(|all| all.len())).await;
    let ok = matches!(asked, Ok(Ok(_)));
    let body =
        json!({ "ok": ok, "version": env!("CARGO_PKG_VERSION"), "protocol": VERSION, "now_ms": now_ms });
    let status = if ok {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    respond(status, "application/json", body.to_string().into_bytes())
}

/// Reads the body, answers on a thread that may block, and logs.
async fn serve(
    house: Arc<House>,
    event: &'static str,
    body: Body,
    answer: impl FnOnce(&House, &[u8]) -> Answer + Send + 'static,
) -> Response {
    let watch = Stopwatch::start();
    let body = match read(body).await {
        Ok(body) => body,
        Err(refused) => return fault(refused),
    };
    let working = Arc::clone(&house);
    let bytes_in = body.len();
    let answered = tokio::task::spawn_blocking(move || answer(&working, &body)).await;
    let Answer { body, mut figures } = answered.unwrap_or_else(|_| Answer {
        body: Err(Fault::Internal.into()),
        figures: json!({ "panic": true }),
    });
    let response = match &body {
        Ok(packed) => respond(StatusCode::OK, "application/octet-stream", packed.clone()),
        Err(failure) => {
            figures["fault"] = describe(failure).into();
            fault(failure.fault())
        }
    };
    figures["status"] = response.status().as_u16().into();
    figures["bytes_in"] = bytes_in.into();
    figures["bytes_out"] = body.map_or(0, |packed| packed.len()).into();
    figures["took_us"] = u64::try_from(watch.elapsed().as_micros())
        .unwrap_or(u64::MAX)
        .into();
    house.log.line(house.clock.now_ms(), event, figures);
    response
}

async fn read(body: Body) -> Result<Bytes, Fault> {
    match tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, BODY_BYTES_READ)).await {
        Ok(Ok(body)) if body.len() <= BODY_BYTES_MAX => Ok(body),
        Ok(_) => Err(Fault::TooLarge),
        Err(_) => Err(Fault::Malformed),
    }
}

/// The failure with all its causes.
fn describe(failure: &Failure) -> String {
    let mut text = failure.to_string();
    let mut cause = std::error::Error::source(failure);
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    text
}

fn told(device: DeviceId, response: &SyncResponse) -> Value {
    let verdicts = response.verdicts.iter().flat_map(|v| &v.changes);
    json!({
        "device": device.to_string(),
        "pushed": response.verdicts.len(),
        "refused": verdicts.clone().filter(|v| matches!(v, Verdict::Refused(_))).count(),
        "parked": verdicts.filter(|v| **v == Verdict::Parked).count(),
        "records": response.scopes.iter().map(|s| s.records.len()).sum::<usize>(),
        "gone": response.scopes.iter().map(|s| s.gone.len()).sum::<usize>(),
        "audited": response.scopes.iter().map(|s| s.audited.len()).sum::<usize>(),
        "more": response.scopes.iter().any(|s| s.more),
    })
}

fn device(headers: &HeaderMap) -> Option<DeviceId> {
    headers.get(DEVICE_HEADER)?.to_str().ok()?.parse().ok()
}

/// The signature that came with the body: 128 hexadecimal digits.
fn signature(headers: &HeaderMap) -> Result<[u8; 64], Failure> {
    let text = headers
        .get(SIGNATURE_HEADER)
        .map(axum::http::HeaderValue::as_bytes);
    let digits: &[u8; 128] = text.and_then(|t| t.try_into().ok()).ok_or(Fault::UnknownDevice)?;
    let mut signature = [0; 64];
    for (byte, pair) in signature.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| {
            char::from(pair[at])
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
        };
        *byte = digit(0)
            .zip(digit(1))
            .map(|(high, low)| high << 4 | low)
            .ok_or(Fault::UnknownDevice)?;
    }
    Ok(signature)
}

fn fault(fault: Fault) -> Response {
    let status = StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    respond(status, "application/octet-stream", pack(&fault))
}

fn respond(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}
