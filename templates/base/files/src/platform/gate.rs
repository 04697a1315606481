//! A step before what comes next, as a layer: what `axum::middleware::from_fn` is, without a box
//! for each step of each request.

use std::convert::Infallible;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use tower::{Layer, Service};

/// What a gate says: the answer. It has no other way to fail.
pub type Answer = Result<Response, Infallible>;

/// What comes after a gate: another one, or the handler.
pub trait Next: Clone + Send + 'static {
    fn run(self, request: Request) -> impl Future<Output = Response> + Send;
}

impl<S> Next for S
where
    S: Service<Request, Response: IntoResponse, Error = Infallible, Future: Send>,
    S: Clone + Send + 'static,
{
    fn run(mut self, request: Request) -> impl Future<Output = Response> + Send {
        // nobody asks whether it is ready: the routes of axum, and the layers here, always are
        let answer = self.call(request);
        async move {
            let Ok(response) = answer.await;
            response.into_response()
        }
    }
}

/// Calls `step` with the state, the request and what comes next.
#[derive(Clone)]
pub struct Gate<T, F, N = ()> {
    state: T,
    step: F,
    next: N,
}

pub fn gate<T, F>(state: T, step: F) -> Gate<T, F> {
    Gate { state, step, next: () }
}

impl<T: Clone, F: Clone, N> Layer<N> for Gate<T, F> {
    type Service = Gate<T, F, N>;

    fn layer(&self, next: N) -> Self::Service {
        Gate { state: self.state.clone(), step: self.step.clone(), next }
    }
}

impl<T, F, N, A> Service<Request> for Gate<T, F, N>
where
    T: Clone,
    N: Next,
    F: Fn(T, Request, N) -> A,
    A: Future<Output = Answer>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = A;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> A {
        (self.step)(self.state.clone(), request, self.next.clone())
    }
}
