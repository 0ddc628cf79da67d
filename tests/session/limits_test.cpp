#include "sim/session/limits.h"

#include <doctest/doctest.h>

namespace ipclab::session {

TEST_CASE("a limit is set by its name, within its range") {
    kernel::Limits limits;
    CHECK(set_limit(limits, "pipe_size=16") == "");
    CHECK(limits.pipe_bytes == 16);
    CHECK(set_limit(limits, "shmmax=18446744073709551615") == "");
    CHECK(limits.shared_segment_bytes == UINT64_MAX);
    CHECK(set_limit(limits, "open_files=2") ==
          "open_files is a whole number from 4 to 1048576: open_files=1024");
    for (const char* wrong : {"pipe_size", "pipe_size=", "pipe_size=-1", "pipe_size=16k", "pipe_size=99999999999999999999"}) {
        CAPTURE(wrong);
        CHECK(set_limit(limits, wrong) == "pipe_size is a whole number from 1 to 1048576: pipe_size=65536");
    }
    CHECK(limits.pipe_bytes == 16);
    CHECK(set_limit(limits, "pipesize=1") == "there is no limit 'pipesize'; did you mean 'pipe_size'?");
    CHECK(set_limit(limits, "") == "there is no limit ''; 'ipclab limits' lists them");
}

TEST_CASE("every limit stands in the list with its usual value, which is what a run begins with") {
    const std::string table = limits_table();
    for (const kernel::LimitSpec& spec : kernel::limit_specs()) {
        CAPTURE(spec.name);
        CHECK(spec.usual >= spec.smallest);
        CHECK(spec.usual <= spec.largest);
        CHECK(table.find(std::string(spec.name) + " ") != table.npos);
        kernel::Limits limits;
        spec.set(limits, spec.usual);
        CHECK(limits == kernel::Limits{});
    }
}

}  // namespace ipclab::session
