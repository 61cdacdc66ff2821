//! Something between a phone and its server: an honest wire, until it is told to misbehave.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The treatment of the next requests.
#[derive(Debug, Clone)]
pub(crate) enum Manner {
    /// Carries them, and keeps the answer in mind.
    Honest,
    /// Answers these bytes, whatever they are, and closes.
    Says(Vec<u8>),
    /// Carries them, and gives half of the answer.
    Halves,
    /// Carries them, and closes without an answer.
    Swallows,
    /// Does not carry them, and answers as the last honest answer was.
    Replays,
    /// Says nothing and does not close.
    Hangs,
    /// Closes at once.
    Closes,
}

pub(crate) struct Proxy {
    pub(crate) url: String,
    state: Arc<State>,
}

struct State {
    office: String,
    manner: Mutex<Manner>,
    last: Mutex<Vec<u8>>,
}

/// An answer of HTTP with that status line and body.
pub(crate) fn http(status: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    answer.extend_from_slice(body);
    answer
}

impl Proxy {
    /// A proxy of the server at `office`, `http://host:port`.
    pub(crate) fn before(office: &str) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            office: office.trim_start_matches("http://").to_owned(),
            manner: Mutex::new(Manner::Honest),
            last: Mutex::new(Vec::new()),
        });
        let serving = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let state = Arc::clone(&serving);
                // A phone that hangs up is nobody's failure.
                std::thread::spawn(move || state.serve(stream.unwrap()).ok());
            }
        });
        Proxy { url, state }
    }

    pub(crate) fn behave(&self, manner: Manner) {
        *self.state.manner.lock().unwrap() = manner;
    }
}

impl State {
    fn serve(&self, mut phone: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(phone.try_clone()?);
        loop {
            let request = message(&mut reader)?;
            if request.is_empty() {
                return Ok(());
            }
            let manner = self.manner.lock().unwrap().clone();
            match manner {
                Manner::Honest => {
                    let answer = self.carry(&request)?;
                    self.last.lock().unwrap().clone_from(&answer);
                    phone.write_all(&answer)?;
                    continue;
                }
                Manner::Says(bytes) => phone.write_all(&bytes)?,
                Manner::Halves => {
                    let answer = self.carry(&request)?;
                    phone.write_all(&answer[..answer.len() - 20])?;
                }
                Manner::Swallows => drop(self.carry(&request)?),
                Manner::Replays => phone.write_all(&self.last.lock().unwrap())?,
                Manner::Hangs => {
                    // Until the phone has had enough.
                    reader.read_to_end(&mut Vec::new())?;
                }
                Manner::Closes => {}
            }
            return Ok(());
        }
    }

    fn carry(&self, request: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut office = TcpStream::connect(&self.office)?;
        office.write_all(request)?;
        message(&mut BufReader::new(office))
    }
}

/// One message of HTTP with a length, as it came; nothing when there is no more.
fn message(reader: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut length = 0;
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(Vec::new());
        }
        let text = String::from_utf8_lossy(&line).to_lowercase();
        if let Some(value) = text.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head.extend_from_slice(&line);
        if line == b"\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    head.extend(body);
    Ok(head)
}
