use std::io::{self, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::super::StoreError;
use super::{Identity, PublicKey, Recipients};

fn two() -> (Identity, Identity, Recipients) {
    let (a, b) = (Identity::generate(), Identity::generate());
    let recipients = Recipients::of(a.public_keys().remove(0), b.public_keys().remove(0));
    (a, b, recipients)
}

fn read_all(identity: &Identity, sealed: &[u8]) -> io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    identity.reader(BufReader::with_capacity(7, sealed))?.read_to_end(&mut plain)?;
    Ok(plain)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn either_key_opens_what_was_sealed_and_no_other(
        plain in proptest::collection::vec(any::<u8>(), 0..300), copies in prop_oneof![Just(1), Just(700)]
    ) {
        let plain = plain.repeat(copies);
        let (a, b, recipients) = two();
        let sealed = recipients.seal(&plain).unwrap();
        for identity in [&a, &b] {
            prop_assert_eq!(&*identity.open(&sealed).unwrap(), &plain);
            prop_assert_eq!(read_all(identity, &sealed).unwrap(), plain.clone());
        }
        prop_assert_eq!(Identity::generate().open(&sealed).unwrap_err(), StoreError::NotForKey);
    }

    #[test]
    fn pieces_are_sealed_as_the_whole_is(pieces in proptest::collection::vec(0usize..90_000, 0..6)) {
        let (a, _, recipients) = two();
        let mut writer = recipients.writer(Vec::new()).unwrap();
        let mut whole = Vec::new();
        for (number, length) in pieces.into_iter().enumerate() {
            let piece = vec![u8::try_from(number).unwrap(); length];
            writer.write_all(&piece).unwrap();
            whole.extend(piece);
        }
        prop_assert_eq!(read_all(&a, &writer.finish().unwrap()).unwrap(), whole);
    }

    #[test]
    fn nothing_that_is_read_makes_it_fall_over(bytes in proptest::collection::vec(any::<u8>(), 0..400), like in any::<bool>()) {
        let begun = if like { b"age-encryption.org/v1\n-> X25519 ".to_vec() } else { Vec::new() };
        let bytes = [begun, bytes].concat();
        prop_assert!(Identity::generate().open(&bytes).is_err());
        prop_assert!(Identity::read(&bytes, Some("x")).is_err());
    }
}

/// Where the bytes after the header begin.
fn body(sealed: &[u8]) -> usize {
    sealed.windows(4).position(|window| window == b"\n---").unwrap() + 1
}

#[test]
fn every_byte_that_is_changed_or_missing_is_noticed_and_nothing_is_opened() {
    let (a, _, recipients) = two();
    let sealed = recipients.seal(b"kerja bakti").unwrap();
    assert!(sealed.len() < 11 + 16 + 500, "{}", sealed.len());
    for place in 0..sealed.len() {
        for flip in [1, 0x20, 0x80] {
            let mut changed = sealed.clone();
            changed[place] ^= flip;
            let fault = a.open(&changed).unwrap_err();
            let expected: &[StoreError] = match place {
                0..22 => &[StoreError::NotSealed, StoreError::Altered],
                _ if place < body(&sealed) => &[StoreError::NotForKey, StoreError::Altered],
                _ => &[StoreError::Altered],
            };
            assert!(expected.contains(&fault), "byte {place}: {fault}");
        }
        let fault = a.open(&sealed[..place]).unwrap_err();
        assert_eq!(fault, if place == 0 { StoreError::NotSealed } else { StoreError::Altered }, "{place} bytes");
    }
    assert_eq!(a.open(&[&sealed[..], b"x"].concat()).unwrap_err(), StoreError::Altered);
}

#[test]
fn a_stream_that_is_cut_between_its_pieces_is_not_whole() {
    let (a, _, recipients) = two();
    let plain: Vec<u8> = (0u8..=255).cycle().take(3 * 65_536 + 10).collect();
    let sealed = recipients.seal(&plain).unwrap();
    let first = sealed.len() - (10 + 16) - 3 * (65_536 + 16);
    for pieces in 0..=3 {
        let cut = &sealed[..first + pieces * (65_536 + 16)];
        let mut read = Vec::new();
        let error = a.reader(cut).unwrap().read_to_end(&mut read).unwrap_err();
        assert_eq!(super::super::of_io(&error, Path::new("")), StoreError::Altered);
        assert!(plain.starts_with(&read), "each piece is as it was sealed");
    }
    let swapped =
        [&sealed[..first], &sealed[first + 65_552..first + 2 * 65_552], &sealed[first..first + 65_552]].concat();
    assert_eq!(a.open(&swapped).unwrap_err(), StoreError::Altered);
}

#[test]
fn a_foreign_file_is_not_read_to_its_end_to_see_that_it_is_none() {
    struct Endless(u64);
    impl Read for Endless {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            self.0 += to.len() as u64;
            assert!(self.0 < 100_000, "it reads on and on");
            to.fill(b'x');
            Ok(to.len())
        }
    }
    let key = Identity::generate();
    let mut long = b"age-encryption.org/v1\n".chain(Endless(0));
    for (name, reader) in [("foreign", &mut Endless(0) as &mut dyn Read), ("long header", &mut long)] {
        assert!(key.reader(BufReader::new(reader)).is_err(), "{name}");
    }
}

