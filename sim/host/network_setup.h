// The network of the sandbox: an Ethernet interface, eth0, in a network namespace of its own, that has the address of every
// host of the scenario. One end of a veth(4) pair: its other end is up and answers nothing, so that addresses that no host
// has are searched for in vain, as on a real network. Multicast goes to eth0, too; there is no way to other networks.
//
// The link between the hosts is as quick as Linux is, and loses nothing: the queueing discipline that could (tc-netem(8)) is
// not built into every kernel.
#pragma once

#include <string>
#include <vector>

#include "kernel/network.h"

namespace ipclab::host {

/// Requests to rtnetlink(7), one behind the other, each aligned to 4 bytes and to be acknowledged.
std::string network_requests(const std::vector<kernel::Host>& hosts);

}  // namespace ipclab::host
