//! `POST /v1/leads`: a lead from a form on a web page, as JSON or as a browser sends a form.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use fieldbook_model::clock::Stopwatch;
use fieldbook_model::wire::ProtocolError;
use serde_json::{Value, json};

use crate::body::{self, Answer};
use crate::connections::{Peer, Standing};
use crate::http::{AppState, error_with_causes};
use crate::service::{TakenLead, WebLeadError, take_web_lead};

/// The largest body, in bytes.
const BYTES_MAX: usize = 16 << 10;

/// The input that carries the token where a page cannot set a header.
const TOKEN_INPUT: &str = "form";

/// The answer to a request: its status, and its body.
struct Answered(StatusCode, Value);

fn refused(status: StatusCode, word: &str, text: &str) -> Answered {
    Answered(status, json!({ "error": word, "message": text }))
}

/// Takes a lead. Anybody who has the page has its token, so the address may send only so many.
pub(crate) async fn lead(
    State(state): State<Arc<AppState>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let watch = Stopwatch::start();
    if let Err(later) = state.guard.may_send_lead(state.client.address(&peer, &headers)) {
        body::discard(body).await;
        let busy = refused(
            StatusCode::TOO_MANY_REQUESTS,
            "busy",
            "too many leads from this address",
        );
        let mut response = respond(&headers, busy);
        let seconds = HeaderValue::from(later.seconds());
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
        return response;
    }
    peer.slot.mark(Standing::Reading);
    let body = body::read(body, BYTES_MAX, &state.guard.limits).await;
    peer.slot.mark(Standing::Busy);
    let shared = Arc::clone(&state);
    let asked = headers.clone();
    let taken = tokio::task::spawn_blocking(move || take(&shared, &asked, body)).await;
    let (answered, fault) = taken.unwrap_or_else(|_| (failed(), Some("panic".to_owned())));
    let took_us = u64::try_from(watch.elapsed().as_micros()).unwrap_or(u64::MAX);
    let mut fields = json!({ "status": answered.0.as_u16(), "took_us": took_us });
    if let Some(fault) = fault {
        fields["fault"] = fault.into();
    }
    state.log.write(state.clock.now_ms(), "lead", fields);
    respond(&headers, answered)
}

fn failed() -> Answered {
    refused(
        StatusCode::INTERNAL_SERVER_ERROR,
        "failed",
        "the server failed; try again",
    )
}

/// The answer to a body, and the fault for the log.
fn take(
    state: &AppState,
    headers: &HeaderMap,
    body: Result<Vec<u8>, ProtocolError>,
) -> (Answered, Option<String>) {
    let body = match body {
        Ok(body) => body,
        Err(ProtocolError::TooLarge) => {
            let text = "at most 16 kB are taken";
            return (refused(StatusCode::PAYLOAD_TOO_LARGE, "too_large", text), None);
        }
        Err(_) => return (malformed(), None),
    };
    let Some(inputs) = inputs(headers, &body) else {
        return (malformed(), None);
    };
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let token = bearer
        .or(inputs.get(TOKEN_INPUT).map(String::as_str))
        .unwrap_or_default();
    match take_web_lead(&state.store, token, &inputs, state.clock.now_ms()) {
        Ok(TakenLead { id, is_new }) => {
            let status = if is_new {
                StatusCode::CREATED
            } else {
                StatusCode::OK
            };
            (Answered(status, json!({ "id": id.to_string() })), None)
        }
        Err(WebLeadError::NoForm) => {
            let text = "there is no form with this token";
            (refused(StatusCode::UNAUTHORIZED, "no_form", text), None)
        }
        Err(WebLeadError::Field(fault)) => {
            let answered = refused(StatusCode::UNPROCESSABLE_ENTITY, "bad_field", &fault.to_string());
            (answered, None)
        }
        Err(error @ WebLeadError::Refused(_)) => {
            let answered = refused(StatusCode::UNPROCESSABLE_ENTITY, "refused", &error.to_string());
            (answered, Some(error_with_causes(&error)))
        }
        Err(error @ WebLeadError::Store(_)) => (failed(), Some(error_with_causes(&error))),
    }
}

fn malformed() -> Answered {
    let text = "the body is a JSON object of texts, or application/x-www-form-urlencoded";
    refused(StatusCode::BAD_REQUEST, "malformed", text)
}

/// The inputs of a body by name; `None` if it cannot be read. Of an input that comes twice the first counts.
fn inputs(headers: &HeaderMap, body: &[u8]) -> Option<BTreeMap<String, String>> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => serde_json::from_slice(body).ok(),
        "application/x-www-form-urlencoded" => {
            let mut inputs = BTreeMap::new();
            for (name, value) in form_urlencoded::parse(body) {
                inputs
                    .entry(name.into_owned())
                    .or_insert_with(|| value.into_owned());
            }
            Some(inputs)
        }
        _ => None,
    }
}

/// JSON, or a page for a browser that shows it. Any page may read the answer: it says nothing but what was sent.
fn respond(headers: &HeaderMap, Answered(status, body): Answered) -> Response {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let is_browser = accepts.is_some_and(|accepts| accepts.starts_with("text/html"));
    let (kind, bytes) = if is_browser {
        let text = if status.is_success() {
            "Thank you."
        } else {
            "This did not work. Please try again."
        };
        let page = format!("<!DOCTYPE html><meta charset=\"utf-8\"><title>{text}</title><p>{text}</p>");
        ("text/html; charset=utf-8", page.into_bytes())
    } else {
        ("application/json", body.to_string().into_bytes())
    };
    let mut response = Response::new(Body::new(Answer::new(bytes, None)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
