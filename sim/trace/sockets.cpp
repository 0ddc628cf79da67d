#include "sim/trace/sockets.h"

#include <algorithm>

#include "sim/trace/decode.h"
#include "sim/trace/flags.h"
#include "sim/trace/load.h"

namespace ipclab::trace {

namespace {

constexpr NamedValue kDomains[] = {{0, "AF_UNSPEC"}, {1, "AF_UNIX"},     {2, "AF_INET"},
                                   {10, "AF_INET6"}, {16, "AF_NETLINK"}, {17, "AF_PACKET"}};
constexpr NamedValue kTypes[] = {{1, "SOCK_STREAM"}, {2, "SOCK_DGRAM"},     {3, "SOCK_RAW"},
                                 {4, "SOCK_RDM"},    {5, "SOCK_SEQPACKET"}, {10, "SOCK_PACKET"}};
constexpr NamedValue kTypeFlags[] = {{02000000, "SOCK_CLOEXEC"}, {04000, "SOCK_NONBLOCK"}};
constexpr NamedValue kLevels[] = {
    {0, "SOL_IP"}, {1, "SOL_SOCKET"}, {6, "SOL_TCP"}, {17, "SOL_UDP"}, {41, "SOL_IPV6"}};
constexpr NamedValue kSocketOptions[] = {
    {1, "SO_DEBUG"},         {2, "SO_REUSEADDR"},     {3, "SO_TYPE"},           {4, "SO_ERROR"},
    {5, "SO_DONTROUTE"},     {6, "SO_BROADCAST"},     {7, "SO_SNDBUF"},         {8, "SO_RCVBUF"},
    {9, "SO_KEEPALIVE"},     {10, "SO_OOBINLINE"},    {11, "SO_NO_CHECK"},      {12, "SO_PRIORITY"},
    {13, "SO_LINGER"},       {14, "SO_BSDCOMPAT"},    {15, "SO_REUSEPORT"},     {16, "SO_PASSCRED"},
    {17, "SO_PEERCRED"},     {18, "SO_RCVLOWAT"},     {19, "SO_SNDLOWAT"},      {20, "SO_RCVTIMEO_OLD"},
    {21, "SO_SNDTIMEO_OLD"}, {25, "SO_BINDTODEVICE"}, {26, "SO_ATTACH_FILTER"}, {29, "SO_TIMESTAMP_OLD"},
    {30, "SO_ACCEPTCONN"},   {31, "SO_PEERSEC"},      {32, "SO_SNDBUFFORCE"},   {33, "SO_RCVBUFFORCE"},
    {38, "SO_PROTOCOL"},     {39, "SO_DOMAIN"},       {42, "SO_PEEK_OFF"}};
constexpr NamedValue kIpOptions[] = {{1, "IP_TOS"},
                                     {2, "IP_TTL"},
                                     {3, "IP_HDRINCL"},
                                     {4, "IP_OPTIONS"},
                                     {8, "IP_PKTINFO"},
                                     {10, "IP_MTU_DISCOVER"},
                                     {11, "IP_RECVERR"},
                                     {12, "IP_RECVTTL"},
                                     {13, "IP_RECVTOS"},
                                     {14, "IP_MTU"},
                                     {15, "IP_FREEBIND"},
                                     {32, "IP_MULTICAST_IF"},
                                     {33, "IP_MULTICAST_TTL"},
                                     {34, "IP_MULTICAST_LOOP"},
                                     {35, "IP_ADD_MEMBERSHIP"},
                                     {36, "IP_DROP_MEMBERSHIP"}};
constexpr NamedValue kTcpOptions[] = {
    {1, "TCP_NODELAY"},      {2, "TCP_MAXSEG"},        {3, "TCP_CORK"},     {4, "TCP_KEEPIDLE"},
    {5, "TCP_KEEPINTVL"},    {6, "TCP_KEEPCNT"},       {7, "TCP_SYNCNT"},   {8, "TCP_LINGER2"},
    {9, "TCP_DEFER_ACCEPT"}, {10, "TCP_WINDOW_CLAMP"}, {11, "TCP_INFO"},    {12, "TCP_QUICKACK"},
    {13, "TCP_CONGESTION"},  {18, "TCP_USER_TIMEOUT"}, {23, "TCP_FASTOPEN"}};
constexpr NamedValue kIpv6Options[] = {{26, "IPV6_V6ONLY"}};
constexpr NamedValue kFlags[] = {{1, "MSG_OOB"},
                                 {2, "MSG_PEEK"},
                                 {4, "MSG_DONTROUTE"},
                                 {8, "MSG_CTRUNC"},
                                 {0x10, "MSG_PROBE"},
                                 {0x20, "MSG_TRUNC"},
                                 {0x40, "MSG_DONTWAIT"},
                                 {0x80, "MSG_EOR"},
                                 {0x100, "MSG_WAITALL"},
                                 {0x200, "MSG_FIN"},
                                 {0x400, "MSG_SYN"},
                                 {0x800, "MSG_CONFIRM"},
                                 {0x1000, "MSG_RST"},
                                 {0x2000, "MSG_ERRQUEUE"},
                                 {0x4000, "MSG_NOSIGNAL"},
                                 {0x8000, "MSG_MORE"},
                                 {0x10000, "MSG_WAITFORONE"},
                                 {0x40000000, "MSG_CMSG_CLOEXEC"}};
constexpr NamedValue kHow[] = {{0, "SHUT_RD"}, {1, "SHUT_WR"}, {2, "SHUT_RDWR"}};
constexpr NamedValue kControlTypes[] = {{1, "SCM_RIGHTS"}, {2, "SCM_CREDENTIALS"}};

constexpr std::uint16_t kLocal = 1, kInet = 2;
constexpr std::size_t kFamilyBytes = 2;

void append_local_address(std::string& out, std::span<const std::uint8_t> path) {
    if (path.empty()) return;
    out += ", sun_path=";
    if (path[0] == 0) {
        out += '@';
        path = path.subspan(1);
    } else {
        path = path.first(static_cast<std::size_t>(std::find(path.begin(), path.end(), 0) - path.begin()));
    }
    append_quoted(out, path, path.size(), path.size());
}

void append_inet_address(std::string& out, std::span<const std::uint8_t> bytes) {
    const auto byte = [&](std::size_t at) { return std::uint64_t{load<std::uint8_t>(bytes, at)}; };
    out += ", sin_port=htons(";
    append_number(out, byte(2) << 8 | byte(3));
    out += "), sin_addr=inet_addr(\"";
    for (std::size_t i = 0; i < 4; ++i) {
        if (i > 0) out += '.';
        append_number(out, byte(4 + i));
    }
    out += "\")";
}

/// One after the other; false from `each` ends it.
template <class Each>
void for_each_control(std::span<const std::uint8_t> bytes, Each each) {
    constexpr std::size_t kHeader = 16;
    while (bytes.size() >= kHeader) {
        const auto length = static_cast<std::size_t>(
            std::clamp<std::uint64_t>(load<std::uint64_t>(bytes, 0), kHeader, bytes.size()));
        each(load<std::int32_t>(bytes, 8), load<std::int32_t>(bytes, 12),
             bytes.subspan(kHeader, length - kHeader));
        bytes = bytes.subspan(std::min((length + 7) & ~std::size_t{7}, bytes.size()));
    }
}

constexpr std::int32_t kSocketLevel = 1, kRights = 1, kCredentials = 2;

bool is_chosen_by_kernel(std::span<const std::uint8_t> name) {
    constexpr std::size_t kChosenBytes = 8;  // family, NUL, five digits
    const auto is_digit = [](std::uint8_t c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return name.size() == kChosenBytes && load<std::uint16_t>(name, 0) == kLocal && name[2] == 0 &&
           std::all_of(name.begin() + 3, name.end(), is_digit);
}

}  // namespace

void append_socket_domain(std::string& out, std::uint32_t domain) {
    append_choice(out, domain, kDomains, "AF_???");
}

void append_socket_type(std::string& out, std::uint32_t type) {
    constexpr std::uint32_t kTypeMask = 0xf;
    append_choice(out, type & kTypeMask, kTypes, "SOCK_???");
    if ((type & ~kTypeMask) == 0) return;
    out += '|';
    append_flags(out, type & ~kTypeMask, kTypeFlags, "SOCK_???");
}

void append_accept_flags(std::string& out, std::uint32_t flags) {
    append_flags(out, flags, kTypeFlags, "SOCK_???");
}

void append_socket_level(std::string& out, std::uint32_t level) {
    append_choice(out, level, kLevels, "SOL_???");
}

void append_socket_option(std::string& out, std::uint32_t level, std::uint32_t option) {
    switch (level) {
        case 0:
            return append_choice(out, option, kIpOptions, "IP_???");
        case 6:
            return append_choice(out, option, kTcpOptions, "TCP_???");
        case 41:
            return append_choice(out, option, kIpv6Options, "IPV6_???");
        default:
            return append_choice(out, option, kSocketOptions, "SO_???");
    }
}

void append_socket_flags(std::string& out, std::uint32_t flags) {
    append_flags(out, flags, kFlags, "MSG_???");
}

void append_shutdown_how(std::string& out, std::uint32_t how) {
    append_choice(out, how, kHow, "SHUT_???");
}

void append_socket_address(std::string& out, std::span<const std::uint8_t> bytes) {
    const auto family = load<std::uint16_t>(bytes, 0);
    if (bytes.size() < kFamilyBytes) {
        out += "{}";
        return;
    }
    out += "{sa_family=";
    append_socket_domain(out, family);
    if (family == kLocal) append_local_address(out, bytes.subspan(kFamilyBytes));
    if (family == kInet) append_inet_address(out, bytes);
    out += '}';
}

void append_control_messages(std::string& out, std::span<const std::uint8_t> bytes) {
    out += '[';
    bool is_first = true;
    for_each_control(bytes, [&](std::int32_t level, std::int32_t type, std::span<const std::uint8_t> data) {
        out += is_first ? "{cmsg_level=" : ", {cmsg_level=";
        is_first = false;
        append_socket_level(out, static_cast<std::uint32_t>(level));
        out += ", cmsg_type=";
        append_choice(out, static_cast<std::uint32_t>(type), kControlTypes, "SCM_???");
        out += ", cmsg_data=";
        if (level == kSocketLevel && type == kRights) {
            for (std::size_t at = 0; at + 4 <= data.size(); at += 4) {
                out += at == 0 ? "[" : ", ";
                append_number(out, std::int64_t{load<std::int32_t>(data, at)});
            }
            out += ']';
        } else if (level == kSocketLevel && type == kCredentials) {
            out += "{pid=";
            append_number(out, std::int64_t{load<std::int32_t>(data, 0)});
            out += ", uid=";
            append_number(out, std::uint64_t{load<std::uint32_t>(data, 4)});
            out += ", gid=";
            append_number(out, std::uint64_t{load<std::uint32_t>(data, 8)});
            out += '}';
        } else {
            append_quoted(out, data, data.size(), data.size());
        }
        out += '}';
    });
    out += ']';
}

namespace {

/// Whether it is of AF_INET with a port that the kernel chooses (ip(7), ip_local_port_range).
bool has_chosen_port(std::span<const std::uint8_t> name) {
    constexpr std::uint32_t kFirst = 32'768, kLast = 60'999;
    if (name.size() < 8 || load<std::uint16_t>(name, 0) != kInet) return false;
    const std::uint32_t port = std::uint32_t{name[2]} << 8 | name[3];
    return port >= kFirst && port <= kLast;
}

}  // namespace

bool same_socket_address(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right) {
    if (has_chosen_port(left) && has_chosen_port(right))
        return std::ranges::equal(left.subspan(4), right.subspan(4));
    return std::ranges::equal(left, right) || (is_chosen_by_kernel(left) && is_chosen_by_kernel(right));
}

bool same_control_messages(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right,
                           const IdMap& ids) {
    struct Message {
        std::int32_t level = 0, type = 0;
        std::span<const std::uint8_t> data;
    };
    const auto messages = [](std::span<const std::uint8_t> bytes) {
        std::vector<Message> found;
        for_each_control(bytes,
                         [&](std::int32_t level, std::int32_t type, std::span<const std::uint8_t> data) {
                             found.push_back({level, type, data});
                         });
        return found;
    };
    return std::ranges::equal(messages(left), messages(right), [&](const Message& a, const Message& b) {
        if (a.level != b.level || a.type != b.type || a.data.size() != b.data.size()) return false;
        if (a.level != kSocketLevel || a.type != kCredentials) return std::ranges::equal(a.data, b.data);
        return ids.is_same(load<std::int32_t>(a.data, 0), load<std::int32_t>(b.data, 0)) &&
               std::ranges::equal(a.data.subspan(4), b.data.subspan(4));
    });
}

}  // namespace ipclab::trace
