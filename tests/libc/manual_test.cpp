// The example programs of the manual's sections 2, 3 and 7 (package manpages-dev), as they stand there: which of them
// our compiler and library take, and that those which end by themselves behave as on Linux.
#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/syscalls.h"
#include "tests/support/manual.h"
#include "tests/support/native.h"
#include "tests/support/simulated.h"

using namespace ipclab::testing;
namespace cc = ipclab::cc;

namespace {

const ManualExample* find_example(const std::string& name) {
    for (const ManualExample& example : manual_examples())
        if (example.name() == name) return &example;
    return nullptr;
}

/// A page's own headers are found beside its programs.
cc::Options options_for(const std::string& page) {
    cc::Options options;
    options.include = [page](const std::string& name, const std::string&) -> std::optional<cc::Source> {
        const ManualExample* header = find_example(page + ' ' + name);
        if (!header) return std::nullopt;
        return cc::Source{name, header->text};
    };
    return options;
}

/// What our headers and library do not have, by the word that the message says.
const std::map<std::string, std::vector<std::string>> kMissing = {
    // these do not link with glibc alone either: errc() is of another library
    {"'errc'",
     {"pthread_attr_init(3) pthread_attr_init.c",
      "pthread_getattr_default_np(3) pthread_getattr_default_np.c",
      "pthread_getattr_np(3) pthread_getattr_np.c", "pthread_setaffinity_np(3) pthread_setaffinity_np.c",
      "pthread_setname_np(3) pthread_setname_np.c"}},
    // system calls that are not modelled
    {"'setns' is a system call", {"setns(2) setns.c"}},
    {"'unshare' is a system call", {"unshare(2) unshare.c"}},
    {"'sethostname' is a system call", {"clone(2) clone.c"}},
    {"malloc_info", {"malloc_info(3) malloc_info.c"}},
    {"ucontext.h", {"makecontext(3) makecontext.c"}},
    // asynchronous name look-up
    {"struct gaicb", {"getaddrinfo_a(3) async.c", "getaddrinfo_a(3) sync.c"}},
    // the network
    {"linux/netlink.h", {"sock_diag(7) sock_diag.c"}},
    {"ifaddrs.h", {"getifaddrs(3) getifaddrs.c"}},
    {"net/if.h", {"if_nameindex(3) if_nameindex.c"}},
    {"inet_net_pton", {"inet_net_pton(3) inet_net_pton.c"}},
    {"rpc/auth_des.h", {"rtime(3) rtime.c"}},
    {"aliases.h", {"setaliasent(3) setaliasent.c"}},
    // the administration and the insides of Linux
    {"keyutils.h", {"add_key(2) add_key.c", "keyctl(2) key_instantiate.c", "request_key(2) t_request_key.c"}},
    {"linux/msdos_fs.h",
     {"ioctl_fat(2) display_fat_volume_id.c", "ioctl_fat(2) ioctl_fat.c",
      "ioctl_fat(2) toggle_fat_archive_flag.c"}},
    {"linux/nsfs.h", {"ioctl_ns(2) ns_show.c"}},
    {"TIOCMGET", {"ioctl_tty(2) tiocmget.c"}},
    {"asm/termbits.h", {"ioctl_tty(2) tcgets.c"}},
    {"linux/kcmp.h", {"kcmp(2) kcmp.c"}},
    {"sys/xattr.h", {"listxattr(2) listxattr.c"}},
    {"linux/membarrier.h", {"membarrier(2) membarrier-2.c"}},
    {"inline assembler", {"membarrier(2) membarrier.c"}},
    {"linux/mount.h", {"mount_setattr(2) mount_setattr.c"}},
    {"struct file_handle",
     {"open_by_handle_at(2) t_name_to_handle_at.c", "open_by_handle_at(2) t_open_by_handle_at.c"}},
    {"linux/perf_event.h", {"perf_event_open(2) perf_event_open.c"}},
    {"sys/mount.h", {"pivot_root(2) pivot_root.c"}},
    {"linux/audit.h", {"seccomp(2) seccomp.c", "seccomp_unotify(2) seccomp_unotify.c"}},
    {"SYS_spu_create", {"spu_run(2) spu_run.c"}},
    {"linux/sysctl.h", {"sysctl(2) sysctl.c"}},
    {"linux/userfaultfd.h", {"userfaultfd(2) userfaultfd.c"}},
    {"sys/fanotify.h", {"fanotify(7) fanotify.c", "fanotify(7) fanotify-2.c"}},
    {"PKEY_DISABLE_ACCESS", {"pkeys(7) pkeys.c"}},
    {"linux/kernel.h", {"_syscall(2) _syscall.c"}},
    {"sys/platform/ppc.h", {"__ppc_get_timebase(3) __ppc_get_timebase.c"}},
    {"SA_UNSUPPORTED", {"sigaction(2) sigaction.c"}},
    // the insides of glibc and of executables
    {"execinfo.h", {"backtrace(3) backtrace.c"}},
    {"link.h", {"dl_iterate_phdr(3) dl_iterate_phdr.c"}},
    {"dlfcn.h", {"dlinfo(3) dlinfo.c", "dlopen(3) dlopen.c"}},
    {"'etext'", {"end(3) end.c"}},
    {"struct mallinfo2", {"mallinfo(3) mallinfo.c"}},
    {"M_CHECK_ACTION", {"mallopt(3) mallopt.c"}},
    {"mcheck.h", {"mcheck(3) mcheck.c", "mtrace(3) t_mtrace.c"}},
    {"struct exception", {"matherr(3) matherr.c"}},
    {"printf.h", {"printf.h(3head) register_printf_specifier.c"}},
    // rarer parts of the library
    {"complex.h",
     {"cacos(3) cacos.c", "cacosh(3) cacosh.c", "catan(3) catan.c", "catanh(3) catanh.c",
      "complex(7) complex.c"}},
    {"locale_t", {"duplocale(3) duplocale.c", "newlocale(3) newlocale.c"}},
    {"wchar.h", {"mbstowcs(3) mbstowcs.c"}},
    {"crypt.h", {"encrypt(3) encrypt.c"}},
    {"envz.h", {"envz_add(3) envz_add.c"}},
    {"fmtmsg.h", {"fmtmsg(3) fmtmsg.c"}},
    {"getdate_err", {"getdate(3) getdate.c"}},
    {"struct utmp", {"getutent(3) getutent.c"}},
    {"pcre2.h", {"PCRE2CONVERT(3) PCRE2CONVERT.c"}},
    {"wordexp.h", {"wordexp(3) wordexp.c"}},
};

struct Run {
    std::string example;
    std::vector<std::string> arguments;
    std::string input = "";
};

/// Those that end by themselves, with arguments that make them do so; each of them behaves the same.
const std::vector<Run> kSame = {
    {"pthread_cancel(3) pthread_cancel.c", {}},
    {"pthread_cleanup_push(3) pthread_cleanup_push.c", {}},
    {"pthread_cleanup_push(3) pthread_cleanup_push.c", {"x", "1"}},
    {"pthread_mutexattr_setrobust(3) pthread_mutexattr_setrobust.c", {}},
    {"SELECT_TUT(2) select.c", {}},
    {"bswap(3) bswap.c", {"0x0123456789abcdef"}},
    {"chown(2) chown.c", {"1000"}},
    {"clock_getcpuclockid(3) clock_getcpuclockid.c", {}},
    {"eventfd(2) eventfd.c", {"1", "2", "4"}},
    {"execve(2) execve.c", {"/bin/echo"}},
    {"execve(2) execve.c", {"/no/such/file"}},
    {"execve(2) myecho.c", {"hello", "world"}},
    {"getrlimit(2) getrlimit.c", {}},
    {"memfd_create(2) t_memfd_create.c", {}},
    {"mq_getattr(3) mq_getattr.c", {"/ipclab.example"}},
    {"mq_notify(3) mq_notify.c", {"/ipclab.none"}},
    {"pidfd_open(2) pidfd_open.c", {}},
    {"pidfd_open(2) pidfd_open.c", {"99999999"}},
    {"pipe(2) pipe.c", {"hello"}},
    {"pipe(2) pipe.c", {}},
    {"poll(2) poll_input.c", {"no-such-file"}},
    {"readlink(2) readlink.c", {"/usr/bin/none"}},
    {"sched_setaffinity(2) sched_setaffinity.c", {}},
    {"select(2) select.c", {}, "a line\n"},
    {"semget(2) t_semget.c", {}},
    {"stat(2) stat.c", {"no-such-file"}},
    {"syscall(2) syscall.c", {}},
    {"wait(2) wait.c", {"3"}},
    {"EXIT_SUCCESS(3const) EXIT_SUCCESS.c", {"one"}},
    {"MAX(3) MAX.c", {}},
    {"MAX(3) MAX.c", {"3", "5"}},
    {"CIRCLEQ(3) circleq.c", {}},
    {"CPU_SET(3) CPU_SET.c", {"8"}},
    {"LIST(3) list.c", {}},
    {"SLIST(3) slist.c", {}},
    {"STAILQ(3) stailq.c", {}},
    {"TAILQ(3) tailq.c", {}},
    {"atexit(3) atexit.c", {}},
    {"bsearch(3) bsearch.c", {"jan", "feb", "xyz"}},
    {"endian(3) endian.c", {}},
    {"fmemopen(3) fmemopen.c", {"1 23 43"}},
    {"fmemopen(3) fmemopen.c", {}},
    {"fopencookie(3) fopencookie.c", {"hello world"}},
    {"frexp(3) frexp.c", {"2560"}},
    {"frexp(3) frexp.c", {"-4"}},
    {"getgrouplist(3) getgrouplist.c", {"root", "0"}},
    {"getopt(3) getopt.c", {"-n", "-t", "3", "name"}},
    {"getopt(3) getopt.c", {"-x"}},
    {"getopt(3) getopt_long.c", {"--add", "one", "--verbose", "-abc", "--delete=2", "rest", "-d", "4"}},
    {"getopt(3) getopt_long.c", {"--unknown", "--ver", "--add"}},
    {"getpwnam(3) getpwnam.c", {"no-such-user"}},
    {"getsubopt(3) getsubopt.c", {"-o", "name=x,ro,rw"}},
    {"getsubopt(3) getsubopt.c", {"-o", "ro,name,what"}},
    {"gnu_get_libc_version(3) gnu_get_libc_version.c", {}},
    {"hsearch(3) hsearch.c", {}},
    {"inet(3) inet.c", {"226.000.000.037"}},
    {"inet(3) inet.c", {"0x7f.1"}},
    {"inet_pton(3) inet_pton.c", {"i6", "0:0:0:0:0:0:0:0"}},
    {"inet_pton(3) inet_pton.c", {"i6", "1:0:0:0:0:0:0:8"}},
    {"inet_pton(3) inet_pton.c", {"i4", "10.1.2.300"}},
    {"inotify(7) inotify.c", {"/tmp"}, "\n"},
    {"insque(3) insque.c", {"one", "two", "three"}},
    {"insque(3) insque.c", {"-c", "one", "two", "three"}},
    {"offsetof(3) offsetof.c", {}},
    {"qsort(3) qsort.c", {"pear", "apple", "fig"}},
    {"rand(3) rand.c", {"1", "5"}},
    {"regex(3) regex.c", {}},
    {"rpmatch(3) rpmatch.c", {"1"}},
    {"sem_wait(3) sem_wait.c", {}},
    {"setbuf(3) setbuf.c", {}},
    {"static_assert(3) must_be.c", {}},
    {"stpncpy(3) stpncpy.c", {}},
    {"strcmp(3) string_comp.c", {"ABC", "ABCD"}},
    {"strcmp(3) string_comp.c", {"ABC", "BC", "2"}},
    {"strcpy(3) strcpy.c", {}},
    {"strftime(3) strftime.c", {"%%"}},
    {"strncat(3) strncat.c", {}},
    {"strptime(3) strptime.c", {}},
    {"strsep(3) strsep.c", {"a/bbb///cc;xxx:yyy:", ":;", "/"}},
    {"strtok(3) strtok.c", {"a/bbb///cc;xxx:yyy:", ":;", "/"}},
    {"strtol(3) strtol.c", {"123abc"}},
    {"strtol(3) strtol.c", {"0xfftext", "0"}},
    {"strtol(3) strtol.c", {"99999999999999999999", "10"}},
    {"strverscmp(3) strverscmp.c", {"jan1", "jan10"}},
};

/// They behave alike but print process numbers, times, addresses or what the machine is like: what is compared is how
/// they end.
const std::vector<Run> kOwnNumbers = {
    {"pthread_create(3) pthread_create.c", {"one", "two"}},
    {"pthread_getcpuclockid(3) pthread_getcpuclockid.c", {}},
    {"_Generic(3) _Generic.c", {}},
    {"clock_getres(2) clock_getres.c", {}},
    {"feature_test_macros(7) feature_test_macros.c", {}},  // natively -pthread is among the flags
    {"fork(2) fork.c", {}},
    {"ftw(3) ftw.c", {"."}},
    {"get_nprocs(3) get_nprocs_conf.c", {}},
    {"get_phys_pages(3) get_phys_pages.c", {}},
    {"getgrent_r(3) getgrent_r.c", {}},
    {"getpwent_r(3) getpwent_r.c", {}},
    {"getpwnam(3) getpwnam.c", {"root"}},
    {"getprotoent_r(3) getprotoent_r.c", {"tcp", "1024"}},  // we know no aliases of protocols and services
    {"getservent_r(3) getservent_r.c", {"80", "tcp", "1024"}},
    {"mprotect(2) mprotect.c", {}},
    {"posix_spawn(3) posix_spawn.c", {"echo", "one"}},
    {"posix_spawn(3) posix_spawn.c", {"-s", "true"}},
    {"scandir(3) scandir.c", {}},
    {"stat(2) stat.c", {"/tmp"}},
    {"strftime(3) strftime.c", {"%Y"}},
    {"timer_create(2) timer_create.c", {"1", "100"}},
    {"timerfd_create(2) timerfd_create.c", {"1", "1", "2"}},
    {"tsearch(3) tsearch.c", {}},
};

/// They come to a call that is not modelled yet, and fail there with its name.
struct Unmodelled {
    Run run;
    std::string call;
};
const std::vector<Unmodelled> kUnmodelled = {
    {{"getdents(2) getdents.c", {}}, "getdents"},
};

bool is_missing_package() {
    if (!manual_examples().empty()) return false;
    MESSAGE("skipped: the manual pages are missing (package manpages-dev)");
    return true;
}

SimulatedResult run_ours(const ManualExample& example, const Run& run) {
    SimulatedSetting setting;
    setting.arguments = run.arguments;
    setting.input = run.input;
    setting.bin = Bin::toy_programs;
    setting.environment = {"PATH=/bin", "HOME=/", "LC_ALL=C"};
    setting.options = options_for(example.page);
    return run_simulated({{example.file, example.text}}, setting);
}

/// One example natively, built once for all of its runs.
class Native {
  public:
    const std::string& directory_of(const ManualExample& example) {
        if (example.name() == built_) return directory_->path();
        directory_ = std::make_unique<TemporaryDirectory>();
        directory_->write(example.file, example.text);
        const NativeResult result = run_native(
            {"/usr/bin/cc", "-w", "-std=gnu11", "-pthread", "-o", "program", example.file, "-lm", "-lrt"},
            directory_->path(), "/usr/bin:/bin", "", 60);
        CHECK(result.err == "");
        built_ = example.name();
        return directory_->path();
    }
    NativeResult run(const ManualExample& example, const Run& run) {
        std::vector<std::string> command = {"program"};
        command.insert(command.end(), run.arguments.begin(), run.arguments.end());
        return run_native(command, directory_of(example), "/usr/bin:/bin", run.input);
    }

