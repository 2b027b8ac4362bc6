//! The list of every crate: what the build says, in `docs/DEPENDENCIES.md`; and none that could speak to a network.

#![allow(clippy::print_stderr, reason = "a part that is skipped is told on the terminal")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::process::Command;

use super::source::Source;
use super::{assert_none, root, sources, table, text_of};

/// The systems kohesi is built for, by the target whose crates are listed.
const SYSTEMS: [(&str, &str); 3] =
    [("Linux", "x86_64-unknown-linux-gnu"), ("macOS", "aarch64-apple-darwin"), ("Windows", "x86_64-pc-windows-msvc")];

/// A crate by its name and version.
type Name = (String, String);

/// What is known of a crate.
#[derive(Default)]
struct Known {
    licence: String,
    /// Whose code is part of the program there.
    program: BTreeSet<&'static str>,
    /// Who runs while it is built there.
    building: BTreeSet<&'static str>,
    /// Who brings it.
    parents: BTreeSet<String>,
}

/// The lines of `cargo tree`: how deep, the crate, its licence. None where not all crates are at hand.
fn tree(edges: &str, target: &str) -> Option<Vec<(usize, Name, String)>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let told = Command::new(cargo)
        .args(["tree", "--offline", "--locked", "--prefix", "depth", "--format", "|{p}|{l}", "-e", edges])
        .args(["--target", target])
        .current_dir(root())
        .output()
        .ok()?;
    if !told.status.success() {
        eprintln!("SKIPPED: who brings which crate: {}", String::from_utf8_lossy(&told.stderr));
        return None;
    }
    let line = |line: &str| {
        let mut cells = line.split('|');
        let (depth, package, licence) = (cells.next()?.parse().ok()?, cells.next()?, cells.next()?);
        let (name, version) = package.split(' ').next().zip(package.split(' ').nth(1))?;
        let licence = licence.trim_end_matches(" (*)").replace(" / ", " OR ").replace('/', " OR ");
        Some((depth, (name.to_owned(), version.trim_start_matches('v').to_owned()), licence))
    };
    let lines = String::from_utf8(told.stdout).ok()?;
    Some(
        lines
            .lines()
            .filter(|line| !line.is_empty())
            .map(|text| line(text).unwrap_or_else(|| panic!("{text}")))
            .collect(),
    )
}

/// Every crate that is built anywhere, for the program or its tests.
fn known() -> Option<BTreeMap<Name, Known>> {
    let mut all: BTreeMap<Name, Known> = BTreeMap::new();
    let mut add = |edges: &str, target: &str, note: &dyn Fn(&mut Known) -> bool| {
        let mut above: Vec<Name> = Vec::new();
        for (depth, name, licence) in tree(edges, target)? {
            above.truncate(depth);
            let known = all.entry(name.clone()).or_default();
            known.licence = licence;
            if note(known) {
                known.parents.extend(above.last().map(|(parent, _)| parent.clone()));
            }
            above.push(name);
        }
        Some(())
    };
    for (system, target) in SYSTEMS {
        add("normal,no-proc-macro", target, &|known| known.program.insert(system) | true)?;
        add("normal,build", target, &|known| known.building.insert(system) | true)?;
    }
    for (_, target) in SYSTEMS {
        add("normal,build,dev", target, &|known| known.program.is_empty() && known.building.is_empty())?;
    }
    all.retain(|(name, _), _| name != "kohesi");
    Some(all)
}

/// The packages of `Cargo.lock` but kohesi.
fn locked() -> BTreeSet<Name> {
    let lock: toml::Table = text_of("Cargo.lock").parse().unwrap();
    let text = |package: &toml::Value, key: &str| package[key].as_str().unwrap().to_owned();
    let packages = lock["package"].as_array().unwrap().iter();
    let names = packages.map(|package| (text(package, "name"), text(package, "version")));
    names.filter(|(name, _)| name != "kohesi").collect()
}

/// Why each direct dependency is one, by `docs/DECISIONS.md`.
fn reasons() -> BTreeMap<String, String> {
    let rows = table(&text_of("docs/DECISIONS.md"), &["crate", "why"]);
    let reasons = rows.iter().flat_map(|row| row[0].split(", ").map(|name| (name.to_owned(), row[1].clone())));
    reasons.collect()
}

fn systems(of: &BTreeSet<&'static str>) -> String {
    let names: Vec<&str> = SYSTEMS.into_iter().map(|(name, _)| name).filter(|name| of.contains(name)).collect();
    if names.len() == SYSTEMS.len() { "all".to_owned() } else { names.join(", ") }
}

