//! What carries a request to the collector: HTTP/1.1 without encryption, on the
//! runtime that the server has anyway.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};

/// The most bytes of a collector's answer: it says how much it refused.
const MAX_ANSWER_BYTES: usize = 1 << 20;
/// How long a collector may take to be connected with, so that one that is not
/// there costs no more.
const CONNECT_SECONDS: u64 = 3;

/// Sends requests. One made by [`Sender::of`] puts a body of its own into each.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    client: Client<HttpConnector, Full<Bytes>>,
    body: Option<Bytes>,
}

impl Sender {
    pub(super) fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(Duration::from_secs(CONNECT_SECONDS)));
        Sender {
            client: Client::builder(TokioExecutor::new()).build(connector),
            body: None,
        }
    }

    /// One that sends this body, whatever a request has. OpenTelemetry's exporter
    /// of metrics, which knows the environment's address, headers and path,
    /// takes metrics with the time of their collection alone.
    pub(super) fn of(&self, body: Vec<u8>) -> Self {
        Sender {
            client: self.client.clone(),
            body: Some(body.into()),
        }
    }

    async fn send(self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let body = Full::new(self.body.unwrap_or(body));
        let answer = self
            .client
            .request(Request::from_parts(parts, body))
            .await?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }
}

// As the macro async_trait, with which the trait is made, would write it.
impl HttpClient for Sender {
    fn send_bytes<'life0, 'async_trait>(
        &'life0 self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(self.clone().send(request))
    }
}
