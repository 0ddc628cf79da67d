// The example programs of the manual pages (package manpages-dev), taken from the pages at test time: nothing of them
// is in the tree.
#pragma once

#include <string>
#include <vector>

namespace ipclab::testing {

struct ManualExample {
    std::string page;  ///< "fork(2)"
    std::string file;  ///< "fork.c"; pages with several files name each
    std::string text;
    std::string name() const { return page + " " + file; }
};

/// Every C file of sections 2, 3 and 7, in the order of pages and files; empty where the package is missing.
const std::vector<ManualExample>& manual_examples();

}  // namespace ipclab::testing
