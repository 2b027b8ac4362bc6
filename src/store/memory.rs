//! What is in memory stays there.

/// Lets nobody find in a core dump what was in memory when the program broke, nor let another program of the same person look
/// into it. Where the system knows neither, or refuses, the program runs all the same.
pub fn keep_memory_private() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        // A handler of core dumps that is a program is asked in spite of the limit.
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
