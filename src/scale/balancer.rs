//! The balancers that can stand before instances on one machine, and what each is told.

use std::collections::BTreeMap;
use std::path::Path;

/// A program that shares requests out.
pub struct Balancer {
    pub title: &'static str,
    pub program: &'static str,
    /// What brings it, by package manager.
    packages: &'static [(&'static str, &'static str)],
    /// The name of its file.
    pub file: &'static str,
    config: fn(&Place) -> String,
    words: fn(&str) -> Vec<&str>,
}

/// Where it listens, and whom it knows.
pub struct Place<'a> {
    pub port: u16,
    pub instances: &'a [u16],
    /// The path that tells whether an instance takes requests.
    pub ready: &'a str,
    /// A folder of its own.
    pub home: &'a Path,
}

/// All of them; the first that is installed is taken.
pub const ALL: [Balancer; 3] = [
    Balancer {
        title: "nginx",
        program: "nginx",
        packages: &[
            ("apt", "nginx-light"),
            ("dnf", "nginx"),
            ("pacman", "nginx"),
            ("zypper", "nginx"),
            ("apk", "nginx"),
            ("brew", "nginx"),
        ],
        file: "nginx.conf",
        config: nginx,
        words: |file| vec!["-c", file, "-e", "stderr"],
    },
    Balancer {
        title: "HAProxy",
        program: "haproxy",
        packages: &[
            ("apt", "haproxy"),
            ("dnf", "haproxy"),
            ("pacman", "haproxy"),
            ("zypper", "haproxy"),
            ("apk", "haproxy"),
            ("brew", "haproxy"),
        ],
        file: "haproxy.cfg",
        config: haproxy,
        words: |file| vec!["-db", "-f", file],
    },
    Balancer {
        title: "Caddy",
        program: "caddy",
        packages: &[
            ("apt", "caddy"),
            ("dnf", "caddy"),
            ("pacman", "caddy"),
            ("zypper", "caddy"),
            ("apk", "caddy"),
            ("brew", "caddy"),
            ("winget", "CaddyServer.Caddy"),
        ],
        file: "Caddyfile",
        config: caddy,
        words: |file| vec!["run", "--adapter", "caddyfile", "--config", file],
    },
];

/// The header that says which instance answered, by its address.
pub const SERVED_BY: &str = "x-served-by";

impl Balancer {
    /// What its file says.
    pub fn config(&self, place: &Place) -> String {
        (self.config)(place)
    }

    /// How it is started with that file; it stays in the foreground.
    pub fn words(&self, file: &str) -> Vec<String> {
        (self.words)(file).into_iter().map(str::to_string).collect()
    }

    /// What brings it, by package manager.
    pub fn packages(&self) -> BTreeMap<String, String> {
        let owned = |(manager, name): &(&str, &str)| (manager.to_string(), name.to_string());
        self.packages.iter().map(owned).collect()
    }
}

fn each(place: &Place, line: impl Fn(u16) -> String) -> String {
    place.instances.iter().map(|port| line(*port)).collect()
}

fn nginx(place: &Place) -> String {
    let servers =
        each(place, |port| format!("    server 127.0.0.1:{port} max_fails=1 fail_timeout=1s;\n"));
    let home = place.home.display();
    let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let paths = paths.map(|name| format!("  {name}_temp_path \"{home}/{name}\";\n")).concat();
    format!(
        "daemon off;\nmaster_process off;\nerror_log stderr warn;\npid \"{home}/pid\";\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n  access_log off;\n{paths}  \
         upstream app {{\n    least_conn;\n{servers}    keepalive 64;\n  }}\n  \
         server {{\n    listen 127.0.0.1:{};\n    \
         location / {{\n      proxy_pass http://app;\n      proxy_http_version 1.1;\n      \
         proxy_set_header Connection \"\";\n      proxy_set_header Host $http_host;\n      \
         proxy_set_header X-Forwarded-For $remote_addr;\n      \
         proxy_next_upstream error timeout;\n      \
         add_header X-Served-By $upstream_addr always;\n    }}\n  }}\n}}\n",
        place.port
    )
}

fn haproxy(place: &Place) -> String {
    let servers = each(place, |port| {
        format!("    server 127.0.0.1:{port} 127.0.0.1:{port} check inter 500ms fall 1 rise 1\n")
    });
    format!(
        "global\n    maxconn 2000\ndefaults\n    mode http\n    timeout connect 2s\n    timeout client 30s\n    \
         timeout server 30s\n    retries 3\n    option redispatch 1\n    \
         retry-on conn-failure empty-response response-timeout\n\
         frontend lab\n    bind 127.0.0.1:{}\n    \
         http-request set-header X-Forwarded-For %[src]\n    \
         http-request disable-l7-retry unless {{ method GET HEAD }}\n    \
         http-response set-header X-Served-By %s\n    default_backend app\n\
         backend app\n    balance leastconn\n    option httpchk GET {}\n{servers}",
        place.port, place.ready
    )
}

fn caddy(place: &Place) -> String {
    let to = each(place, |port| format!(" 127.0.0.1:{port}"));
    let home = place.home.display().to_string().replace('\\', "/");
    format!(
        "{{\n\tadmin off\n\tauto_https off\n\t\
         storage file_system \"{home}\"\n\tlog {{\n\t\tlevel ERROR\n\t}}\n}}\n\
         http://127.0.0.1:{} {{\n\tbind 127.0.0.1\n\treverse_proxy{to} {{\n\t\t\
         lb_policy least_conn\n\t\tlb_try_duration 5s\n\t\tlb_try_interval 50ms\n\t\t\
         health_uri {}\n\t\thealth_interval 500ms\n\t\tfail_duration 1s\n\t\t\
         header_down X-Served-By {{http.reverse_proxy.upstream.hostport}}\n\t}}\n}}\n",
        place.port, place.ready
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_instance_is_known_and_the_health_path_is_asked() {
        let home = Path::new("/lab");
        let place = Place { port: 4000, instances: &[4001, 4002, 4003], ready: "/readyz", home };
        for balancer in &ALL {
            let text = balancer.config(&place);
            for port in [4000, 4001, 4002, 4003] {
                assert!(text.contains(&format!("127.0.0.1:{port}")), "{text}");
            }
            let asks = text.contains("/readyz") || balancer.title == "nginx";
            assert!(asks && text.to_lowercase().contains(SERVED_BY), "{text}");
            assert!(balancer.words("x").contains(&"x".to_string()));
            assert!(balancer.packages().contains_key("apt"));
        }
    }
}
