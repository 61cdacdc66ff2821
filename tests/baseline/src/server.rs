//! The server: axum over one SQLite file.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::ListenerExt;
use rusqlite::{Connection, named_params};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::row::{PullRequest, PushAnswer};
use crate::{FloorError, Row, RowText, schema};

/// The largest push that is read.
const MOST_BYTES: usize = 64 << 20;

type Store = Arc<Mutex<Connection>>;

/// A running server; it stops when this is dropped.
#[derive(Debug)]
pub struct Server {
    runtime: Option<Runtime>,
    url: String,
}

impl Server {
    /// Serves the file at `path`, made when there is none, on a free port of this machine, in threads of its own.
    pub fn start(path: &Path) -> Result<Server, FloorError> {
        let store: Store = Arc::new(Mutex::new(schema::open_server(path)?));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let url = format!("http://{}", listener.local_addr()?);
        let app = Router::new()
            .route("/push", post(push))
            .route("/pull", post(pull))
            .layer(DefaultBodyLimit::max(MOST_BYTES))
            .with_state(store);
        // Without it, Nagle's algorithm and delayed ACKs hold answers back by 40 ms. Failing to set it only makes us slow.
        let listener = listener.tap_io(|socket| drop(socket.set_nodelay(true)));
        runtime.spawn(async move { axum::serve(listener, app).await });
        Ok(Server {
            runtime: Some(runtime),
            url,
        })
    }

    /// Its address: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(2));
        }
    }
}

async fn push(State(store): State<Store>, body: Bytes) -> Response {
    answer(store, body, take_in).await
}

async fn pull(State(store): State<Store>, body: Bytes) -> Response {
    answer(store, body, hand_out).await
}

/// Does the work away from the threads that read sockets.
async fn answer(
    store: Store,
    body: Bytes,
    work: fn(&mut Connection, &[u8]) -> Result<Vec<u8>, FloorError>,
) -> Response {
    let job = move || work(&mut store.lock().unwrap_or_else(PoisonError::into_inner), &body);
    match tokio::task::spawn_blocking(job).await {
        Ok(Ok(json)) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Ok(Err(FloorError::Json(why))) => (StatusCode::BAD_REQUEST, why.to_string()).into_response(),
        Ok(Err(why)) => (StatusCode::INTERNAL_SERVER_ERROR, why.to_string()).into_response(),
        Err(why) => (StatusCode::INTERNAL_SERVER_ERROR, why.to_string()).into_response(),
    }
}

/// `POST /push`: a JSON array of rows. The later writer wins; who comes second with the same time loses.
fn take_in(db: &mut Connection, body: &[u8]) -> Result<Vec<u8>, FloorError> {
    let rows: Vec<Row<'_>> = serde_json::from_slice(body)?;
    let tx = db.transaction()?;
    let before = last_seq(&tx)?;
    let mut after = before;
    {
        let mut statement = tx.prepare_cached(
            "INSERT INTO record (seq, id, kind, json, updated_ms, deleted)
             VALUES (:seq, :id, :kind, :json, :updated_ms, :deleted)
             ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, json = excluded.json,
                 updated_ms = excluded.updated_ms, deleted = excluded.deleted
             WHERE excluded.updated_ms > record.updated_ms",
        )?;
        for row in &rows {
            let written = statement.execute(named_params! {
                ":seq": after + 1, ":id": row.id.as_bytes(), ":kind": row.kind, ":json": row.fields.get(),
                ":updated_ms": row.updated_ms, ":deleted": row.deleted,
            })?;
            after += i64::from(written > 0);
        }
    }
    tx.commit()?;
    Ok(serde_json::to_vec(&PushAnswer { before, after })?)
}

/// `POST /pull`: the rows after a number.
fn hand_out(db: &mut Connection, body: &[u8]) -> Result<Vec<u8>, FloorError> {
    let request: PullRequest = serde_json::from_slice(body)?;
    let sql = "SELECT seq, id, kind, updated_ms, deleted, json FROM record
         WHERE seq > :since ORDER BY seq LIMIT :limit";
    let keys = named_params! { ":since": request.since, ":limit": request.limit };
    let rows = RowText::collect(db.prepare_cached(sql)?.query(keys)?)?;
    let next = rows.sent.last().map_or(request.since, |(seq, _)| *seq);
    let mut json = Vec::with_capacity(rows.json.len() + 64);
    json.extend_from_slice(format!("{{\"next\":{next},\"rows\":").as_bytes());
    json.extend_from_slice(&rows.json);
    json.push(b'}');
    Ok(json)
}

/// The number of the last write. The newest write is always the last row, for no row is ever taken away.
fn last_seq(db: &Connection) -> Result<i64, FloorError> {
    Ok(db
        .prepare_cached("SELECT ifnull(max(seq), 0) FROM record")?
        .query_row([], |row| row.get(0))?)
}
