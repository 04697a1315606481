//! What a blueprint of Render may say; a key that is not here is refused.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blueprint {
    pub services: Vec<Service>,
    #[serde(default)]
    pub databases: Vec<Database>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Service {
    Web(Box<Web>),
    Keyvalue(Store),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Web {
    pub name: String,
    pub region: Region,
    pub runtime: Runtime,
    pub dockerfile_path: Option<String>,
    pub image: Option<Image>,
    pub plan: Plan,
    pub build_command: Option<String>,
    pub start_command: Option<String>,
    pub pre_deploy_command: Option<String>,
    pub num_instances: Option<usize>,
    pub disk: Option<Disk>,
    pub health_check_path: String,
    pub auto_deploy_trigger: Trigger,
    pub max_shutdown_delay_seconds: u64,
    pub env_vars: Vec<Variable>,
}

/// One that is there already, and who may read it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    pub url: String,
    #[serde(rename = "creds")]
    pub _creds: Creds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Creds {
    #[serde(rename = "fromRegistryCreds")]
    pub _from_registry_creds: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Region {
    Frankfurt,
    Oregon,
    Ohio,
    Virginia,
    Singapore,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Runtime {
    Docker,
    Image,
    Rust,
}

#[derive(Deserialize, PartialEq)]
pub enum Plan {
    #[serde(rename = "free")]
    Free,
    #[serde(rename = "starter")]
    Starter,
    #[serde(rename = "basic-256mb")]
    Basic,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub enum Trigger {
    Commit,
    ChecksPass,
    Off,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Disk {
    #[serde(rename = "name")]
    pub _name: String,
    pub mount_path: String,
    #[serde(rename = "sizeGB")]
    pub _size: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Variable {
    pub key: String,
    pub value: Option<String>,
    pub generate_value: Option<bool>,
    pub sync: Option<bool>,
    pub from_database: Option<Source>,
    pub from_service: Option<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub name: String,
    #[serde(rename = "property")]
    pub _property: Property,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Property {
    ConnectionString,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Store {
    pub name: String,
    pub plan: Plan,
    pub region: Region,
    #[serde(rename = "maxmemoryPolicy")]
    pub _maxmemory_policy: String,
    pub ip_allow_list: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Database {
    pub name: String,
    pub plan: Plan,
    pub region: Region,
    #[serde(rename = "postgresMajorVersion")]
    pub _postgres_major_version: String,
    pub ip_allow_list: Vec<serde::de::IgnoredAny>,
}