fn document(known: &BTreeMap<Name, Known>, locked: &BTreeSet<Name>) -> String {
    let reasons = reasons();
    let direct = |name: &Name, known: &Known| known.parents.contains("kohesi") && reasons.contains_key(&name.0);
    let [mut chosen, mut program, mut building, mut tests] = [const { String::new() }; 4];
    for (name, crate_) in known {
        let Known { licence, parents, .. } = crate_;
        let brought: Vec<&str> = parents.iter().map(String::as_str).collect();
        let (version, brought) = (&name.1, brought.join(", "));
        let row = |of: &BTreeSet<&'static str>, last: &str| {
            format!("| {} | {version} | {licence} | {} | {last} |\n", name.0, systems(of))
        };
        if direct(name, crate_) && !(crate_.program.is_empty() && crate_.building.is_empty()) {
            let of = if crate_.program.is_empty() { &crate_.building } else { &crate_.program };
            chosen += &row(of, &reasons[&name.0]);
        } else if !crate_.program.is_empty() {
            program += &row(&crate_.program, &brought);
        } else if !crate_.building.is_empty() {
            building += &row(&crate_.building, &brought);
        } else {
            _ = writeln!(tests, "| {} | {version} | {licence} | {brought} |", name.0);
        }
    }
    let unbuilt = locked.iter().filter(|name| !known.contains_key(name));
    let unbuilt: Vec<String> = unbuilt.map(|(name, version)| format!("{name} {version}")).collect();
    let count = |rows: &str| rows.lines().count();
    format!(
        "# Dependencies\n\n\
         Every crate in `Cargo.lock`, its version and licence, where it is built and who brings it. Why each direct one is\n\
         worth its weight stands in [DECISIONS](DECISIONS.md#crates). Made from what `cargo tree` says of\n\
         {targets};\n\
         `KOHESI_WRITE_DOCS=1 cargo test --test kohesi dependencies` makes it anew, and a test fails when it is no longer true.\n\
         `.ci/sbom` says the same to programs, with the hash of each crate's file (CycloneDX).\n\n\
         None of them may speak to a network: `deny.toml` names those that could, and a test looks for them.\n\n\
         ## Chosen ({})\n\n| crate | version | licence | systems | why |\n|---|---|---|---|---|\n{chosen}\n\
         ## Brought along, in the program ({})\n\n| crate | version | licence | systems | brought by |\n|---|---|---|---|---|\n{program}\n\
         ## Brought along, while it is built ({})\n\nCode that writes code or compiles SQLite; nothing of it is in the program.\n\n\
         | crate | version | licence | systems | brought by |\n|---|---|---|---|---|\n{building}\n\
         ## For tests and measurements alone ({})\n\n| crate | version | licence | brought by |\n|---|---|---|---|\n{tests}\n\
         ## Named in Cargo.lock and not built ({})\n\nFor other systems, or for parts of other crates that are switched off: {}.\n",
        count(&chosen),
        count(&program),
        count(&building),
        count(&tests),
        unbuilt.len(),
        unbuilt.join(", "),
        targets = SYSTEMS.map(|(_, target)| format!("`{target}`")).join(", "),
    )
}

#[test]
fn the_list_of_dependencies_says_what_the_build_says() {
    let path = root().join("docs/DEPENDENCIES.md");
    let locked = locked();
    let known = known();
    if let Some(known) = &known
        && std::env::var_os("KOHESI_WRITE_DOCS").is_some()
    {
        fs::write(&path, document(known, &locked)).unwrap();
    }
    let said = fs::read_to_string(&path).unwrap_or_default();
    assert_none(&unsaid(&said, &locked));
    if let Some(known) = known {
        let expected = document(&known, &locked);
        let wrong = said.lines().zip(expected.lines()).find(|(said, expected)| said != expected);
        assert!(
            said == expected,
            "KOHESI_WRITE_DOCS=1 cargo test --test kohesi dependencies makes docs/DEPENDENCIES.md anew: {wrong:#?}"
        );
    }
}

/// What of `Cargo.lock` the list does not have, and what it has beside it.
fn unsaid(document: &str, locked: &BTreeSet<Name>) -> Vec<String> {
    let rows = document.lines().filter(|line| line.starts_with("| ")).filter_map(|line| {
        let mut cells = line.split('|').skip(1).map(str::trim);
        cells.next().zip(cells.next())
    });
    let rest = document.rsplit_once(": ").map_or("", |(_, rest)| rest.trim().trim_end_matches('.'));
    let said: BTreeSet<Name> = rows
        .chain(rest.split(", ").filter_map(|one| one.split_once(' ')))
        .filter(|(name, _)| *name != "crate")
        .map(|(name, version)| (name.to_owned(), version.to_owned()))
        .collect();
    let missing = locked.difference(&said).map(|name| format!("docs/DEPENDENCIES.md lacks {name:?}"));
    let beside = said.difference(locked).map(|name| format!("docs/DEPENDENCIES.md has {name:?}, Cargo.lock has not"));
    missing.chain(beside).collect()
}

