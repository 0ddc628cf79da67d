#include "sim/trace/look_ups.h"

#include <algorithm>
#include <iterator>

#include "kernel/syscalls.h"

namespace ipclab::trace {

namespace {

/// getaddrinfo(3), getnameinfo(3), gethostbyname(3), getservent(3), getprotoent(3), getnetent(3), getpwnam(3), getpwent(3),
/// getgrnam(3), getgrent(3), getgrouplist(3), initgroups(3), getlogin(3).
constexpr std::string_view kLookUps[] = {
    "endgrent",      "endhostent",     "endnetent",      "endprotoent",      "endpwent",     "endservent",
    "getaddrinfo",   "getgrent",       "getgrgid",       "getgrnam",         "getgrouplist", "gethostbyaddr",
    "gethostbyname", "gethostbyname2", "gethostent",     "getlogin",         "getnameinfo",  "getnetbyaddr",
    "getnetbyname",  "getnetent",      "getprotobyname", "getprotobynumber", "getprotoent",  "getpwent",
    "getpwnam",      "getpwuid",       "getservbyname",  "getservbyport",    "getservent",   "initgroups",
    "setgrent",      "sethostent",     "setnetent",      "setprotoent",      "setpwent",     "setservent"};

}  // namespace

std::int32_t library_mark(std::string_view function) {
    if (function == "mq_notify" || function == "timer_create") return kInHelperStart;
    if (function.ends_with("_r")) function.remove_suffix(2);
    return std::binary_search(std::begin(kLookUps), std::end(kLookUps), function) ? kInLookUp : 0;
}

bool is_inside_of_library(const kernel::Event& event) {
    if (event.kind != kernel::EventKind::syscall) return false;
    const bool is_asked_for = event.number == static_cast<std::uint16_t>(kernel::Sys::mq_notify) ||
                              event.number == static_cast<std::uint16_t>(kernel::Sys::timer_create);
    return event.other == kInLookUp || (event.other == kInHelperStart && !is_asked_for);
}

}  // namespace ipclab::trace
