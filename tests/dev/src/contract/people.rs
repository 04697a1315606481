//! Users, and what they do by either API.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::answer::Answer;
use super::client::Client;
use super::kind::Kind;
use super::server::Server;
use super::world::{PASSWORD, World};

impl World {
    /// Nobody in particular, at the shared server.
    pub fn nobody(&self) -> Client {
        self.nobody_at(&self.main)
    }

    pub fn nobody_at(&self, server: &Server) -> Client {
        Client { tape: Some(self.tape.clone()), ..Client::new(&server.address) }
    }

    /// An address that nobody has used in this case.
    pub fn email(&self) -> String {
        self.users.set(self.users.get() + 1);
        let case = self.case.borrow();
        let case: String = case.split("::").nth(1).unwrap_or_default().chars().take(40).collect();
        format!("user{}.{case}@example.com", self.users.get())
    }

    /// A new user who is logged in, without any tasks. With auth `none` it is the local user.
    pub fn user(&self) -> Result<Client> {
        self.user_at(&self.main)
    }

    pub fn user_at(&self, server: &Server) -> Result<Client> {
        let nobody = self.nobody_at(server);
        if self.kind.none() {
            self.wipe(&nobody.unrecorded())?;
            return Ok(nobody);
        }
        let email = self.email();
        self.register(&nobody.unrecorded(), &email)?;
        self.login(&nobody, &email)
    }

    pub fn register(&self, at: &Client, email: &str) -> Result<Answer> {
        at.post("/auth/register", &json!({"email": email, "password": PASSWORD}))?.is(201)
    }

    pub fn login(&self, at: &Client, email: &str) -> Result<Client> {
        let answer = at
            .unrecorded()
            .post("/auth/login", &json!({"email": email, "password": PASSWORD}))?
            .is(200)?;
        self.holder(at, &answer)
    }

    /// Whoever holds what a login has answered.
    pub fn holder(&self, at: &Client, answer: &Answer) -> Result<Client> {
        let mut client = at.nobody();
        if self.kind.jwt() {
            client.bearer = Some(answer.word("/access_token")?);
        } else {
            let cookie = answer.header("set-cookie").context(answer.but("a cookie"))?;
            client.cookie = cookie.split(';').next().map(str::to_string);
        }
        Ok(client)
    }

    /// A new task by either API; its id.
    pub fn task(&self, client: &Client, title: &str) -> Result<String> {
        if self.kind.rest() {
            return client.post("/api/v1/tasks", &json!({"title": title}))?.is(201)?.word("/id");
        }
        let query = "mutation($title: String!) { createTask(input: {title: $title}) { id } }";
        let answer = self.graphql(client, query, json!({"title": title}))?.is(200)?;
        answer.word("/data/createTask/id")
    }

    /// The numbers `[todo, doing, done]` by either API.
    pub fn stats(&self, client: &Client) -> Result<[u64; 3]> {
        let (answer, root) = if self.kind.rest() {
            (client.get("/api/v1/tasks/stats")?.is(200)?, "")
        } else {
            let query = "{ taskStats { todo doing done } }";
            (self.graphql(client, query, json!({}))?.is(200)?, "/data/taskStats")
        };
        let number = |name: &str| {
            answer.at(&format!("{root}/{name}")).as_u64().with_context(|| answer.but("a number"))
        };
        Ok([number("todo")?, number("doing")?, number("done")?])
    }

    /// One GraphQL request.
    pub fn graphql(&self, client: &Client, query: &str, variables: Value) -> Result<Answer> {
        client.post("/graphql", &json!({"query": query, "variables": variables}))
    }

    /// Something that needs credentials, by either API.
    pub fn read(&self, client: &Client) -> Result<Answer> {
        if self.kind.rest() {
            return client.get("/api/v1/tasks");
        }
        self.graphql(client, "{ tasks(first: 1) { edges { cursor } } }", json!({}))
    }

    fn wipe(&self, client: &Client) -> Result<()> {
        loop {
            let (items, id) = if self.kind.rest() {
                (client.get("/api/v1/tasks?limit=100")?.is(200)?.at("/items"), "/id")
            } else {
                let query = "{ tasks(first: 100) { edges { node { id } } } }";
                (
                    self.graphql(client, query, json!({}))?.is(200)?.at("/data/tasks/edges"),
                    "/node/id",
                )
            };
            let items = items.as_array().cloned().unwrap_or_default();
            if items.is_empty() {
                return Ok(());
            }
            for id in items.iter().filter_map(|item| item.pointer(id)?.as_str()) {
                if self.kind.rest() {
                    client.delete(&format!("/api/v1/tasks/{id}"))?.is(204)?;
                } else {
                    let query = "mutation($id: ID!) { deleteTask(id: $id) }";
                    self.graphql(client, query, json!({"id": id}))?.is(200)?;
                }
            }
        }
    }
}

/// Makes a task; `false` when nobody is known by these credentials any more.
pub fn makes(kind: &Kind, client: &Client) -> Result<bool> {
    let answer = if kind.rest() {
        client.post("/api/v1/tasks", &json!({"title": "more"}))?
    } else {
        let query = "mutation { createTask(input: {title: \"more\"}) { id } }";
        client.post("/graphql", &json!({"query": query}))?
    };
    if matches!(answer.status, 200 | 201) && answer.at("/errors").is_null() {
        return Ok(true);
    }
    let codes = [answer.at("/code"), answer.at("/errors/0/extensions/code")];
    let unknown =
        |code: &Value| matches!(code.as_str(), Some("unauthenticated" | "UNAUTHENTICATED"));
    ensure!(codes.iter().any(unknown), "{}", answer.but("a task, or `unauthenticated`"));
    Ok(false)
}
