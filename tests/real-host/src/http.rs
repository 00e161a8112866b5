//! The few HTTP requests that the harness makes, all of them to 127.0.0.1.

use std::time::Duration;
use ureq::{Agent, Body, http::Response};

type Answer = Result<(u16, String), String>;

/// A fresh agent for each request: no connection is kept that a restarted host would no longer know.
fn agent(timeout: Duration) -> Agent {
    Agent::config_builder().http_status_as_error(false).proxy(None).timeout_global(Some(timeout)).build().into()
}

/// Long enough for a host that compiles a module on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(60);

pub fn get(url: &str) -> Answer {
    answer(url, agent(TIMEOUT).get(url).call())
}

/// What the address answers with 200 within a second.
pub fn try_get(url: &str) -> Option<String> {
    let response = agent(Duration::from_secs(1)).get(url).call();
    expect_ok(answer(url, response)).ok()
}

pub fn post(url: &str, content_type: &str, body: &str, token: Option<&str>) -> Answer {
    let mut request = agent(TIMEOUT).post(url).header("Content-Type", content_type);
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    answer(url, request.send(body))
}

pub fn put_wasm(url: &str, wasm: &[u8], token: &str) -> Answer {
    let request = agent(TIMEOUT).put(url).header("Content-Type", "application/wasm");
    answer(url, request.header("Authorization", format!("Bearer {token}")).send(wasm))
}

/// The body of a 200 answer; any other status is an error.
pub fn expect_ok(answer: Answer) -> Result<String, String> {
    match answer? {
        (200, body) => Ok(body),
        (status, body) => Err(format!("the host answered {status}: {body}")),
    }
}

fn answer(url: &str, response: Result<Response<Body>, ureq::Error>) -> Answer {
    let mut response = response.map_err(|e| format!("{url}: {e}"))?;
    let body = response.body_mut().read_to_string().map_err(|e| format!("{url}: {e}"))?;
    Ok((response.status().as_u16(), body))
}