#[test]
fn a_crate_more_or_another_version_is_told() {
    let document = "| crate | version |\n|---|---|\n| a | 1.0.0 | MIT |\n| b | 2.0.0 | MIT |\n\n## Not built (1)\n\nFor others: c 3.0.0.\n";
    let locked = |list: [(&str, &str); 3]| list.map(|(name, version)| (name.to_owned(), version.to_owned())).into();
    assert_eq!(unsaid(document, &locked([("a", "1.0.0"), ("b", "2.0.0"), ("c", "3.0.0")])), Vec::<String>::new());
    assert_eq!(unsaid(document, &locked([("a", "1.0.0"), ("b", "2.0.1"), ("c", "3.0.0")])).len(), 2);
    assert_eq!(unsaid(document, &locked([("a", "1.0.0"), ("b", "2.0.0"), ("d", "3.0.0")])).len(), 2);
}

#[test]
fn the_bill_of_materials_has_every_crate_of_the_program_with_its_hash() {
    let Some(known) = known() else { return };
    let (system, target) = SYSTEMS[0];
    let mut script = Command::new("python3");
    script.args([".ci/sbom", target]).current_dir(root()).env("CARGO_NET_OFFLINE", "true");
    let told = match script.output() {
        Ok(told) => told,
        Err(error) => return eprintln!("SKIPPED: the bill of materials needs python3: {error}"),
    };
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let bill: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!((&bill["bomFormat"], &bill["specVersion"]), (&"CycloneDX".into(), &"1.5".into()));
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let components: Vec<(Name, String)> = bill["components"]
        .as_array()
        .unwrap()
        .iter()
        .inspect(|one| assert_eq!(text(&one["hashes"][0]["content"]).len(), 64, "{one}"))
        .map(|one| ((text(&one["name"]), text(&one["version"])), text(&one["scope"])))
        .collect();
    let of = |wanted: &str| -> BTreeSet<Name> {
        components.iter().filter(|(_, scope)| scope == wanted).map(|(name, _)| name.clone()).collect()
    };
    let is = |holds: &dyn Fn(&Known) -> bool| -> BTreeSet<Name> {
        known.iter().filter(|(_, crate_)| holds(crate_)).map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(of("required"), is(&|one| one.program.contains(system)));
    assert_eq!(of("excluded"), is(&|one| one.building.contains(system) && !one.program.contains(system)));
    let refs: BTreeSet<String> =
        components.iter().map(|((name, version), _)| format!("pkg:cargo/{name}@{version}")).collect();
    for dependency in bill["dependencies"].as_array().unwrap() {
        let uses = dependency["dependsOn"].as_array().unwrap().iter().map(text);
        assert!(uses.into_iter().all(|one| refs.contains(&one)), "{dependency}");
    }
}

/// Crates that `deny.toml` bans, because they speak to a network.
fn banned() -> BTreeSet<String> {
    let deny: toml::Table = text_of("deny.toml").parse().unwrap();
    let names = deny["bans"]["deny"].as_array().unwrap().iter();
    names.map(|one| one["crate"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn no_crate_and_no_line_speaks_to_a_network() {
    let banned = banned();
    assert!(banned.len() > 20, "{banned:?}");
    let crates = locked().into_iter().filter(|(name, _)| banned.contains(name));
    let crates = crates.map(|(name, _)| format!("Cargo.lock has {name}, which deny.toml bans"));
    let lines = sources().into_iter().flat_map(|source| networking(&source));
    assert_none(&crates.chain(lines).collect::<Vec<_>>());
}

/// Names by which the standard library and rustix open a socket.
const SOCKETS: [&str; 9] = [
    "net",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "UnixStream",
    "UnixListener",
    "UnixDatagram",
    "ToSocketAddrs",
    "SocketAddr",
];

fn networking(source: &Source) -> Vec<String> {
    let named = source.code.iter().filter(|piece| piece.token.word().is_some_and(|word| SOCKETS.contains(&word)));
    let told = named.map(|piece| {
        format!("src/{}:{}: {} is for networks", source.path, piece.line, piece.token.word().unwrap_or_default())
    });
    told.collect()
}

#[test]
fn a_socket_in_the_code_is_told() {
    let told = |code: &str| networking(&Source::new("store/x.rs", code)).len();
    assert_eq!(told("use std::{fs, net::TcpStream};"), 2);
    assert_eq!(told("fn a() { std::os::unix::net::UnixStream::pair(); }"), 2);
    assert_eq!(told("// std::net\nfn network() { let text = \"net\"; }"), 0);
}