  private:
    std::string built_;
    std::unique_ptr<TemporaryDirectory> directory_;
};

}  // namespace

TEST_CASE("every example of the manual compiles, except those that need what is listed here") {
    if (is_missing_package()) return;
    std::map<std::string, std::string> missing;
    for (const auto& [word, names] : kMissing)
        for (const std::string& name : names) missing[name] = word;
    int compiled = 0, refused = 0;
    for (const ManualExample& example : manual_examples()) {
        if (!example.file.ends_with(".c")) continue;
        CAPTURE(example.name());
        const cc::Result result =
            cc::compile("program", {{example.file, example.text}}, options_for(example.page));
        const std::string messages = cc::format(result.diagnostics);
        const auto reason = missing.find(example.name());
        if (reason == missing.end()) {
            CHECK_MESSAGE(result.program, messages);
            ++compiled;
        } else {
            CHECK(!result.program);
            CHECK_MESSAGE(messages.find(reason->second) != std::string::npos, messages);
            ++refused;
        }
    }
    MESSAGE(compiled << " of " << compiled + refused << " examples compile");
}

TEST_CASE(
    "a call that section 2 of the manual lists is in the table, or is refused at compile time by its name") {
    if (is_missing_package()) return;
    std::size_t refused = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/usr/share/man/man2")) {
        const std::string file = entry.path().filename().string(), name = file.substr(0, file.find(".2"));
        if (name == "break") continue;  // a word of C
        CAPTURE(name);
        const cc::Result result =
            cc::compile("program", {{"call.c", "int main(void) { return (int)" + name + "(); }\n"}}, {});
        if (result.program) continue;  // implicitly declared, and linked
        const std::string messages = cc::format(result.diagnostics);
        CHECK_MESSAGE(messages.find('\'' + name + '\'') != messages.npos, messages);
        if (messages.find("is a system call of Linux that the simulated kernel does not have") !=
            messages.npos) {
            CHECK(ipclab::kernel::syscall_spec(name) == nullptr);
            ++refused;
        }
    }
    CHECK(refused > 50);
}

