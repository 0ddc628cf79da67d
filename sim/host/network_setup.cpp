#include "sim/host/network_setup.h"

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

#include <cstring>
#include <string_view>

namespace ipclab::host {

namespace {

// In a namespace that is empty but for lo, which has 1, and perhaps tunnels that come with the kernel.
constexpr int kLoopback = 1, kEthernet = 100, kFarEnd = 101;
constexpr unsigned char kPrefixBits = 24, kMulticastBits = 4;

template <class T>
std::string_view raw(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

/// One request: a header, a fixed part, then attributes, which may hold others.
class Request {
  public:
    template <class T>
    Request(std::uint16_t type, std::uint16_t flags, const T& fixed) {
        nlmsghdr header{};
        header.nlmsg_type = type;
        header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
        add(raw(header));
        add(raw(fixed));
    }
    void add(std::string_view bytes) {
        bytes_ += bytes;
        bytes_.resize(NLMSG_ALIGN(bytes_.size()), '\0');
    }
    /// An attribute that holds others, until end().
    std::size_t begin(std::uint16_t type) {
        const std::size_t at = bytes_.size();
        add(raw(rtattr{0, type}));
        return at;
    }
    void end(std::size_t at) { set_length(at, bytes_.size() - at); }
    void attribute(std::uint16_t type, std::string_view value) {
        const std::size_t at = begin(type);
        set_length(at, sizeof(rtattr) + value.size());
        add(value);
    }
    std::string text() {
        const auto length = static_cast<std::uint32_t>(bytes_.size());
        std::memcpy(&bytes_[0], &length, sizeof length);
        return bytes_;
    }

  private:
    void set_length(std::size_t at, std::size_t bytes) {
        const auto length = static_cast<std::uint16_t>(bytes);
        std::memcpy(&bytes_[at], &length, sizeof length);
    }
    std::string bytes_;
};

ifinfomsg interface(int index, unsigned flags) {
    ifinfomsg made{};
    made.ifi_index = index;
    made.ifi_flags = made.ifi_change = flags;
    return made;
}

std::string made_up(int index) {
    return Request(RTM_NEWLINK, 0, interface(index, IFF_UP)).text();
}

std::string ethernet() {
    using namespace std::literals;
    Request request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, interface(kEthernet, 0));
    request.attribute(IFLA_IFNAME, "eth0\0"sv);
    const std::size_t info = request.begin(IFLA_LINKINFO);
    request.attribute(IFLA_INFO_KIND, "veth\0"sv);
    const std::size_t data = request.begin(IFLA_INFO_DATA);
    const std::size_t peer = request.begin(VETH_INFO_PEER);
    request.add(raw(interface(kFarEnd, 0)));
    request.attribute(IFLA_IFNAME, "switch0\0"sv);
    request.end(peer);
    request.end(data);
    request.end(info);
    return request.text();
}

std::string address(std::uint32_t host) {
    ifaddrmsg fixed{};
    fixed.ifa_family = AF_INET;
    fixed.ifa_prefixlen = kPrefixBits;
    fixed.ifa_index = kEthernet;
    Request request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, fixed);
    const std::uint32_t own = htonl(host), all = htonl(host | 0xff);
    request.attribute(IFA_LOCAL, raw(own));
    request.attribute(IFA_ADDRESS, raw(own));
    request.attribute(IFA_BROADCAST, raw(all));
    return request.text();
}

std::string multicast_route() {
    rtmsg fixed{};
    fixed.rtm_family = AF_INET;
    fixed.rtm_dst_len = kMulticastBits;
    fixed.rtm_table = RT_TABLE_MAIN;
    fixed.rtm_protocol = RTPROT_BOOT;
    fixed.rtm_scope = RT_SCOPE_LINK;
    fixed.rtm_type = RTN_UNICAST;
    Request request(RTM_NEWROUTE, NLM_F_CREATE, fixed);
    const std::uint32_t groups = htonl(0xe0000000);
    const int out = kEthernet;
    request.attribute(RTA_DST, raw(groups));
    request.attribute(RTA_OIF, raw(out));
    return request.text();
}

}  // namespace

std::string network_requests(const std::vector<kernel::Host>& hosts) {
    std::string all = made_up(kLoopback) + ethernet();
    for (const kernel::Host& host : hosts) all += address(host.address);
    return all + made_up(kEthernet) + made_up(kFarEnd) + multicast_route();
}

}  // namespace ipclab::host
