//! The roots of the graph: every slice adds its fields here. Next: `tasks/api/`.

use async_graphql::{
    Context, EmptySubscription, ID, InputValueError, InputValueResult, MergedObject, Object,
    PathSegment, Request, Response, Scalar, ScalarType, Schema, ServerError, SimpleObject, Value,
};
use serde::Serialize;

use crate::identity::CurrentUser;
use crate::platform::graphql::{limits, operation};
use crate::platform::time::Timestamp;
use crate::tasks::api::{TaskMutations, TaskQueries};

// one line a slice, here and below
/// What can be read.
#[derive(Default, MergedObject)]
pub struct Query(UserQueries, TaskQueries);

/// What can be changed.
#[derive(Default, MergedObject)]
pub struct Mutation(TaskMutations);

/// The schema and what it says of itself.
#[derive(Clone)]
pub struct Graph {
    schema: Schema<Query, Mutation, EmptySubscription>,
    introspection: bool,
}

impl Graph {
    pub fn new(introspection: bool, suggestions: bool) -> Self {
        let schema = Schema::build(Query::default(), Mutation::default(), EmptySubscription);
        let schema = if suggestions { schema } else { schema.disable_suggestions() };
        Self { schema: schema.finish(), introspection }
    }

    pub fn sdl(&self) -> String {
        self.schema.sdl()
    }

    /// Nothing runs before the whole request is known to be small enough.
    pub async fn execute(&self, mut request: Request) -> Response {
        let checked = limits::check(&mut request, self.introspection)
            .and_then(|()| operation::check(&mut request));
        if let Err(refusal) = checked {
            return Response::from_errors(vec![refusal]);
        }
        let keys = operation::keys(&mut request);
        let mut response = self.schema.execute(request).await;
        // where every field is skipped the library answers null
        if response.errors.is_empty() && response.data == Value::Null {
            response.data = Value::Object(Default::default());
        }
        if let Value::Object(fields) = &mut response.data {
            fields.sort_by_key(|name, _| keys.iter().position(|key| key == name));
        }
        // the library leaves out what failed; a client that was promised a value wants none at all
        if response.errors.iter().any(|error| is_left_out(error, &response.data)) {
            response.data = Value::Null;
        }
        response
    }
}

fn is_left_out(error: &ServerError, data: &Value) -> bool {
    match (data, error.path.first()) {
        (Value::Object(fields), Some(PathSegment::Field(name))) => !fields.contains_key(&**name),
        _ => false,
    }
}

#[derive(Default)]
struct UserQueries;

#[Object]
impl UserQueries {
    /// Whoever asks.
    async fn me(&self, ctx: &Context<'_>) -> User {
        let user = ctx.data_unchecked::<CurrentUser>();
        let (id, email) = (user.id.into(), user.email.clone());
        User { id, email, created_at: user.created_at.into() }
    }
}

#[derive(SimpleObject)]
struct User {
    id: ID,
    email: String,
    created_at: DateTime,
}

/// A moment as RFC 3339 writes it, such as `2031-05-04T12:00:00Z`.
#[derive(Serialize)]
pub struct DateTime(pub String);

// whether a text is a time is for the slice to say: then a form hears of all its mistakes at once
#[Scalar]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Self(text)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl From<Timestamp> for DateTime {
    fn from(moment: Timestamp) -> Self {
        Self(moment.to_string())
    }
}