TEST_CASE("examples of the manual print the same and end the same on the simulated kernel and on Linux") {
    if (is_missing_package()) return;
    Native native;
    for (const Run& run : kSame) {
        CAPTURE(run.example);
        const ManualExample* example = find_example(run.example);
        REQUIRE(example != nullptr);
        const SimulatedResult ours = run_ours(*example, run);
        const NativeResult theirs = native.run(*example, run);
        CHECK(ours.out == theirs.out);
        CHECK(ours.err == theirs.err);
        CHECK(ours.status == theirs.status);
    }
}

TEST_CASE("examples that print numbers of their own machine end the same") {
    if (is_missing_package()) return;
    Native native;
    for (const Run& run : kOwnNumbers) {
        CAPTURE(run.example);
        const ManualExample* example = find_example(run.example);
        REQUIRE(example != nullptr);
        const SimulatedResult ours = run_ours(*example, run);
        const NativeResult theirs = native.run(*example, run);
        CHECK(ours.err == theirs.err);
        CHECK(ours.status == theirs.status);
    }
}

TEST_CASE("examples that need a mechanism which is not modelled yet fail with the name of its call") {
    if (is_missing_package()) return;
    for (const Unmodelled& unmodelled : kUnmodelled) {
        CAPTURE(unmodelled.run.example);
        const ManualExample* example = find_example(unmodelled.run.example);
        REQUIRE(example != nullptr);
        const SimulatedResult ours = run_ours(*example, unmodelled.run);
        CAPTURE(ours.err);
        CHECK(ours.err.find(unmodelled.call) != std::string::npos);
        CHECK(ours.err.find("Function not implemented") != std::string::npos);
    }
}
