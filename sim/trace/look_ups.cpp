#include "sim/trace/look_ups.h"

#include <algorithm>
#include <iterator>

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

bool looks_names_up(std::string_view function) {
    if (function.ends_with("_r")) function.remove_suffix(2);
    return std::binary_search(std::begin(kLookUps), std::end(kLookUps), function);
}

}  // namespace ipclab::trace
