//! `.railway/railway.ts`: TypeScript with the platform's own types, and what it says of the program.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::kinds::words;
use crate::hosting::tool::{Bench, From, Tool};

pub const KIND: Kind = Kind {
    name: "railway.ts",
    is: |path| path == ".railway/railway.ts",
    read,
    tools: &[Tool {
        name: "tsc",
        program: "tsc",
        from: From::Node(&["railway@3.11.0", "typescript@7.0.2"]),
        command: typed,
    }],
    broken: &[
        Break::model("port: 3000", "port: 8080"),
        Break::model("healthcheck: \"/readyz\"", "healthcheck: \"/health\""),
        Break::model("app migrate", "app migration"),
        Break::model("replicas: 1", "replicas: 2"),
        Break::model("replicas: 2", "replicas: 20"),
        Break::model("replicas: 2", "replicas: 3"),
        Break::model("INSTANCES: \"4\"", "INSTANCES: \"2\""),
        Break::model("drainingSeconds: 40", "drainingSeconds: 20"),
        Break::model("BASE_URL:", "BASE_URI:"),
        Break::model("JWT_SECRET: preserve()", "JWT_SECRET: \"secret\""),
        Break::model("MIGRATE_ON_START: \"true\"", "MIGRATE_ON_START: \"false\""),
        Break::model("overlapSeconds: 0", "overlapSeconds: 5"),
        Break::model("builder: \"DOCKERFILE\"", "builder: \"RAILPACK\""),
        Break::model("REPOSITORY:COMMIT", "REPOSITORY:latest"),
        Break::tool("tsc", "source: image(", "source: images("),
        Break::model("\"/data\": volume", "\"/var\": volume"),
        Break::model("      database,\n", ""),
        Break::tool("tsc", "healthcheckTimeout", "healthcheckTimeut"),
        Break::tool("tsc", "database.env.DATABASE_URL", "database.env.DATABASE_URI"),
        Break::tool("tsc", "restartPolicyType: \"ON_FAILURE\"", "restartPolicyType: \"ON_FAIL\""),
        Break::tool("tsc", "preserve,\n", ""),
    ],
};

/// The compiler in a folder of its own, where the platform's package is beside the file.
fn typed(program: &Path, bench: &Bench) -> Result<Command> {
    let folder = bench.root().join("typed");
    fs::create_dir_all(&folder)?;
    fs::copy(bench.file(), folder.join("railway.ts"))?;
    let packages = program.ancestors().nth(2).context("a program without a folder")?;
    // where packages are is looked up from the file, so it says where
    let paths =
        serde_json::json!({ "railway/iac": [packages.join("railway/dist/iac/index.d.ts")] });
    let options = serde_json::json!({ "compilerOptions": {
        "strict": true, "noEmit": true, "noUnusedLocals": true, "skipLibCheck": true, "types": [],
        "module": "nodenext", "moduleResolution": "nodenext", "target": "es2022", "paths": paths,
    }, "files": ["railway.ts"] });
    fs::write(folder.join("tsconfig.json"), options.to_string())?;
    let mut command = Command::new(program);
    command.arg("--project").arg(folder);
    Ok(command)
}

fn read(text: &str) -> Result<Facts> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let one = |pattern: &str| {
        let mut found = words::all(pattern, &code);
        ensure!(found.len() == 1, "`{pattern}` is there {} times", found.len());
        found.pop().context("nothing")
    };
    let none = |pattern: &str| words::all(pattern, &code).is_empty();
    let env = code.split_once("    env: {\n").context("no `env`")?.1;
    let env = env.split_once("\n    },").context("`env` has no end")?.0;
    let mut settings = BTreeMap::new();
    let mut variables = Vec::new();
    for line in env.lines() {
        let (name, value) = line.trim().split_once(": ").with_context(|| format!("`{line}`"))?;
        let value = value.trim_end_matches(',');
        let plain = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        ensure!(!(name.ends_with("_SECRET") && plain.is_some()), "{name} is in the file");
        match plain {
            // what is the platform's own
            Some(_) if name.starts_with("RAILWAY_") => {}
            Some(plain) => {
                settings.insert(name.to_string(), plain.to_string());
            }
            None => variables.push(name.to_string()),
        }
    }
    for part in words::all(r"const (\w+) = ", &code) {
        let there = code.contains(&format!("\n      {part},\n"));
        ensure!(there, "`{part}` is in no list of resources");
    }
    let disk = !none(r"(volume)\(");
    let replicas: usize = one(r"replicas: (\d+)")?.parse()?;
    let overlap: u64 = one(r"overlapSeconds: (\d+)")?.parse()?;
    let starts = settings.get("MIGRATE_ON_START").is_some_and(|it| it == "true");
    ensure!(disk == starts && disk == none("(preDeploy)"), "nobody migrates, or two do");
    ensure!(!disk || (replicas == 1 && overlap == 0), "two would write on one volume");
    if disk {
        let mount = one(r#""(/[a-z/]+)": volume\("#)?;
        let data = settings.get("DATABASE_URL").context("nothing is on the volume")?;
        ensure!(data.contains(&format!(":{mount}/")), "`{data}` is not on `{mount}`");
    }
    let ready = !none(r#"source: (image)\("[\w./]+/OWNER/REPOSITORY:COMMIT"\)"#);
    let built = words::all(r#"builder: "(\w+)""#, &code);
    ensure!(built.iter().all(|it| it == "DOCKERFILE"), "it does not take the image");
    ensure!(ready == built.is_empty(), "it is built in two ways, or none");
    Ok(Facts {
        ports: vec![one(r"port: (\d+)")?.parse()?],
        health: vec![one(r#"healthcheck: "([^"]*)""#)?],
        verbs: words::all(r#"preDeploy: \["app ([^"]*)"\]"#, &code),
        files: words::all(r#"dockerfilePath: "([^"]*)""#, &code),
        stop: Some(Duration::from_secs(one(r"drainingSeconds: (\d+)")?.parse()?)),
        instances: replicas,
        // both versions for a while
        coming: Some(if overlap > 0 { replicas } else { 0 }),
        all_variables: true,
        settings,
        variables,
        ..Facts::default()
    })
}