#[test]
fn what_the_disk_says_is_not_taken_for_damage() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
    let (a, _, recipients) = two();
    let sealed = recipients.seal(&vec![7; 70_000]).unwrap();
    for kept in [10, 66_000] {
        let opened = a.reader(BufReader::new(sealed[..kept].chain(Broken)));
        let error = match opened {
            Ok(mut reader) => reader.read_to_end(&mut Vec::new()).unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(super::super::of_io(&error, Path::new("f")).code(), "store.read_only", "{kept}");
    }
}

#[test]
fn a_key_is_read_from_the_text_of_its_file() {
    let identity = Identity::generate();
    let (text, public) = (identity.text(), identity.public_keys());
    assert!(text.starts_with("AGE-SECRET-KEY-1") && text.len() == 75, "{}", text.len());
    let other = Identity::generate().text();
    for (file, keys) in [
        (text.to_string(), 1),
        (format!("# created: 2026-11-26\r\n# public key: age1…\r\n{}\r\n\r\n", text.trim()), 1),
        (format!("  {}", text.to_lowercase()), 1),
        (format!("{}{}", *text, *other), 2),
    ] {
        let read = Identity::read(file.as_bytes(), None).unwrap();
        assert_eq!((read.public_keys().len(), &read.public_keys()[0]), (keys, &public[0]), "{file}");
    }
    let (start, rest) = text.trim().split_at(16);
    let slip = format!("{start}{}{}", if rest.starts_with('Q') { 'P' } else { 'Q' }, &rest[1..]);
    let public = public[0].to_string();
    for file in ["", "# nothing\n", &slip, &text[..60], &public, "AGE-PLUGIN-YUBIKEY-1QQ", "\u{0}"] {
        assert_eq!(Identity::read(file.as_bytes(), None).unwrap_err(), StoreError::NotAKey, "{file:?}");
    }
    assert!(!format!("{identity:?}").contains("SECRET"));
}

#[test]
fn a_public_key_is_read_with_spaces_around_and_not_with_a_slip() {
    let text = Identity::generate().public_keys()[0].to_string();
    assert_eq!(format!(" {text}\n").parse::<PublicKey>().unwrap().to_string(), text);
    for place in 4..text.len() {
        let mut slip = text.clone().into_bytes();
        slip[place] = if slip[place] == b'q' { b'p' } else { b'q' };
        let slip = String::from_utf8(slip).unwrap();
        assert_eq!(slip.parse::<PublicKey>(), Err(StoreError::NotAKey), "{slip}");
    }
}

#[test]
fn a_key_under_a_passphrase_opens_with_it_alone() {
    let identity = Identity::generate();
    let locked = Identity::lock(&format!("# ours\n{}", *identity.text()), "gotong royong").unwrap();
    assert!(!String::from_utf8_lossy(&locked).contains("SECRET"));
    let read = Identity::read(&locked, Some("gotong royong")).unwrap();
    assert_eq!(read.public_keys(), identity.public_keys());
    assert_eq!(Identity::read(&locked, None).unwrap_err(), StoreError::NeedsPassphrase);
    assert_eq!(Identity::read(&locked, Some("gotong-royong")).unwrap_err(), StoreError::WrongPassphrase);
    for cut in [20, 30, 120, locked.len() - 1] {
        assert_eq!(Identity::read(&locked[..cut], Some("gotong royong")).unwrap_err(), StoreError::Altered, "{cut}");
    }
    let costly = String::from_utf8_lossy(&locked[..60]).replacen(" 17\n", " 29\n", 1);
    let costly = [costly.as_bytes(), &locked[60..]].concat();
    assert_eq!(Identity::read(&costly, Some("x")).unwrap_err(), StoreError::CostlyPassphrase);
    // Sealed to a key, and so no key file.
    let sealed = identity.recipients().unwrap().seal(identity.text().as_bytes()).unwrap();
    assert_eq!(Identity::read(&sealed, None).unwrap_err(), StoreError::NotAKey);
}

/// The stock program, where it is installed.
fn stock() -> Option<&'static str> {
    let found = ["age", "rage"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok());
    if found.is_none() {
        eprintln!("SKIPPED: neither age nor rage is installed, so nobody else opened what is sealed here");
    }
    found
}

#[test]
fn the_stock_program_opens_our_files_and_we_open_its() {
    let Some(age) = stock() else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let run = |arguments: &[&str]| {
        let ended = Command::new(age).args(arguments).current_dir(folder.path()).output().unwrap();
        assert!(ended.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
        ended.stdout
    };
    let (a, b, recipients) = two();
    let plain: Vec<u8> = (0u8..=255).cycle().take(200_000).collect();
    std::fs::write(at("ours.age"), recipients.seal(&plain).unwrap()).unwrap();
    for (name, identity) in [("a.txt", &a), ("b.txt", &b)] {
        std::fs::write(at(name), &*identity.text()).unwrap();
        assert_eq!(run(&["-d", "-i", name, "ours.age"]), plain);
    }
    std::fs::write(at("plain"), &plain).unwrap();
    let (first, second) = (recipients.keys()[0].to_string(), recipients.keys()[1].to_string());
    run(&["-r", &first, "-r", &second, "-o", "theirs.age", "plain"]);
    let theirs = std::fs::read(at("theirs.age")).unwrap();
    assert_eq!((&*a.open(&theirs).unwrap(), &*b.open(&theirs).unwrap()), (&plain, &plain));
    // A key file sealed to a key is none, as bytes and as letters.
    for armour in [&["-r", &first, "-o", "k", "a.txt"][..], &["-a", "-r", &first, "-o", "k", "a.txt"]] {
        run(armour);
        assert_eq!(Identity::read(&std::fs::read(at("k")).unwrap(), None).unwrap_err(), StoreError::NotAKey);
    }
}
