//! What a stack has chosen.

/// The choices of a stack.
pub struct Kind {
    pub db: String,
    pub auth: String,
    pub api: String,
    pub cache: String,
}

impl Kind {
    pub fn of(key: &str) -> Option<Self> {
        let mut words = key.split('-').map(str::to_string);
        Some(Self {
            db: words.next()?,
            auth: words.next()?,
            api: words.next()?,
            cache: words.next()?,
        })
    }

    pub fn key(&self) -> String {
        format!("{}-{}-{}-{}", self.db, self.auth, self.api, self.cache)
    }

    pub fn any(&self) -> bool {
        true
    }

    pub fn none(&self) -> bool {
        self.auth == "none"
    }

    pub fn users(&self) -> bool {
        self.auth != "none"
    }

    pub fn session(&self) -> bool {
        self.auth == "session"
    }

    pub fn jwt(&self) -> bool {
        self.auth == "jwt"
    }

    pub fn rest(&self) -> bool {
        self.api == "rest"
    }

    pub fn rest_users(&self) -> bool {
        self.rest() && self.users()
    }

    pub fn graphql(&self) -> bool {
        self.api == "graphql"
    }

    pub fn graphql_users(&self) -> bool {
        self.graphql() && self.users()
    }

    /// Whether the database is a server.
    pub fn remote(&self) -> bool {
        self.db != "sqlite"
    }

    pub fn postgres(&self) -> bool {
        self.db == "postgres"
    }

    pub fn redis(&self) -> bool {
        self.cache == "redis"
    }
}
