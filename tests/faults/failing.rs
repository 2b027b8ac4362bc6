//! Every system call on the store failing once: nothing is claimed that is not so, nothing stored twice, nothing taken
//! for damage.

use std::path::Path;

use kohesi::interview::Happening;

use super::kill::survivors;
use super::traced::{ANSWERS, Traced, places, strace_works};
use super::{Plan, core, everything, opened, seed, wanted};

/// System calls on files that may fail, with what a broken cable or a disk full makes of them.
const CALLS: &str = "openat,read,write,pread64,pwrite64,fsync,fdatasync,ftruncate,fallocate,unlink,unlinkat,rename,\
                     renameat2,link,linkat,mkdir,fcntl,flock,statx,fstat,newfstatat,lseek";

#[test]
fn every_call_failing_once_loses_and_doubles_nothing() {
    if !strace_works() {
        return;
    }
    let (calls, mut chance) = (wanted("KOHESI_CALLS", 8usize), fastrand::Rng::with_seed(seed("failing calls")));
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("trace");
    let plan = Plan::draw(&core(), &mut chance);
    let run = |home: &Path, what: &str| Traced { home, log: &log, plan: &plan }.run(what);
    let home = std::fs::canonicalize(folder.path()).unwrap().join("first");
    std::fs::create_dir(&home).unwrap();
    run(&home, &format!("trace={CALLS}"));
    let mut all = places(&log);
    let every = all.len();
    if calls < every {
        chance.shuffle(&mut all);
        all.truncate(calls);
    }
    let (mut failed, mut refused) = (0, 0);
    for (call, n) in &all {
        let home = tempfile::tempdir().unwrap();
        let home = std::fs::canonicalize(home.path()).unwrap();
        let error = if call.contains("write") { "ENOSPC" } else { "EIO" };
        let (mut claimed, mut exit) = run(&home, &format!("inject={call}:error={error}:when={n}"));
        failed += usize::from(std::fs::read_to_string(&log).unwrap().contains("INJECTED"));
        if claimed.is_none() {
            // The store could not be opened, which was told. It can the next time, with nothing to repair.
            refused += 1;
            (claimed, exit) = run(&home, "trace=close");
        }
        // A fault in leaving itself is told by the exit code 1.
        assert_eq!((claimed, exit.signal), (Some(ANSWERS), None), "{call} {n}");
        assert_eq!(survivors(&home, &plan, claimed), claimed, "{call} {n}");
        let (interview, ..) = everything(&opened(&home.join("kohesi")).unwrap()).unwrap().remove(0);
        let responses = interview.events().iter().filter(|event| matches!(event.what, Happening::Responded { .. }));
        assert_eq!(responses.count(), ANSWERS, "{call} {n}: an answer is there twice");
        let files = std::fs::read_dir(home.join("kohesi")).unwrap().map(|file| file.unwrap().file_name());
        let aside: Vec<_> = files.filter(|name| name.to_string_lossy().contains("damaged")).collect();
        assert!(aside.is_empty(), "{call} {n}: taken for damage: {aside:?}");
    }
    println!(
        "{failed} of {every} system calls failing once ({refused} times no store, told): 0 lost, 0 twice, 0 false claims"
    );
    assert!(failed * 10 >= all.len() * 8, "only {failed} of {} were reached", all.len());
}
